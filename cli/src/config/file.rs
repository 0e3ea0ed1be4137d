use std::path::Path;

use crate::{exit::Failure, output::say};

/// Reads a configuration file; warns if others can read the secrets in it.
pub(super) fn read(path: &Path) -> Result<toml::Table, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        Failure::Usage(format!(
            "the configuration {} cannot be read: {error}",
            path.display()
        ))
    })?;
    warn_if_open(path);
    text.parse().map_err(|error: toml::de::Error| {
        // Only the message and the line: the error's own text quotes the line, secrets and all.
        let line = error.span().map_or(1, |span| {
            text.get(..span.start)
                .map_or(1, |before| before.matches('\n').count() + 1)
        });
        let message = error.message();
        Failure::Usage(format!("{}, line {line}: {message}", path.display()))
    })
}

#[cfg(unix)]
fn warn_if_open(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let Ok(metadata) = std::fs::metadata(path) else {
        return;
    };
    if metadata.permissions().mode() & 0o044 != 0 {
        say(format_args!(
            "yunmei: warning: others can read the secrets in {0}; run: chmod 600 {0}",
            path.display()
        ));
    }
}

#[cfg(not(unix))]
fn warn_if_open(_: &Path) {}
