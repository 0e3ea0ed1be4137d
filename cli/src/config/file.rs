use std::path::Path;

use crate::{exit::Failure, output::say, transfer};

/// Reads a configuration file; warns if others can read the secrets in it.
pub(super) fn read(path: &Path) -> Result<toml::Table, Failure> {
    let text = transfer::read_text(path).map_err(|error| {
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
        let message = without_values(error.message());
        Failure::Usage(format!("{}, line {line}: {message}", path.display()))
    })
}

/// A message about a value quotes it.
fn without_values(message: &str) -> &str {
    match message.starts_with("invalid type") || message.starts_with("invalid value") {
        true => "this value cannot be read; texts stand in quotation marks",
        false => message,
    }
}

#[cfg(unix)]
pub(crate) fn warn_if_open(path: &Path) {
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
pub(crate) fn warn_if_open(_: &Path) {}
