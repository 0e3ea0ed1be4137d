use bytes::Bytes;
use http::{Request, Response};
use serde::Deserialize;
use serde_json::Value;

use crate::{
    Operation, Payload, Stamp,
    error::{Error, InputError},
    loose,
    vcloud::{
        Dialect, Parameters, call::filled, caller::Caller, envelope, upload_host::UploadAddress,
    },
};

/// Asks where to upload to (section 7.5): [`Vod::apply_upload`](super::Vod::apply_upload).
///
/// ```text
/// GET /?Action=ApplyUpload&Version=2018-01-01&SpaceName=…&UploadHosts=1&FileType=…
/// GET /?Action=ApplyUploadInfo&Version=2022-01-01&SpaceName=…&FileType=…    of Volcengine
/// ```
#[derive(Clone, Debug)]
pub struct ApplyUpload {
    caller: Caller,
    space: String,
    file_type: FileType,
    size: Option<u64>,
    number: Option<u32>,
    session_key: Option<String>,
    object_name: Option<String>,
}

/// What is uploaded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FileType {
    /// Video or audio.
    #[default]
    Video,
    /// A picture.
    Image,
    /// Anything.
    Object,
}

impl FileType {
    /// The word that is sent.
    pub fn as_str(self, dialect: Dialect) -> &'static str {
        match (self, dialect) {
            (FileType::Video, Dialect::TtvCloud) => "video",
            (FileType::Video, Dialect::Volcengine) => "media",
            (FileType::Image, _) => "image",
            (FileType::Object, _) => "object",
        }
    }
}

/// What [`ApplyUpload`] brings: one address or more, in the order in which to try them.
#[derive(Clone, Debug)]
pub struct Applied(Vec<UploadAddress>);

impl Applied {
    /// All of them. There is at least one.
    pub fn addresses(&self) -> &[UploadAddress] {
        &self.0
    }

    /// The first.
    pub fn address(&self) -> &UploadAddress {
        &self.0[0]
    }
}

impl ApplyUpload {
    pub(super) fn new(caller: Caller, space: String, file_type: FileType) -> ApplyUpload {
        ApplyUpload {
            caller,
            space,
            file_type,
            size: None,
            number: None,
            session_key: None,
            object_name: None,
        }
    }

    /// Says how large it is, in bytes.
    pub fn file_size(mut self, size: u64) -> ApplyUpload {
        self.size = Some(size);
        self
    }

    /// Applies for so many contents at once; Volcengine has no place for it.
    pub fn number(mut self, number: u32) -> ApplyUpload {
        self.number = Some(number);
        self
    }

    /// Refers to an earlier apply whose upload failed: a hint for the choice of hosts.
    pub fn session_key(mut self, session_key: impl Into<String>) -> ApplyUpload {
        self.session_key = Some(session_key.into());
        self
    }

    /// The name that an [`FileType::Object`] is to have.
    pub fn object_name(mut self, name: impl Into<String>) -> ApplyUpload {
        self.object_name = Some(name.into());
        self
    }

    fn query(&self) -> Result<Parameters, InputError> {
        filled("SpaceName", &self.space)?;
        let dialect = self.caller.dialect();
        let file_type = self.file_type.as_str(dialect);
        let (mut query, name) = match dialect {
            Dialect::TtvCloud => (
                Parameters::of_action("ApplyUpload", "2018-01-01")
                    .with("SpaceName", self.space.clone())
                    // Nothing depends on it, but the reference always sends it.
                    .with("UploadHosts", "1"),
                "TosKeys",
            ),
            Dialect::Volcengine => (
                Parameters::of_action("ApplyUploadInfo", "2022-01-01")
                    .with("SpaceName", self.space.clone()),
                "FileName",
            ),
        };
        query.set("FileType", file_type);
        if let Some(session_key) = &self.session_key {
            query.set("SessionKey", session_key.clone());
        }
        if let Some(size) = self.size {
            query = query.with_number("FileSize", size);
        }
        query = match (self.number, dialect) {
            (None, _) => query,
            (Some(number @ 1..), Dialect::TtvCloud) => query.with_number("UploadNum", number),
            (Some(_), _) => return Err(refused("UploadNum")),
        };
        match &self.object_name {
            None => Ok(query),
            Some(_) if self.file_type != FileType::Object => Err(refused(name)),
            Some(value) => Ok(query.with(name, value.clone())),
        }
    }
}

fn refused(name: &str) -> InputError {
    InputError::Parameter {
        name: name.to_owned(),
    }
}

#[derive(Deserialize)]
struct Original {
    #[serde(rename = "UploadAddress")]
    address: UploadAddress,
}

#[derive(Deserialize)]
struct Successor {
    #[serde(rename = "Data")]
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    #[serde(default, rename = "UploadAddress")]
    address: Value,
    #[serde(default, rename = "CandidateUploadAddresses")]
    candidates: Option<Candidates>,
}

