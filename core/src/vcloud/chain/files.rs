//! What the two kinds of files say.

use serde::Deserialize;

use crate::error::InputError;

#[derive(Deserialize)]
struct JsonFile {
    ak: Option<String>,
    sk: Option<String>,
}

/// The two members of the object; others do not matter.
pub(super) fn read_json(text: &str) -> Result<[Option<String>; 2], InputError> {
    let file: JsonFile =
        serde_json::from_str(without_mark(text)).map_err(|_| InputError::CredentialsFile)?;
    Ok([file.ak, file.sk])
}

/// The two values in section `default`.
pub(super) fn read_ini(text: &str) -> Result<[Option<&str>; 2], InputError> {
    let mut halves = [None, None];
    let mut section = "";
    for line in without_mark(text).lines().map(str::trim) {
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = line.strip_prefix('[') {
            section = name.strip_suffix(']').ok_or(InputError::CredentialsFile)?;
            continue;
        }
        let (name, value) = line
            .split_once(['=', ':'])
            .ok_or(InputError::CredentialsFile)?;
        match (section, name.trim().to_ascii_lowercase().as_str()) {
            ("default", "access_key_id") => halves[0] = Some(value.trim()),
            ("default", "secret_access_key") => halves[1] = Some(value.trim()),
            _ => {}
        }
    }
    Ok(halves)
}

/// Without the mark that some editors put in front of a text.
fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}
