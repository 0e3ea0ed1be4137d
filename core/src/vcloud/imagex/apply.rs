use bytes::Bytes;
use http::{Request, Response};
use serde::Deserialize;

use super::{ServiceId, action};
use crate::{
    Operation, Payload, Stamp, Token,
    error::{Error, InputError},
    vcloud::{Dialect, Parameters, caller::Caller, envelope, upload_host::UploadAddress},
};

/// How many pictures one upload takes.
pub const UPLOAD_LIMIT: usize = 10;

/// Applies for an upload: [`ImageX::apply`](super::ImageX::apply).
///
/// ```text
/// GET /?Action=ApplyImageUpload&Version=2018-08-01&ServiceId=…&UploadNum=2&StoreKeys=…&StoreKeys=…
/// ```
///
/// The answer has one store for each picture, in the order of the keys; another number is an error.
#[derive(Clone, Debug)]
pub struct ApplyImages {
    caller: Caller,
    service: ServiceId,
    count: usize,
    keys: Vec<String>,
    space_name: Option<String>,
    session_key: Option<Token>,
    /// Of Volcengine only.
    further: Parameters,
}

impl ApplyImages {
    pub(super) fn new(caller: Caller, service: ServiceId, count: usize) -> ApplyImages {
        ApplyImages {
            caller,
            service,
            count,
            keys: Vec::new(),
            space_name: None,
            session_key: None,
            further: Parameters::new(),
        }
    }

    /// The names under which the pictures are to be stored, one for each; without them, the service
    /// makes some up.
    pub fn keys<T: Into<String>>(mut self, keys: impl IntoIterator<Item = T>) -> ApplyImages {
        self.keys = keys.into_iter().map(Into::into).collect();
        self
    }

    /// The space; of old services only.
    pub fn space_name(mut self, name: impl Into<String>) -> ApplyImages {
        self.space_name = Some(name.into());
        self
    }

    /// The session of an earlier apply, so that another try may be sent to other hosts.
    pub fn earlier_session(mut self, session_key: impl Into<String>) -> ApplyImages {
        self.session_key = Some(Token::new(session_key));
        self
    }

    /// Whether pictures that have these names already are replaced; of Volcengine only.
    pub fn overwrite(self, overwrite: bool) -> ApplyImages {
        self.further("Overwrite", overwrite.to_string())
    }

    /// What names that the service makes up begin with; of Volcengine only.
    pub fn prefix(self, prefix: impl Into<String>) -> ApplyImages {
        self.further("Prefix", prefix.into())
    }

    /// What names that the service makes up end in; of Volcengine only.
    pub fn file_extension(self, extension: impl Into<String>) -> ApplyImages {
        self.further("FileExtension", extension.into())
    }

    fn further(mut self, name: &'static str, value: String) -> ApplyImages {
        self.further.set(name, value);
        self
    }

    fn check(&self) -> Result<(), InputError> {
        let (count, limit) = (self.count, UPLOAD_LIMIT);
        if !(1..=limit).contains(&count) {
            let name = "pictures";
            return Err(InputError::Count { name, count, limit });
        }
        let any = !self.keys.is_empty();
        if any && (self.keys.len() != count || self.keys.iter().any(String::is_empty)) {
            return Err(InputError::Parameter {
                name: "StoreKeys".into(),
            });
        }
        match (self.caller.dialect(), self.further.iter().next()) {
            (Dialect::TtvCloud, Some((name, _))) => {
                Err(InputError::Parameter { name: name.into() })
            }
            _ => Ok(()),
        }
    }

    fn query(&self) -> Parameters {
        let count = i128::try_from(self.count).unwrap_or(i128::MAX);
        let query = action("ApplyImageUpload", &self.service).with_number("UploadNum", count);
        let query = self.keys.iter().fold(query, |query, key| {
            query.with_repeated("StoreKeys", key.clone())
        });
        let query = space_name(query, self.caller.dialect(), self.space_name.as_deref());
        let query = match &self.session_key {
            Some(session_key) => query.with("SessionKey", session_key.expose().to_owned()),
            None => query,
        };
        (self.further.iter()).fold(query, |query, (name, value)| {
            query.with(name.to_owned(), value.to_owned())
        })
    }
}

/// The reference sends it to TTVcloud even if it is empty; nobody does to the successor.
pub(super) fn space_name(
    query: Parameters,
    dialect: Dialect,
    space_name: Option<&str>,
) -> Parameters {
    match (space_name, dialect) {
        (None, Dialect::Volcengine) => query,
        (name, _) => query.with("SpaceName", name.unwrap_or_default().to_owned()),
    }
}

