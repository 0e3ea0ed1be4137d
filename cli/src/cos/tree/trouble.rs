use std::mem;

use super::course::Reach;
use crate::output::say;

/// Whether what failed would fail for all.
#[derive(Default)]
pub(in crate::cos) struct Trouble {
    /// Whether the last one failed for a reason that may be everyone's.
    may_be_all: bool,
    is_all: bool,
}

impl Trouble {
    /// Takes note of what became of one of them.
    pub(in crate::cos) fn note(&mut self, reach: Reach) {
        let had_been = mem::replace(&mut self.may_be_all, reach == Reach::PerhapsAll);
        self.is_all = reach == Reach::All || (self.may_be_all && had_been);
    }

    /// Whether to go no further.
    pub(in crate::cos) fn is_all(&self) -> bool {
        self.is_all
    }
}

/// Says what was not tried: the files that are `waiting`, and perhaps `more`.
pub(in crate::cos) fn say_untried(waiting: usize, more: bool) {
    let files = plural(waiting);
    let untried = match (waiting, more) {
        (0, false) => return,
        (0, true) => "there may be more, which was not listed".to_owned(),
        (_, false) => format!("{files} not tried"),
        (_, true) => format!("{files} not tried, and there may be more, which was not listed"),
    };
    say(format_args!(
        "yunmei: {untried}: what failed would fail for every file"
    ));
}

pub(super) fn plural(files: usize) -> String {
    match files {
        1 => "1 file was".into(),
        _ => format!("{files} files were"),
    }
}
