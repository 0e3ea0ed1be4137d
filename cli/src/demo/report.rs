use std::{error::Error, fmt::Display, io::Write};

use yunmei_core::error::{InputError, Language};

/// What a step brings: a line for people, or why it failed.
pub(super) type Outcome = Result<String, Box<dyn Error>>;

/// Counts steps, and prints a line for each.
#[derive(Default)]
pub(super) struct Report {
    section: String,
    passed: usize,
    failed: usize,
}

impl Report {
    /// Says of the steps that follow through which transport they go, and to which service.
    pub(super) fn section(&mut self, transport: &str, service: &str) {
        self.section = format!("{transport:<5}  {service:<10}");
    }

    /// Does one step: prints what was sent and what came back.
    pub(super) fn step(&mut self, name: &str, sent: impl Display, work: impl FnOnce() -> Outcome) {
        let outcome = work();
        let (word, back) = match &outcome {
            Ok(back) => ("ok    ", back.clone()),
            Err(error) => ("FAILED", error.to_string()),
        };
        match outcome {
            Ok(_) => self.passed += 1,
            Err(_) => self.failed += 1,
        }
        // A reader that went away does not stop the demonstration; the exit status still counts.
        let _ = writeln!(
            std::io::stdout(),
            "{word}  {}  {name:<34}  {sent}  ->  {back}",
            self.section
        );
    }

    pub(super) fn passed(&self) -> usize {
        self.passed
    }

    pub(super) fn failed(&self) -> usize {
        self.failed
    }
}

/// An error if two things that should be the same are not.
pub(super) fn same<T: PartialEq + std::fmt::Debug>(
    what: &str,
    found: T,
    expected: T,
) -> Result<(), Box<dyn Error>> {
    match found == expected {
        true => Ok(()),
        false => Err(format!("{what}: found {found:?}, expected {expected:?}").into()),
    }
}

/// The refusal that a step is about; an error if there was none, or another.
pub(super) fn refused<T>(result: Result<T, yunmei_core::Error>, code: i64) -> Outcome {
    let error = match result {
        Ok(_) => return Err(format!("not refused; {code} was expected").into()),
        Err(error) => error,
    };
    match error.service() {
        Some(refusal) if refusal.code() == code => Ok(format!(
            "refused as it should be: {code} {}",
            refusal.meaning(Language::English).unwrap_or_default()
        )),
        _ => Err(format!("{code} was expected; {error}").into()),
    }
}

/// That the library refused to send this; an error if it was sent, or refused for another reason.
pub(super) fn not_sent<T>(result: Result<T, yunmei_core::Error>, reason: &InputError) -> Outcome {
    match result {
        Ok(_) => Err(format!("sent, and answered; expected was: {reason}").into()),
        Err(yunmei_core::Error::Input(error)) if error == *reason => {
            Ok(format!("not sent, as it should be: {error}"))
        }
        Err(error) => Err(format!("expected was: {reason}; {error}").into()),
    }
}
