//! The users of the account (section 10).
//!
//! | action | brings |
//! |---|---|
//! | `ListUsers` | a page of the users, in the order in which they came |
//! | `CreateUser`, `GetUser` | a user |
//! | `DeleteUser` | nothing |
//!
//! Not established, and decided here: names have at most 64 characters, which are letters, digits,
//! and `. - _ @`; a page has at most 100 users; dates are written as in signatures.

mod fields;
mod user;
mod users;

use std::io;

use serde_json::{Value, json};

use super::{
    Ground,
    action::{Action, GET, anything},
    answer::Refusal,
    asked::Asked,
};
use user::User;
use users::Users;

const VERSION: &str = "2018-01-01";
/// No account of the emulator has a number of its own.
const ACCOUNT: u64 = 2_100_000_001;

/// What there is to call.
pub(super) const ACTIONS: &[Action] = &[
    row("ListUsers", anything),
    row("CreateUser", about_user),
    row("GetUser", about_user),
    row("DeleteUser", about_user),
];

const fn row(name: &'static str, resources: fn(&Asked) -> Vec<String>) -> Action {
    Action {
        name,
        version: VERSION,
        methods: GET,
        resources,
    }
}

fn about_user(asked: &Asked) -> Vec<String> {
    vec![user::resource(asked.text("UserName"))]
}

/// The service.
pub(super) struct Iam {
    users: Users,
}

impl Iam {
    /// Opens what is kept of it.
    pub(super) fn open(ground: &Ground<'_>) -> io::Result<Iam> {
        Ok(Iam {
            users: Users::open(ground.storage)?,
        })
    }

    /// Carries an action out.
    pub(super) async fn answer(&self, asked: &Asked) -> Result<Value, Refusal> {
        match asked.action {
            "ListUsers" => self.list(asked),
            "CreateUser" => self.create(asked),
            "GetUser" => Ok(json!({"User": self.users.find(fields::name(asked)?)?.document()})),
            "DeleteUser" => {
                self.users.delete(fields::name(asked)?)?;
                Ok(Value::Null)
            }
            other => Err(Refusal::unknown_action(other)),
        }
    }

    fn list(&self, asked: &Asked) -> Result<Value, Refusal> {
        let limit = fields::limit(asked)?;
        let offset = fields::offset(asked)?;
        let found = self.users.matching(asked.text("Query"));
        let page = found.iter().skip(offset).take(limit);
        let page: Vec<_> = page.map(User::document).collect();
        Ok(json!({
            "UserMetadata": page,
            "Limit": limit,
            "Offset": offset,
            "Total": found.len(),
        }))
    }

    fn create(&self, asked: &Asked) -> Result<Value, Refusal> {
        let name = fields::name(asked)?;
        let user = self.users.add(name, fields::profile(asked)?, asked.now)?;
        Ok(json!({"User": user.document()}))
    }
}
