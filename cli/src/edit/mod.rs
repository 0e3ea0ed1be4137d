//! `yunmei edit`: cutting and joining of videos in TTVcloud.

mod result;
mod submit;
mod task;

use clap::Subcommand;

use crate::{
    arguments::Common,
    exit::Failure,
    session::{self, Session},
};

/// After the help: what is missed first.
const NOTES: &str = "\
Tasks after a template: yunmei vcloud call edit SubmitTemplateTaskAsync --json-body FILE";

#[derive(Subcommand, Debug)]
#[command(after_help = NOTES)]
pub(crate) enum EditCommand {
    Submit(submit::SubmitCommand),
    Result(result::ResultCommand),
}

pub(crate) fn run(command: EditCommand, common: &Common) -> Result<(), Failure> {
    session::run(common, async |session| match command {
        EditCommand::Submit(command) => submit::run(session, command).await,
        EditCommand::Result(command) => result::run(session, command).await,
    })
}
