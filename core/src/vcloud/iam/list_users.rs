use bytes::Bytes;
use http::{Request, Response};
use serde::Deserialize;

use super::{User, action};
use crate::{
    Operation, Payload, Stamp,
    error::Error,
    loose,
    vcloud::{caller::Caller, envelope},
};

/// Lists users, a page at a time: [`Iam::list_users`](super::Iam::list_users).
///
/// ```text
/// GET /?Action=ListUsers&Version=2018-01-01&Limit=…&Offset=…
/// ```
#[derive(Clone, Debug)]
pub struct ListUsers {
    caller: Caller,
    limit: Option<u32>,
    offset: Option<u64>,
    query: Option<String>,
}

/// What [`ListUsers`] finds.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[non_exhaustive]
pub struct Users {
    /// The users of this page.
    #[serde(default, rename = "UserMetadata", deserialize_with = "loose::list")]
    pub users: Vec<User>,
    /// How many a page has.
    #[serde(default, rename = "Limit", deserialize_with = "loose::optional_number")]
    pub limit: Option<u64>,
    /// How many stand before this page.
    #[serde(
        default,
        rename = "Offset",
        deserialize_with = "loose::optional_number"
    )]
    pub offset: Option<u64>,
    /// How many there are.
    #[serde(default, rename = "Total", deserialize_with = "loose::optional_number")]
    pub total: Option<u64>,
}

impl ListUsers {
    pub(super) fn new(caller: Caller) -> ListUsers {
        ListUsers {
            caller,
            limit: None,
            offset: None,
            query: None,
        }
    }

    /// At most this many; 10 unless the service changed its mind.
    pub fn limit(mut self, limit: u32) -> ListUsers {
        self.limit = Some(limit);
        self
    }

    /// Without the first ones.
    pub fn offset(mut self, offset: u64) -> ListUsers {
        self.offset = Some(offset);
        self
    }

    /// Only those that match this text, more or less; the newer service only.
    pub fn matching(mut self, text: impl Into<String>) -> ListUsers {
        self.query = Some(text.into());
        self
    }
}

impl Operation for ListUsers {
    type Output = Users;

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        let mut query = action("ListUsers");
        if let Some(limit) = self.limit {
            query = query.with_number("Limit", limit);
        }
        if let Some(offset) = self.offset {
            query = query.with_number("Offset", offset);
        }
        if let Some(text) = &self.query {
            query = query.with("Query", text.clone());
        }
        self.caller.get(&query, stamp)
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<Users, Error> {
        envelope::open_object(self.caller.name(), response)
    }

    fn repeatable(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vcloud::{
        iam::iam,
        played::{answer, play, query, stamp, success},
    };

    #[test]
    fn a_page_is_asked_for() {
        let sent = |list: ListUsers| query(&list.request(&stamp()).expect("a request")).to_owned();
        assert_eq!(
            sent(iam().list_users()),
            "Action=ListUsers&Version=2018-01-01"
        );
        assert_eq!(
            sent(iam().list_users().offset(20).limit(10).matching("a b")),
            "Action=ListUsers&Version=2018-01-01&Limit=10&Offset=20&Query=a+b"
        );
    }

    #[test]
    fn numbers_may_be_texts_and_what_is_not_said_is_empty() {
        let body = success(
            r#"{"UserMetadata":[{"UserName":"example","Id":"7","AccountId":2100000001,
                "EmailIsVerify":"true","MobilePhoneIsVerify":false,"Email":null}],
                "Limit":"5","Offset":0,"Total":"1"}"#,
        );
        let users = iam().list_users().parse(&answer(200, &body));
        let users = users.expect("users");
        assert_eq!(
            (users.limit, users.offset, users.total),
            (Some(5), Some(0), Some(1))
        );
        let user = &users.users[0];
        assert_eq!((user.name.as_str(), user.id), ("example", Some(7)));
        assert_eq!(user.account_id, Some(2_100_000_001));
        assert_eq!(
            (user.email_verified, user.mobile_phone_verified),
            (Some(true), Some(false))
        );
        assert!(user.email.is_empty() && user.trn.is_empty());
        let none = success(r#"{"UserMetadata":null}"#);
        let none = iam().list_users().parse(&answer(200, &none));
        assert_eq!(none.expect("no users").users, []);
    }

    #[test]
    fn what_is_no_list_of_users_is_not_taken_for_an_empty_one() {
        for bad in ["null", "[]", r#"{"UserMetadata":[{}]}"#, "\"\""] {
            let parsed = iam().list_users().parse(&answer(200, &success(bad)));
            assert!(matches!(parsed, Err(Error::Response(_))), "{bad}");
        }
    }

    #[test]
    fn a_lost_list_is_asked_for_again() {
        let played = play(iam().list_users(), &["", &success("{}")]);
        assert_eq!(played.sent.len(), 2);
        assert!(played.result.is_ok());
    }
}
