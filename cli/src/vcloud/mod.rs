//! `yunmei vcloud`: any action of TTVcloud by its name; and what the commands of its services share.

mod account;
pub(crate) mod advice;
mod body;
mod call;
mod keys;
mod versions;

use clap::Subcommand;

use crate::{arguments::Common, exit::Failure, session};

pub(crate) use account::Account;
pub(crate) use body::{read_object, read_object_text, read_value};
pub(crate) use call::parse_pair;
pub(crate) use keys::Keys;

#[derive(Subcommand, Debug)]
pub(crate) enum VcloudCommand {
    Call(call::CallCommand),
}

pub(crate) fn run(command: VcloudCommand, common: &Common) -> Result<(), Failure> {
    session::run(common, async |session| match command {
        VcloudCommand::Call(command) => call::run(session, command).await,
    })
}
