use bytes::Bytes;
use http::{Request, Response};
use serde::Deserialize;
use serde_json::Value;

use crate::{
    Operation, Payload, Stamp, Token,
    error::{Error, InputError},
    loose,
    vcloud::{
        Dialect, Parameters,
        call::filled,
        caller::Caller,
        envelope,
        upload_host::{StorageClass, UploadAddress, VpcAddress, WrittenVpc},
    },
};

/// So many candidates are tried; of more, nothing is to be hoped for.
const CANDIDATE_LIMIT: usize = 16;

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
    session_key: Option<Token>,
    object_name: Option<String>,
    /// Of Volcengine only.
    further: Parameters,
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
pub struct Applied {
    addresses: Vec<UploadAddress>,
    vpc: Option<VpcAddress>,
}

impl Applied {
    /// All of them; of very many, the first. There is at least one.
    pub fn addresses(&self) -> &[UploadAddress] {
        &self.addresses
    }

    /// The first.
    pub fn address(&self) -> &UploadAddress {
        &self.addresses[0]
    }

    /// What goes before them on machines of the service's own; of Volcengine only.
    pub fn vpc(&self) -> Option<&VpcAddress> {
        self.vpc.as_ref()
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
            further: Parameters::new(),
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
        self.session_key = Some(Token::new(session_key));
        self
    }

    /// The name that the content is to have; at TTVcloud, that only a [`FileType::Object`] has.
    pub fn object_name(mut self, name: impl Into<String>) -> ApplyUpload {
        self.object_name = Some(name.into());
        self
    }

    /// What the name that the service makes up ends in, such as `.mp4`; of Volcengine only.
    pub fn file_extension(self, extension: impl Into<String>) -> ApplyUpload {
        self.further("FileExtension", extension.into())
    }

    /// How it is to be kept; of Volcengine only.
    pub fn storage_class(self, class: StorageClass) -> ApplyUpload {
        self.further("StorageClass", class.number().to_string())
    }

    /// From which network it is uploaded; of Volcengine only.
    pub fn network_mode(self, mode: impl Into<String>) -> ApplyUpload {
        self.further("ClientNetWorkMode", mode.into())
    }

    /// From which data centre it is uploaded; of Volcengine only.
    pub fn data_centre(self, mode: impl Into<String>) -> ApplyUpload {
        self.further("ClientIDCMode", mode.into())
    }

    /// Which upload host is preferred; of Volcengine only.
    pub fn preferred_host(self, host: impl Into<String>) -> ApplyUpload {
        self.further("UploadHostPrefer", host.into())
    }

    fn further(mut self, name: &'static str, value: String) -> ApplyUpload {
        self.further.set(name, value);
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
            query.set("SessionKey", session_key.expose().to_owned());
        }
        if let Some(size) = self.size {
            query = query.with_number("FileSize", size);
        }
        query = match (self.number, dialect) {
            (None, _) => query,
            (Some(number @ 1..), Dialect::TtvCloud) => query.with_number("UploadNum", number),
            (Some(_), _) => return Err(refused("UploadNum")),
        };
        if let Some(value) = &self.object_name {
            if dialect == Dialect::TtvCloud && self.file_type != FileType::Object {
                return Err(refused(name));
            }
            query.set(name, value.clone());
        }
        self.successors(query)
    }

    /// What only the successor takes; it offers further addresses to those who ask for them.
    fn successors(&self, query: Parameters) -> Result<Parameters, InputError> {
        match (self.caller.dialect(), self.further.iter().next()) {
            (Dialect::TtvCloud, None) => Ok(query),
            (Dialect::TtvCloud, Some((name, _))) => Err(refused(name)),
            (Dialect::Volcengine, _) => {
                let query = query.with("NeedFallback", "true");
                Ok(self.further.iter().fold(query, |query, (name, value)| {
                    query.with(name.to_owned(), value.to_owned())
                }))
            }
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
    #[serde(default, rename = "VpcTosUploadAddress")]
    vpc: Value,
}

#[derive(Default, Deserialize)]
struct Candidates {
    #[serde(
        default,
        rename = "MainUploadAddresses",
        deserialize_with = "loose::list"
    )]
    main: Vec<Value>,
    #[serde(
        default,
        rename = "BackupUploadAddresses",
        deserialize_with = "loose::list"
    )]
    backup: Vec<Value>,
    #[serde(
        default,
        rename = "FallbackUploadAddresses",
        deserialize_with = "loose::list"
    )]
    fallback: Vec<Value>,
}

impl Data {
    /// The candidates, main ones first, else the one address; before them, what stands beside that one
    /// for machines of the service's own (section 16.3). What cannot be used is left out, as long as
    /// something is left.
    fn applied(self) -> Result<Applied, serde_json::Error> {
        let address = serde_json::from_value::<UploadAddress>(self.address);
        let vpc = match (&address, serde_json::from_value(self.vpc)) {
            (Ok(address), Ok(vpc)) => WrittenVpc::read(vpc, address),
            _ => None,
        };
        let candidates = self.candidates.unwrap_or_default();
        let candidates = (candidates.main.into_iter())
            .chain(candidates.backup)
            .chain(candidates.fallback)
            .filter_map(|candidate| serde_json::from_value(candidate).ok())
            .take(CANDIDATE_LIMIT);
        let mut addresses: Vec<UploadAddress> = candidates.collect();
        if addresses.is_empty() {
            addresses.push(address?);
        }
        Ok(Applied { addresses, vpc })
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
                let Original { address } = envelope::open_withheld(self.caller.name(), response)?;
                Applied {
                    addresses: vec![address],
                    vpc: None,
                }
            }
            Dialect::Volcengine => {
                let Successor { data } = envelope::open_withheld(self.caller.name(), response)?;
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
#[path = "apply_upload_tests.rs"]
mod tests;
