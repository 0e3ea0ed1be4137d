//! What is to be looked at: read from a JSON body, or from a form (sections 9.1 to 9.3).

use std::sync::Arc;

use http::{Uri, header, request::Parts};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::{Map, Value};

use super::PICTURE_LIMIT;
use crate::{
    body::RequestBody,
    form::{self, Form, FormError, is_multipart},
    wanxiang::{answer::Refusal, store::Object},
};

/// The most pictures in one request (section 9.2).
const PICTURES: usize = 20;
/// All pictures, and what is around them.
const FORM_LIMIT: u64 = PICTURES as u64 * PICTURE_LIMIT + 1024 * 1024;
/// Room for as many long addresses, each character escaped.
const JSON_LIMIT: usize = 512 * 1024;
/// Account and bucket.
const TEXT_LIMIT: usize = 1024;

/// One request.
pub(super) struct Job {
    pub(super) app: String,
    pub(super) bucket: String,
    /// In the order of the answer.
    pub(super) pictures: Vec<Picture>,
    /// One address, whose answer is no list.
    pub(super) is_single: bool,
}

pub(super) struct Picture {
    pub(super) label: Label,
    pub(super) source: Source,
}

/// By what the client finds its picture in the answer.
pub(super) enum Label {
    Url(String),
    FileName(String),
}

/// Where a picture is.
pub(super) enum Source {
    Address(String),
    Bytes(Vec<u8>),
    /// Larger than is taken.
    TooLarge,
    Stored(Arc<Object>),
}

impl Label {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Label::Url(_) => "url",
            Label::FileName(_) => "filename",
        }
    }

    pub(super) fn text(&self) -> &str {
        match self {
            Label::Url(text) | Label::FileName(text) => text,
        }
    }
}

impl Job {
    pub(super) async fn read(parts: &Parts, body: RequestBody) -> Result<Job, Refusal> {
        let kind = parts.headers.get(header::CONTENT_TYPE);
        let kind = String::from_utf8_lossy(kind.map_or(b"", |value| value.as_bytes()));
        let job = match is_multipart(&kind) {
            true => {
                let boundary = form::boundary(&kind).map_err(broken)?;
                Job::of_form(Form::new(boundary, body, FORM_LIMIT)).await?
            }
            false => Job::of_json(body).await?,
        };
        match job.pictures.len() {
            0 => Err(Refusal::new(18, "there is neither an image nor a url")),
            1..=PICTURES => Ok(job),
            _ => Err(too_many()),
        }
    }

    async fn of_json(body: RequestBody) -> Result<Job, Refusal> {
        let bytes = body.read(JSON_LIMIT).await;
        let bytes = bytes.map_err(|problem| Refusal::new(3, problem.to_string()))?;
        let bytes = bytes.ok_or_else(|| Refusal::new(23, "the body is too large"))?;
        let fields: Map<String, Value> = serde_json::from_slice(&bytes)
            .map_err(|problem| Refusal::new(3, format!("the body is no JSON object: {problem}")))?;
        let (urls, is_single) = match (fields.get("url_list"), fields.get("url")) {
            (Some(Value::Array(list)), _) => (list.iter().collect(), false),
            (Some(_), _) => return Err(Refusal::new(21, "url_list is no list")),
            (None, Some(url)) => (vec![url], true),
            (None, None) => (Vec::new(), false),
        };
        let pictures = urls.into_iter().map(|url| {
            let url = url.as_str();
            let url = url.ok_or_else(|| Refusal::new(21, "an address is no text"))?;
            Ok(Picture {
                label: Label::Url(url.to_owned()),
                source: Source::Address(url.to_owned()),
            })
        });
        Ok(Job {
            // A number or a text (section 9.2).
            app: match fields.get("appid") {
                Some(Value::String(text)) => text.clone(),
                Some(Value::Number(number)) => number.to_string(),
                _ => String::new(),
            },
            bucket: match fields.get("bucket") {
                Some(Value::String(text)) => text.clone(),
                _ => String::new(),
            },
            pictures: pictures.collect::<Result<_, Refusal>>()?,
            is_single,
        })
    }

