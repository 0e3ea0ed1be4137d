use std::collections::HashSet;

use super::location::{Location, Object};
use crate::{
    exit::Failure,
    output::shown,
    transfer::{self, is_named_as_folder},
};

const ONE_FILE: &str = "standard output takes one file";

/// The two sides of a command.
pub(super) struct Sides<'a> {
    pub(super) recursive: bool,
    pub(super) from: &'a [Location],
    pub(super) to: &'a Location,
}

impl Sides<'_> {
    /// Refuses what cannot go well before anything is done.
    pub(super) fn check(&self) -> Result<(), Failure> {
        let is_local = |location: &Location| matches!(location, Location::Local(_));
        if self
            .from
            .iter()
            .any(|from| is_local(from) == is_local(self.to))
        {
            return Err(Failure::Usage(
                "one side of cp must be on this machine, the other cos://bucket/path".into(),
            ));
        }
        // An unset variable, mostly; as a folder it would be this one.
        if matches!(self.to, Location::Local(to) if to.as_os_str().is_empty()) {
            return Err(Failure::Usage(
                "the destination has no name; this folder is .".into(),
            ));
        }
        self.check_destination()?;
        self.check_names()
    }

    /// Whether what is in folders is copied.
    pub(super) fn copies_folders(&self) -> bool {
        self.recursive && self.from.iter().any(Location::is_folder)
    }

    /// A folder needs one; and so do several files: one after the other, they would take the same
    /// place.
    fn check_destination(&self) -> Result<(), Failure> {
        let is_folder = match self.to {
            Location::Local(to) if self.wants_folder() && transfer::is_file(to) => {
                return self.refuse(transfer::IS_A_FILE);
            }
            // With folders to come, it is made.
            Location::Local(to) if self.copies_folders() => {
                to != "-" && (to.is_dir() || !to.exists())
            }
            Location::Local(to) => transfer::is_folder(to),
            Location::Cos(to) => matches!(to.object, Object::Folder(_)),
        };
        match (is_folder, self.from) {
            (false, [_, _, ..]) if self.is_standard_output() => self.refuse(ONE_FILE),
            (false, _) if self.is_standard_output() && self.copies_folders() => {
                self.refuse(ONE_FILE)
            }
            (false, _) if self.copies_folders() => {
                self.refuse("a folder needs a folder: end it in /")
            }
            (false, [_, _, ..]) => self.refuse("several files need a folder: end it in /"),
            _ => Ok(()),
        }
    }

    fn is_standard_output(&self) -> bool {
        matches!(self.to, Location::Local(to) if to == "-")
    }

    fn refuse(&self, problem: &str) -> Result<(), Failure> {
        let to = shown(&self.to.to_string());
        Err(Failure::Usage(format!("{to}: {problem}")))
    }

    /// Two files of one name would take the same place in a folder.
    fn check_names(&self) -> Result<(), Failure> {
        let mut names = HashSet::new();
        let files = self.from.iter().filter(|from| !from.is_folder());
        for (file, name) in files.filter_map(|file| Some((file, file.name()?))) {
            if !names.insert(name) {
                let problem = "another file of this name would end at the same place";
                return Err(Failure::Usage(shown(&format!("{file}: {problem}"))));
            }
        }
        Ok(())
    }

    /// Whether the destination has to be a folder.
    fn wants_folder(&self) -> bool {
        let is_named = |to: &&Location| matches!(to, Location::Local(to) if is_named_as_folder(to));
        self.copies_folders() || self.from.len() > 1 || is_named(&self.to)
    }
}

#[cfg(test)]
mod tests {
    use super::super::cp::CpCommand;

    fn command(arguments: &[&str]) -> CpCommand {
        #[derive(clap::Parser)]
        struct Program {
            #[command(flatten)]
            command: CpCommand,
        }
        let arguments = [&["cp"], arguments].concat();
        let parsed = <Program as clap::Parser>::try_parse_from(arguments);
        parsed.expect("a command").command
    }

    #[test]
    fn several_files_need_a_folder_and_that_is_said_before_anything_is_done() {
        let check = |arguments: &[&str]| {
            let command = command(arguments);
            command.sides().and_then(|sides| sides.check_destination())
        };
        for good in [
            &["a", "cos://demo/b"][..],
            &["a", "b", "cos://demo/"],
            &["cos://demo/a", "cos://demo/b", "."],
            &["cos://demo/a", "cos://demo/b", "new/"],
        ] {
            assert!(check(good).is_ok(), "{good:?}");
        }
        for bad in [
            &["a", "b", "cos://demo/c"][..],
            &["cos://demo/a", "cos://demo/b", "new"],
            &["cos://demo/a", "cos://demo/b", "-"],
        ] {
            assert!(check(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn options_may_stand_anywhere_and_the_last_place_is_where_to() {
        for arguments in [
            &["-r", "a", "b", "cos://demo/c/"][..],
            &["a", "-r", "b", "cos://demo/c/"],
            &["a", "b", "-r", "cos://demo/c/"],
            &["a", "b", "cos://demo/c/", "-r"],
        ] {
            let command = command(arguments);
            let sides = command.sides().expect("two sides");
            assert!(sides.recursive && sides.from.len() == 2, "{arguments:?}");
            assert_eq!(sides.to.to_string(), "cos://demo/c/", "{arguments:?}");
        }
        assert!(command(&["a"]).sides().is_err());
    }
}