#[derive(Default, Deserialize)]
struct Candidates {
    #[serde(
        default,
        rename = "MainUploadAddresses",
        deserialize_with = "loose::list"
    )]
    main: Vec<UploadAddress>,
    #[serde(
        default,
        rename = "BackupUploadAddresses",
        deserialize_with = "loose::list"
    )]
    backup: Vec<UploadAddress>,
    #[serde(
        default,
        rename = "FallbackUploadAddresses",
        deserialize_with = "loose::list"
    )]
    fallback: Vec<UploadAddress>,
}

impl Data {
    /// The candidates, main ones first, else the one address (section 16.3).
    fn applied(self) -> Result<Applied, serde_json::Error> {
        let Candidates {
            mut main,
            backup,
            fallback,
        } = self.candidates.unwrap_or_default();
        main.extend(backup.into_iter().chain(fallback));
        if main.is_empty() {
            main.push(serde_json::from_value(self.address)?);
        }
        Ok(Applied(main))
    }
}

impl Operation for ApplyUpload {
    type Output = Applied;

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        self.caller.get(&self.query()?, stamp)
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<Applied, Error> {
        let unusable = |problem: String| envelope::unreadable_withheld(problem, response);
        let applied = match self.caller.dialect() {
            Dialect::TtvCloud => {
                let Original { address } = envelope::open_withheld(response)?;
                Applied(vec![address])
            }
            Dialect::Volcengine => {
                let Successor { data } = envelope::open_withheld(response)?;
                let applied = data.applied();
                applied.map_err(|problem| unusable(format!("in UploadAddress: {problem}")))?
            }
        };
        let (wanted, stores) = (self.number.unwrap_or(1), applied.address().stores().len());
        if stores < wanted as usize {
            return Err(unusable(format!("{stores} stores for {wanted} contents")));
        }
        Ok(applied)
    }

    /// An apply that leads to nothing is forgotten by the service.
    fn repeatable(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vcloud::{
        played::{answer, query, stamp, success},
        upload_host::tests::address_json,
        vod::tests::{successor, vod},
    };

    fn sent(apply: &ApplyUpload) -> String {
        query(&apply.request(&stamp()).expect("a request")).to_owned()
    }

    #[test]
    fn each_dialect_applies_in_its_own_way() {
        let apply = vod().apply_upload("s", FileType::Object).file_size(7);
        assert_eq!(
            sent(&apply.session_key("k").number(2).object_name("a/b")),
            "Action=ApplyUpload&Version=2018-01-01&SpaceName=s&UploadHosts=1&FileType=object\
             &SessionKey=k&FileSize=7&UploadNum=2&TosKeys=a%2Fb"
        );
        let apply = successor().apply_upload("s", FileType::Video).file_size(7);
        assert_eq!(
            sent(&apply),
            "Action=ApplyUploadInfo&Version=2022-01-01&SpaceName=s&FileType=media&FileSize=7"
        );
    }

    #[test]
    fn what_the_service_has_no_place_for_is_refused() {
        for apply in [
            vod().apply_upload("", FileType::Video),
            vod().apply_upload("s", FileType::Video).number(0),
            vod().apply_upload("s", FileType::Video).object_name("a"),
            successor().apply_upload("s", FileType::Video).number(2),
        ] {
            let refused = apply.request(&stamp());
            assert!(matches!(
                refused,
                Err(Error::Input(InputError::Parameter { .. }))
            ));
        }
    }

    #[test]
    fn an_answer_without_hosts_or_with_too_few_stores_is_none_and_shows_no_permission() {
        let apply = vod().apply_upload("s", FileType::Video).number(2);
        for address in [
            address_json(&["a", "b"], &[], "{}"),
            address_json(&["a"], &["h"], "{}"),
        ] {
            let body = success(&format!(r#"{{"UploadAddress":{address}}}"#));
            let error = apply.parse(&answer(200, &body)).expect_err("unusable");
            let shown = format!("{error} {error:?}");
            assert!(matches!(error, Error::Response(_)), "{shown}");
            assert!(!shown.contains("permission-"), "{shown}");
            assert!(shown.contains("request id id"), "{shown}");
        }
    }

    #[test]
    fn the_successor_names_candidates_or_one_address() {
        let parse = |data: String| {
            let body = success(&format!(r#"{{"Data":{data}}}"#));
            let applied = successor().apply_upload("s", FileType::Video);
            applied.parse(&answer(200, &body))
        };
        let address = |host| address_json(&["a"], &[host], "[]");
        let hosts = |applied: Applied| {
            let addresses = applied.addresses().iter();
            let hosts = addresses.map(|address| address.hosts()[0].as_str().to_owned());
            hosts.collect::<Vec<_>>()
        };
        let all = parse(format!(
            r#"{{"UploadAddress":{{}},"CandidateUploadAddresses":{{"MainUploadAddresses":[{}],
                "BackupUploadAddresses":[{}],"FallbackUploadAddresses":null}}}}"#,
            address("a"),
            address("b")
        ));
        assert_eq!(hosts(all.expect("addresses")), ["a", "b"]);
        let one = parse(format!(r#"{{"UploadAddress":{}}}"#, address("c")));
        assert_eq!(hosts(one.expect("an address")), ["c"]);
        assert!(matches!(parse("{}".into()), Err(Error::Response(_))));
    }
}
