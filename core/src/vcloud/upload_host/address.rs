use std::fmt;

use http::{HeaderName, HeaderValue, header};
use serde::{Deserialize, Deserializer, de};
use serde_json::Value;

use super::UploadHost;
use crate::{Token, loose};

/// So many hosts of one address are tried; of more, nothing is to be hoped for.
const HOST_LIMIT: usize = 16;

/// So many headers are sent for the service, and none that is longer.
const HEADER_LIMIT: usize = 64;

/// Longer values and permissions than this are in no header that a server takes.
const VALUE_LIMIT: usize = 16 * 1024;

/// Where to upload to, and by whose leave: what an apply brings (section 7.5).
#[derive(Clone, Deserialize)]
#[serde(try_from = "Written")]
pub struct UploadAddress {
    pub(super) stores: Vec<Store>,
    pub(super) hosts: Vec<UploadHost>,
    pub(super) headers: UploadHeaders,
    pub(super) session_key: Token,
}

/// Without the session: who has it can commit the upload.
impl fmt::Debug for UploadAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadAddress")
            .field("stores", &self.stores)
            .field("hosts", &self.hosts)
            .field("headers", &self.headers)
            .finish_non_exhaustive()
    }
}

/// Where one content is put.
#[derive(Clone, Debug)]
pub struct Store {
    uri: String,
    auth: Token,
}

/// Headers that the service wants to have sent with the content.
#[derive(Clone, Default)]
pub(super) struct UploadHeaders(Vec<(HeaderName, HeaderValue)>);

impl UploadAddress {
    /// One for each content that was applied for. There is at least one.
    pub fn stores(&self) -> &[Store] {
        &self.stores
    }

    /// The hosts that take them, in the order in which to try them. There is at least one; of very
    /// many, the first.
    pub fn hosts(&self) -> &[UploadHost] {
        &self.hosts
    }

    /// What ties the commit to this apply.
    pub fn session_key(&self) -> &str {
        self.session_key.expose()
    }
}

impl Store {
    /// The name of the content at the service, known before it is there.
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// The permission to put it there.
    pub fn auth(&self) -> &Token {
        &self.auth
    }
}

impl UploadAddress {
    /// An address that was saved: of one store, and of these hosts.
    pub(super) fn saved(
        store: (String, String),
        hosts: Vec<String>,
        headers: &[(String, String)],
        session_key: String,
    ) -> Result<UploadAddress, &'static str> {
        let (uri, auth) = store;
        UploadAddress::try_from(Written {
            stores: Some(vec![WrittenStore { uri, auth }]),
            hosts: Some(hosts),
            headers: UploadHeaders::read(headers).ok_or("a header that cannot be sent")?,
            session_key,
        })
    }

    /// The same, of one of its stores only.
    pub(super) fn of_store(&self, store: &Store) -> UploadAddress {
        UploadAddress {
            stores: vec![store.clone()],
            hosts: self.hosts.clone(),
            headers: self.headers.clone(),
            session_key: self.session_key.clone(),
        }
    }
}

impl UploadHeaders {
    /// What belongs to the connection, or is made by the upload itself, is not the service's to say.
    pub(super) fn read(pairs: &[(String, String)]) -> Option<UploadHeaders> {
        let own = [
            header::HOST,
            header::CONNECTION,
            header::UPGRADE,
            header::TE,
            header::TRAILER,
            header::EXPECT,
            header::CONTENT_LENGTH,
            header::TRANSFER_ENCODING,
            header::AUTHORIZATION,
            header::PROXY_AUTHORIZATION,
            super::place::CHECKSUM,
        ];
        let mut headers = Vec::new();
        if pairs.len() > HEADER_LIMIT {
            return None;
        }
        for (name, value) in pairs {
            if value.len() > VALUE_LIMIT {
                return None;
            }
            let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
            let mut value = HeaderValue::from_str(value).ok()?;
            value.set_sensitive(true);
            if !own.contains(&name) {
                headers.push((name, value));
            }
        }
        Some(UploadHeaders(headers))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &(HeaderName, HeaderValue)> {
        self.0.iter()
    }
}

/// Names only: there may be a token among the values.
impl fmt::Debug for UploadHeaders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|(name, _)| name))
            .finish()
    }
}

