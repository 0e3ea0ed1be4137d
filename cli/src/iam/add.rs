use clap::Args;

use super::{Session, object};
use crate::{exit::Failure, output::shown};

/// Create a user.
#[derive(Args, Debug)]
pub(crate) struct AddCommand {
    /// The name, which no other user of the account has
    #[arg(value_name = "NAME")]
    name: String,
    /// The name to show
    #[arg(long, value_name = "TEXT")]
    display_name: Option<String>,
    /// Words about the user
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// The address for mail
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    /// The number of the mobile phone
    #[arg(long, value_name = "NUMBER")]
    mobile_phone: Option<String>,
}

pub(super) async fn run(session: &Session, command: AddCommand) -> Result<(), Failure> {
    let account = session.vcloud()?;
    let mut create = account.iam()?.create_user(&command.name);
    if let Some(name) = command.display_name {
        create = create.display_name(name);
    }
    if let Some(text) = command.description {
        create = create.description(text);
    }
    if let Some(address) = command.email {
        create = create.email(address);
    }
    if let Some(number) = command.mobile_phone {
        create = create.mobile_phone(number);
    }
    session.if_interrupted(format!(
        "user {} may have been created: yunmei iam users lists them",
        command.name
    ));
    let about = format!("user {}", command.name);
    let user = account.run(about, create).await?;
    session
        .output
        .line(&shown(&format!("created {}", user.name)), &object(&user))
}
