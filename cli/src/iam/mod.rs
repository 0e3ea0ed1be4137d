//! `yunmei iam`: the users of an account of TTVcloud.

mod add;
mod users;

use clap::Subcommand;
use serde_json::{Value, json};
use yunmei_core::vcloud::iam::User;

use crate::{
    arguments::Common,
    exit::Failure,
    session::{self, Session},
};

#[derive(Subcommand, Debug)]
pub(crate) enum IamCommand {
    Users(users::UsersCommand),
    Add(add::AddCommand),
}

pub(crate) fn run(command: IamCommand, common: &Common) -> Result<(), Failure> {
    session::run(common, async |session| match command {
        IamCommand::Users(command) => users::run(session, command).await,
        IamCommand::Add(command) => add::run(session, command).await,
    })
}

fn object(user: &User) -> Value {
    json!({
        "name": user.name,
        "display_name": user.display_name,
        "description": user.description,
        "email": user.email,
        "email_verified": user.email_verified,
        "mobile_phone": user.mobile_phone,
        "mobile_phone_verified": user.mobile_phone_verified,
        "status": user.status,
        "trn": user.trn,
        "id": user.id,
        "account_id": user.account_id,
        "created": user.created,
        "updated": user.updated,
    })
}