/// As the service writes it.
#[derive(Deserialize)]
pub(super) struct Written {
    #[serde(default, rename = "StoreInfos")]
    stores: Option<Vec<WrittenStore>>,
    #[serde(default, rename = "UploadHosts")]
    hosts: Option<Vec<String>>,
    #[serde(default, rename = "UploadHeader", deserialize_with = "headers")]
    headers: UploadHeaders,
    #[serde(
        default,
        rename = "SessionKey",
        deserialize_with = "loose::text_or_empty"
    )]
    session_key: String,
}

#[derive(Deserialize)]
struct WrittenStore {
    #[serde(
        default,
        rename = "StoreUri",
        deserialize_with = "loose::text_or_empty"
    )]
    uri: String,
    #[serde(default, rename = "Auth", deserialize_with = "loose::text_or_empty")]
    auth: String,
}

impl TryFrom<Written> for UploadAddress {
    type Error = &'static str;

    fn try_from(written: Written) -> Result<UploadAddress, &'static str> {
        let mut hosts = Vec::new();
        for host in written.hosts.unwrap_or_default() {
            let host = UploadHost::new(host).map_err(|_| "an upload host that is none")?;
            // The service names some twice.
            if hosts.len() < HOST_LIMIT && !hosts.contains(&host) {
                hosts.push(host);
            }
        }
        let stores = written.stores.unwrap_or_default().into_iter();
        let stores: Vec<Store> = stores.map(Store::try_from).collect::<Result<_, _>>()?;
        match (hosts.is_empty(), stores.is_empty()) {
            (true, _) => Err("no upload hosts"),
            (_, true) => Err("no stores to upload to"),
            _ if written.session_key.is_empty() => Err("no session key"),
            _ => Ok(UploadAddress {
                stores,
                hosts,
                headers: written.headers,
                session_key: Token::new(written.session_key),
            }),
        }
    }
}

impl TryFrom<WrittenStore> for Store {
    type Error = &'static str;

    fn try_from(written: WrittenStore) -> Result<Store, &'static str> {
        let auth = Token::new(written.auth);
        let plain = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
        let is_header =
            (1..=VALUE_LIMIT).contains(&auth.expose().len()) && auth.expose().bytes().all(plain);
        match (written.uri.trim_matches('/').is_empty(), is_header) {
            (true, _) => Err("a store without a name"),
            (_, false) => Err("a store without a permission that can be sent"),
            _ => Ok(Store {
                uri: written.uri,
                auth,
            }),
        }
    }
}

/// An object of texts; of the successor, an array of `Key` and `Value` (section 16.3).
pub(super) fn headers<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<UploadHeaders, D::Error> {
    pairs(Value::deserialize(deserializer)?)
        .and_then(|pairs| UploadHeaders::read(&pairs))
        .ok_or_else(|| de::Error::custom("a header that cannot be sent"))
}