impl Operation for ApplyImages {
    type Output = UploadAddress;

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        self.check()?;
        self.caller.get(&self.query(), stamp)
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<UploadAddress, Error> {
        #[derive(Deserialize)]
        struct Applied {
            #[serde(rename = "UploadAddress")]
            address: UploadAddress,
        }
        let Applied { address } = envelope::open_withheld(self.caller.name(), response)?;
        let stores = address.stores().len();
        match stores == self.count {
            true => Ok(address),
            false => Err(envelope::unreadable_withheld(
                format!("{stores} stores for {} pictures", self.count),
                response,
            )),
        }
    }

    fn repeatable(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vcloud::{
        Region,
        imagex::{ImageX, imagex, service},
        played::{credentials, play, query, stamp, success},
        upload_host::tests::address_json,
    };

    fn applied(stores: &[&str], hosts: &[&str]) -> String {
        let address = address_json(stores, hosts, "null");
        success(&format!(
            r#"{{"RequestID":"id","UploadAddress":{address}}}"#
        ))
    }

    #[test]
    fn keys_are_repeated_in_their_order() {
        let apply = imagex().apply(&service(), 2).keys(["dir/b,c.png", "a"]);
        let request = apply.space_name("s").request(&stamp());
        assert_eq!(
            query(&request.expect("a request")),
            "Action=ApplyImageUpload&Version=2018-08-01&ServiceId=svcexample&UploadNum=2\
             &StoreKeys=dir%2Fb%2Cc.png&StoreKeys=a&SpaceName=s"
        );
    }

    #[test]
    fn the_successor_takes_more_and_no_empty_space() {
        let imagex = ImageX::new(Dialect::Volcengine, Region::default(), credentials());
        let apply = imagex.expect("a handle").apply(&service(), 1);
        let apply = apply.overwrite(true).prefix("p").file_extension(".png");
        let request = apply.request(&stamp()).expect("a request");
        assert_eq!(
            query(&request),
            "Action=ApplyImageUpload&Version=2018-08-01&ServiceId=svcexample&UploadNum=1\
             &Overwrite=true&Prefix=p&FileExtension=.png"
        );
        assert_eq!(request.uri().host(), Some("imagex.volcengineapi.com"));
    }

    #[test]
    fn what_only_the_successor_takes_is_refused_at_ttvcloud_before_it_is_sent() {
        for apply in [
            imagex().apply(&service(), 1).overwrite(true),
            imagex().apply(&service(), 1).prefix("p"),
            imagex().apply(&service(), 1).file_extension(".png"),
        ] {
            let refused = apply.request(&stamp());
            assert!(matches!(
                refused,
                Err(Error::Input(InputError::Parameter { .. }))
            ));
        }
        let again = imagex().apply(&service(), 1).earlier_session("canary");
        assert!(!format!("{again:?}").contains("canary"));
        let request = again.request(&stamp()).expect("a request");
        assert!(query(&request).ends_with("&SpaceName=&SessionKey=canary"));
    }

    #[test]
    fn the_number_of_pictures_and_of_keys_must_fit() {
        for apply in [
            imagex().apply(&service(), 0),
            imagex().apply(&service(), 11),
            imagex().apply(&service(), 2).keys(["a"]),
            imagex().apply(&service(), 1).keys(["a", "b"]),
            imagex().apply(&service(), 1).keys([""]),
        ] {
            assert!(matches!(apply.request(&stamp()), Err(Error::Input(_))));
        }
        assert!(imagex().apply(&service(), 10).request(&stamp()).is_ok());
    }

    #[test]
    fn there_is_a_store_for_each_picture() {
        let apply = || imagex().apply(&service(), 2);
        let address = play(apply(), &["", &applied(&["a/1", "a/2"], &["h"])]).result;
        let address = address.expect("an address");
        assert_eq!(address.stores()[1].uri(), "a/2");
        for (stores, hosts) in [
            (&["a/1"][..], &["h"][..]),
            (&["a/1", "a/2", "a/3"], &["h"]),
            (&[], &["h"]),
            (&["a/1", "a/2"], &[]),
        ] {
            let error = play(apply(), &[applied(stores, hosts)]).result;
            let Err(Error::Response(error)) = error else {
                panic!("{error:?}")
            };
            assert_eq!(error.request_id(), Some("id, log id log"));
            assert!(!error.to_string().contains("permission"), "{error}");
        }
    }
}
