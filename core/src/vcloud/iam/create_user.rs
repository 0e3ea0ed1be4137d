use bytes::Bytes;
use http::{Request, Response};
use serde::Deserialize;

use super::{User, action};
use crate::{
    Operation, Payload, Stamp,
    error::Error,
    vcloud::{Parameters, call::filled, caller::Caller, envelope},
};

/// Creates a user: [`Iam::create_user`](super::Iam::create_user).
///
/// ```text
/// GET /?Action=CreateUser&Version=2018-01-01&UserName=…
/// ```
///
/// Not sent again when its answer was lost (section 13): the refusal of a second one would say that
/// the user exists, but not by whom it was created.
#[derive(Clone, Debug)]
pub struct CreateUser {
    caller: Caller,
    name: String,
    further: Parameters,
}

impl CreateUser {
    pub(super) fn new(caller: Caller, name: String) -> CreateUser {
        CreateUser {
            caller,
            name,
            further: Parameters::new(),
        }
    }

    /// The name to show.
    pub fn display_name(self, name: impl Into<String>) -> CreateUser {
        self.further("DisplayName", name.into())
    }

    /// Words about the user.
    pub fn description(self, text: impl Into<String>) -> CreateUser {
        self.further("Description", text.into())
    }

    /// The address for mail.
    pub fn email(self, address: impl Into<String>) -> CreateUser {
        self.further("Email", address.into())
    }

    /// The number of the mobile phone.
    pub fn mobile_phone(self, number: impl Into<String>) -> CreateUser {
        self.further("MobilePhone", number.into())
    }

    fn further(mut self, name: &'static str, value: String) -> CreateUser {
        self.further.set(name, value);
        self
    }
}

impl Operation for CreateUser {
    type Output = User;

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        filled("UserName", &self.name)?;
        let query = action("CreateUser").with("UserName", self.name.clone());
        let query = (self.further.iter()).fold(query, |query, (name, value)| {
            query.with(name.to_owned(), value.to_owned())
        });
        self.caller.get(&query, stamp)
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<User, Error> {
        #[derive(Deserialize)]
        struct Created {
            #[serde(rename = "User")]
            user: User,
        }
        envelope::open(self.caller.name(), response).map(|created: Created| created.user)
    }

    fn repeatable(&self) -> bool {
        false
    }

    fn if_carried_out(&self) -> Option<&'static str> {
        Some("the user may have been created: list the users before it is tried again")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        error::{InputError, ServiceErrorKind},
        vcloud::{
            iam::iam,
            played::{play, query, stamp, success},
        },
    };

    #[test]
    fn a_user_is_created_with_what_is_known_of_it() {
        let create = (iam().create_user("example2"))
            .display_name("例")
            .email("a@example.com");
        let request = create.request(&stamp()).expect("a request");
        assert_eq!(
            query(&request),
            "Action=CreateUser&Version=2018-01-01&UserName=example2&DisplayName=%E4%BE%8B\
             &Email=a%40example.com"
        );
    }

    #[test]
    fn a_user_has_a_name() {
        let refused = iam().create_user("").request(&stamp()).map(drop);
        let name = "UserName".to_owned();
        assert!(
            matches!(refused, Err(Error::Input(InputError::Parameter { name: n })) if n == name)
        );
    }

    #[test]
    fn the_user_is_read() {
        let body = success(r#"{"User":{"UserName":"example2","Status":"active"}}"#);
        let user = play(iam().create_user("example2"), &[body]).result;
        let user = user.expect("a user");
        assert_eq!(
            (user.name.as_str(), user.status.as_str()),
            ("example2", "active")
        );
    }

    #[test]
    fn after_a_lost_answer_it_is_not_created_again() {
        for reply in ["", "<html>", &success("{}")] {
            let played = play(iam().create_user("a"), &[reply]);
            assert_eq!(played.sent.len(), 1);
            let error = played.result.expect_err("in doubt");
            assert!(error.to_string().contains("may have been created"));
        }
    }

    #[test]
    fn a_name_that_is_taken_is_a_refusal_under_any_status() {
        let body = r#"{"ResponseMetadata":{"RequestId":"id","Error":
            {"Code":"UserAlreadyExists","Message":"taken"}}}"#;
        let error = play(iam().create_user("a"), &[body])
            .result
            .expect_err("taken");
        assert_eq!(error.kind(), Some(ServiceErrorKind::Exists));
        let refusal = error.service().expect("a refusal");
        assert_eq!(refusal.request_id(), Some("id, log id log"));
    }
}