    async fn of_form(mut form: Form) -> Result<Job, Refusal> {
        let (mut app, mut bucket) = (String::new(), String::new());
        let mut pictures = Vec::new();
        while let Some(field) = form.next().await.map_err(broken)? {
            let name = field.name().to_owned();
            match name.as_str() {
                "appid" => app = field.text(TEXT_LIMIT).await.map_err(broken)?,
                "bucket" => bucket = field.text(TEXT_LIMIT).await.map_err(broken)?,
                // Section 9.3: only the beginning counts.
                _ if name.starts_with("image") => {
                    if pictures.len() == PICTURES {
                        return Err(too_many());
                    }
                    let label = Label::FileName(field.file_name().unwrap_or_default().to_owned());
                    let source = match field.bytes(PICTURE_LIMIT as usize).await {
                        Ok(bytes) => Source::Bytes(bytes),
                        Err(FormError::FieldTooLarge(_)) => Source::TooLarge,
                        Err(problem) => return Err(broken(problem)),
                    };
                    pictures.push((name, Picture { label, source }));
                }
                _ => field.skip().await.map_err(broken)?,
            }
        }
        // As texts, so that image[10] comes before image[2] (section 9.3).
        pictures.sort_by(|(one, _), (other, _)| one.cmp(other));
        Ok(Job {
            app,
            bucket,
            pictures: pictures.into_iter().map(|(_, picture)| picture).collect(),
            is_single: false,
        })
    }
}

fn too_many() -> Refusal {
    Refusal::new(19, format!("there are more than {PICTURES} pictures"))
}

fn broken(problem: FormError) -> Refusal {
    match problem {
        FormError::TooLarge(limit) => {
            Refusal::new(23, format!("the body has more than {limit} bytes"))
        }
        other => Refusal::new(3, Refusal::from(other).reason),
    }
}

/// The parts of an address.
pub(super) struct Address {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) path: String,
    pub(super) query: String,
}

/// Reads an address, in which blanks and other scripts may stand as they are.
pub(super) fn parsed(url: &str) -> Result<Address, Refusal> {
    const RAW: &AsciiSet = &CONTROLS.add(b' ');
    let encoded = utf8_percent_encode(url.trim(), RAW).to_string();
    let bad = || Refusal::new(-1505, "this is no address of http or https");
    let uri: Uri = encoded.parse().map_err(|_| bad())?;
    match (uri.scheme_str(), uri.host()) {
        (Some(scheme @ ("http" | "https")), Some(host)) => Ok(Address {
            host: host.to_ascii_lowercase(),
            port: match uri.port_u16() {
                Some(port) => port,
                None if scheme == "http" => 80,
                None => 443,
            },
            path: uri.path().to_owned(),
            query: uri.query().unwrap_or_default().to_owned(),
        }),
        _ => Err(bad()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_even_if_nobody_encoded_them() {
        let address =
            parsed("http://IMG.example.com:80/图 1.jpg?sign=a%2Bb#x").expect("an address");
        assert_eq!(address.host, "img.example.com");
        assert_eq!(address.port, 80);
        let port = |url| parsed(url).expect("an address").port;
        assert_eq!(port("https://img.example.com/a"), 443);
        assert_eq!(port("https://[::1]:9080/a"), 9080);
        assert_eq!(address.path, "/%E5%9B%BE%201.jpg");
        assert_eq!(address.query, "sign=a%2Bb");
        for bad in [
            "",
            "img.example.com/a.jpg",
            "ftp://x/y",
            "http://",
            "http://a b/",
        ] {
            let code = parsed(bad).err().map(|refusal| refusal.code);
            assert_eq!(code, Some(-1505), "{bad}");
        }
    }
}