fn pairs(written: Value) -> Option<Vec<(String, String)>> {
    let text = |value: Value| loose::text(value).ok();
    match written {
        Value::Null => Some(Vec::new()),
        Value::Object(pairs) => (pairs.into_iter())
            .map(|(name, value)| Some((name, text(value)?)))
            .collect(),
        Value::Array(pairs) => (pairs.into_iter())
            .map(|mut pair| {
                let name = text(pair.get_mut("Key")?.take())?;
                Some((name, text(pair.get_mut("Value")?.take())?))
            })
            .collect(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<UploadAddress, serde_json::Error> {
        serde_json::from_str(json)
    }

    #[test]
    fn headers_come_as_an_object_or_as_pairs_and_cannot_change_the_request_itself() {
        for written in [
            r#"{"X-Store":"a","Host":"evil","content-crc32":"0","Authorization":"b"}"#,
            r#"{"X-Store":"a","Expect":"100-continue","Upgrade":"h2c","Proxy-Authorization":"b"}"#,
            r#"[{"Key":"X-Store","Value":"a"},{"Key":"Content-Length","Value":"7"}]"#,
        ] {
            let address = read(&format!(
                r#"{{"StoreInfos":[{{"StoreUri":"a/b","Auth":"canary"}}],"UploadHosts":["h"],
                    "UploadHeader":{written},"SessionKey":"session"}}"#
            ))
            .expect("an address");
            let sent: Vec<_> = address.headers.iter().collect();
            assert_eq!(sent.len(), 1, "{written}");
            assert_eq!(
                (sent[0].0.as_str(), sent[0].1.as_bytes()),
                ("x-store", &b"a"[..])
            );
            let shown = format!("{address:?}");
            assert!(!shown.contains("canary"), "{shown}");
            assert!(!shown.contains("session"), "{shown}");
        }
    }

    #[test]
    fn an_address_that_cannot_be_used_is_none() {
        for bad in [
            r#"{}"#,
            r#"{"StoreInfos":[{"StoreUri":"a","Auth":"b"}],"SessionKey":"s"}"#,
            r#"{"StoreInfos":[{"StoreUri":"a","Auth":"b"}],"UploadHosts":[],"SessionKey":"s"}"#,
            r#"{"StoreInfos":[{"StoreUri":"a","Auth":"b"}],"UploadHosts":["a/b"],"SessionKey":"s"}"#,
            r#"{"StoreInfos":[],"UploadHosts":["h"],"SessionKey":"s"}"#,
            r#"{"StoreInfos":null,"UploadHosts":["h"],"SessionKey":"s"}"#,
            r#"{"StoreInfos":[{"StoreUri":"a","Auth":"b"}],"UploadHosts":["h"]}"#,
            r#"{"StoreInfos":[{"StoreUri":"","Auth":"b"}],"UploadHosts":["h"],"SessionKey":"s"}"#,
            r#"{"StoreInfos":[{"StoreUri":"a"}],"UploadHosts":["h"],"SessionKey":"s"}"#,
            r#"{"StoreInfos":[{"StoreUri":"a","Auth":"b\r\nX: y"}],"UploadHosts":["h"],"SessionKey":"s"}"#,
            r#"{"StoreInfos":[{"StoreUri":"a","Auth":"b"}],"UploadHosts":["h"],"SessionKey":"s","UploadHeader":{"a b":"c"}}"#,
            r#"{"StoreInfos":[{"StoreUri":"a","Auth":"b"}],"UploadHosts":["h"],"SessionKey":"s","UploadHeader":7}"#,
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_address_without_measure_is_cut_or_refused() {
        let written = |hosts: usize, headers: usize, auth: usize| {
            let hosts: Vec<_> = (0..hosts).map(|at| format!("h{at}")).collect();
            let headers = (0..headers).map(|at| (format!("x-{at}"), "v".into()));
            let headers: serde_json::Map<String, Value> = headers.collect();
            serde_json::json!({
                "StoreInfos": [{"StoreUri": "a", "Auth": "b".repeat(auth)}],
                "UploadHosts": hosts, "UploadHeader": headers, "SessionKey": "s",
            })
        };
        let read = |written| serde_json::from_value::<UploadAddress>(written);
        let address = read(written(100_000, HEADER_LIMIT, VALUE_LIMIT)).expect("an address");
        assert_eq!(address.hosts().len(), HOST_LIMIT);
        assert_eq!(address.hosts()[0].as_str(), "h0");
        assert!(read(written(1, HEADER_LIMIT + 1, 1)).is_err());
        assert!(read(written(1, 0, VALUE_LIMIT + 1)).is_err());
    }
}
