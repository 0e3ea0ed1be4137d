//! The users of an account, and two actions of IAM that are called by their names.

use yunmei_core::{
    Error,
    vcloud::{Answer, Parameters, iam::Users},
};

use super::{Stage, refused};
use crate::demo::report::{Report, same};

const NAME: &str = "demo-user";

pub(super) fn run(report: &mut Report, stage: &Stage<'_>) {
    report.step("create a user", NAME, || {
        let create = stage.iam()?.create_user(NAME).display_name("小明");
        let user = stage.run(create.description("夏天 & 海"))?;
        same("name", user.name.as_str(), NAME)?;
        same("to be shown", user.display_name.as_str(), "小明")?;
        Ok(format!("{}, {}", user.trn, user.created))
    });
    report.step("another one of this name", NAME, || {
        refused(
            stage.run(stage.iam()?.create_user(NAME)),
            0,
            "UserAlreadyExists",
        )
    });
    report.step("list the users, two a page", "3 users", || {
        for name in ["second", "third@example.com"] {
            stage.run(stage.iam()?.create_user(name))?;
        }
        let page = |offset| -> Result<Users, Error> {
            stage.run(stage.iam()?.list_users().limit(2).offset(offset))
        };
        let (first, second) = (page(0)?, page(2)?);
        same("pages", (first.users.len(), second.users.len()), (2, 1))?;
        same("all", first.total, Some(3))?;
        let names = first.users.iter().chain(&second.users);
        let names: Vec<&str> = names.map(|user| user.name.as_str()).collect();
        Ok(names.join(", "))
    });
    report.step("actions by their names", "GetUser, DeleteUser", || {
        let call = |action: &'static str| -> Result<Answer, Error> {
            let user = Parameters::new().with("UserName", NAME);
            stage.run(stage.iam()?.call(action, "2018-01-01").parameters(&user))
        };
        let user = call("GetUser")?.result;
        same("name", user["User"]["UserName"].as_str(), Some(NAME))?;
        call("DeleteUser")?;
        refused(call("GetUser"), 0, "UserNotExist")?;
        same("left", stage.run(stage.iam()?.list_users())?.users.len(), 2)?;
        Ok("there, and gone again: UserNotExist".into())
    });
}

/// Those that are left.
pub(super) fn listed(report: &mut Report, stage: &Stage<'_>) {
    report.step("list the users", "ListUsers", || {
        let users = stage.run(stage.iam()?.list_users())?.users;
        let names: Vec<&str> = users.iter().map(|user| user.name.as_str()).collect();
        same("users", &names[..], &["second", "third@example.com"][..])?;
        Ok(names.join(", "))
    });
}
