//! IAM: the users of an account (section 10).
//!
//! Start with an [`Iam`]; its methods are the operations. The many other actions of the service are
//! called by name: [`Iam::call`].
//!
//! | action | method | operation | brings | may be sent again |
//! |---|---|---|---|---|
//! | `ListUsers` | [`Iam::list_users`] | [`ListUsers`] | [`Users`] | yes |
//! | `CreateUser` | [`Iam::create_user`] | [`CreateUser`] | [`User`] | no |

mod create_user;
mod list_users;
mod user;

pub use create_user::CreateUser;
pub use list_users::{ListUsers, Users};
pub use user::User;

use super::{Parameters, caller::Caller, handle::handle};

const VERSION: &str = "2018-01-01";

/// The users of an account. Cheap to clone; its methods are the operations.
///
/// ```
/// use yunmei_core::vcloud::{Credentials, Dialect, Region, iam::Iam};
///
/// let credentials = Credentials::new("AKLTEXAMPLE", "the secret key")?;
/// let iam = Iam::new(Dialect::TtvCloud, Region::default(), credentials)?;
/// let first = iam.list_users().limit(20);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Iam {
    caller: Caller,
}

handle!(Iam, Iam);

impl Iam {
    /// Lists users.
    pub fn list_users(&self) -> ListUsers {
        ListUsers::new(self.caller.clone())
    }

    /// Creates a user of this name.
    pub fn create_user(&self, name: impl Into<String>) -> CreateUser {
        CreateUser::new(self.caller.clone(), name.into())
    }
}

fn action(name: &'static str) -> Parameters {
    Parameters::of_action(name, VERSION)
}

#[cfg(test)]
fn iam() -> Iam {
    let (dialect, region) = Default::default();
    Iam::new(dialect, region, super::played::credentials()).expect("a handle")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        error::InputError,
        vcloud::{Dialect, Region, played::credentials},
    };

    #[test]
    fn users_are_at_home_in_one_region() {
        assert_eq!(iam().endpoint().as_str(), "https://iam.bytedanceapi.com");
        let elsewhere = Region::new("us-east-1").expect("a region");
        let refused = Iam::new(Dialect::TtvCloud, elsewhere, credentials()).err();
        assert!(matches!(refused, Some(InputError::NoSuchRegion { .. })));
    }

    #[test]
    fn a_handle_does_not_show_its_keys() {
        let shown = format!("{:?} {:?}", iam(), iam().create_user("a"));
        assert!(!shown.contains("secret"), "{shown}");
        assert!(shown.contains("iam.bytedanceapi.com"), "{shown}");
    }
}
