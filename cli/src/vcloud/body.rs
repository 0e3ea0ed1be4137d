use std::{
    io::{self, Read},
    path::Path,
};

use serde_json::{Map, Value};

use crate::{exit::Failure, output::shown, transfer};

/// How much standard input may hold.
const LIMIT: u64 = 1_000_000;

/// The JSON in a small file, or in standard input for `-`.
pub(crate) fn read_value(path: &Path) -> Result<Value, Failure> {
    let (name, text) = read_text(path)?;
    parse(&name, &text)
}

/// The same, where only an object will do.
pub(crate) fn read_object(path: &Path) -> Result<Map<String, Value>, Failure> {
    let (name, text) = read_text(path)?;
    parse_object(&name, &text)
}

/// What the file is called, and its text, which is that of an object: for whoever reads it into a type
/// of its own, which takes each member once. Here, the last of two would be left.
pub(crate) fn read_object_text(path: &Path) -> Result<(String, String), Failure> {
    let (name, text) = read_text(path)?;
    parse_object(&name, &text)?;
    Ok((name, text))
}

fn parse(name: &str, text: &str) -> Result<Value, Failure> {
    serde_json::from_str(text)
        .map_err(|error| Failure::Usage(shown(&format!("{name}: is no JSON: {error}"))))
}

fn parse_object(name: &str, text: &str) -> Result<Map<String, Value>, Failure> {
    match parse(name, text)? {
        Value::Object(object) => Ok(object),
        _ => Err(Failure::Usage(format!(
            "{}: must hold a JSON object: {{…}}",
            shown(name)
        ))),
    }
}

/// What the file is called, and what it holds.
fn read_text(path: &Path) -> Result<(String, String), Failure> {
    let (name, text) = match path == Path::new("-") {
        true => ("standard input".to_owned(), read_standard_input()),
        false => (path.display().to_string(), transfer::read_text(path)),
    };
    let text = text.map_err(|error| Failure::file(&name, error))?;
    Ok((name, text))
}

fn read_standard_input() -> io::Result<String> {
    let mut text = String::new();
    io::stdin().take(LIMIT + 1).read_to_string(&mut text)?;
    match text.len() as u64 > LIMIT {
        true => Err(io::Error::other("has more than 1 MB")),
        false => Ok(text),
    }
}
