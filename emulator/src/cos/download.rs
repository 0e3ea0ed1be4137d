//! The files themselves (section 9).

use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, request::Parts};
use percent_encoding::percent_decode_str;

use super::{
    Cos, Halt,
    answer::{Refusal, sign_off},
    authorize::{Need, Wanted},
    store::File,
    target::{self, DownloadHost, Target},
};
use crate::{
    exchange::{Exchange, Reply},
    presented,
    representation::{Part, Representation},
};

/// What a download says to any signature that does not serve (section 4.9).
pub(super) const SIGNATURE_CHECK: i64 = -45086;
/// The file is missing.
const MISSING: i64 = -46628;
/// The file is not complete.
const INCOMPLETE: i64 = -46614;
/// The file is blocked.
const BLOCKED: i64 = -46646;
/// What is said to who has no signature of COS, at a host that says nothing.
const PRESUMED: &str =
    "no Host names a Wanxiang bucket or the COS bucket: taken for a COS download";

/// A file, or a part of one, ready to be sent.
pub(super) struct Found {
    file: Arc<File>,
    /// The headers of the request.
    asked: HeaderMap,
    with_body: bool,
}

impl Cos {
    /// Finds the file that a download asks for.
    pub(super) async fn download(
        &self,
        exchange: &mut Exchange<'_>,
        host: &DownloadHost,
        parts: &Parts,
    ) -> Result<Found, Halt> {
        if !exchange.gate().await {
            return Err(Halt::Faulted);
        }
        if ![Method::GET, Method::HEAD].contains(&parts.method) {
            return Err(Refusal::new(-5996, "downloads take GET and HEAD").into());
        }
        let target = Target {
            app: self.account.app().to_string(),
            bucket: host.bucket.clone(),
            path: percent_decode_str(parts.uri.path()).collect(),
        };
        let path = target::checked(&target.path)?;
        // Both at once: an upload that ends meanwhile is neither missing nor incomplete.
        let (file, is_open) = {
            let contents = self.store.contents();
            let file = contents.file(path).map(Arc::clone);
            (file, contents.upload(path).is_some())
        };
        if !self.is_public(file.as_deref(), host) {
            self.check_download(&target, host, parts)?;
        } else if target.bucket != self.account.bucket().as_str() {
            return Err(Refusal::new(-133, "there is no such bucket").into());
        }
        let Some(file) = file else {
            return Err(match is_open {
                true => Refusal::new(INCOMPLETE, format!("{path} is not complete")),
                false => Refusal::new(MISSING, format!("nothing is at {path}")),
            }
            .into());
        };
        if file.attributes.forbid != 0 {
            return Err(Refusal::new(BLOCKED, format!("{path} is blocked")).into());
        }
        Ok(Found {
            asked: parts.headers.clone(),
            with_body: parts.method == Method::GET,
            file,
        })
    }

    /// Whether it may be read without a signature (section 4.9).
    fn is_public(&self, file: Option<&File>, host: &DownloadHost) -> bool {
        let own = file
            .and_then(|file| file.attributes.authority.as_deref())
            .filter(|_| !host.is_cdn);
        match own {
            Some("eWPrivateRPublic") => true,
            Some("eWRPrivate") => false,
            _ => self.manners.public,
        }
    }

    /// The answer has one code for all that may be wrong; the reason names which it was.
    fn check_download(
        &self,
        target: &Target,
        host: &DownloadHost,
        parts: &Parts,
    ) -> Result<(), Refusal> {
        let wanted = Wanted {
            target,
            need: Some(Need::Download),
            now: self.now(),
        };
        let query = parts.uri.query().unwrap_or_default();
        let presented = presented::signature(&parts.headers, query);
        self.read_signature(presented.as_deref(), &wanted)
            .and_then(|signature| self.check_signature(&signature, &wanted))
            .map_err(|refusal| match refusal.code {
                -133 | -181 => refusal,
                // No signature, one that cannot be read, or one of an account that is not known.
                -81 | -5998 | -82 if !host.is_named => {
                    Refusal::new(SIGNATURE_CHECK, format!("{refusal}; {PRESUMED}"))
                }
                _ => Refusal::new(SIGNATURE_CHECK, refusal.to_string()),
            })
    }
}

impl Found {
    /// The answer.
    pub(super) fn reply(self, request_id: &str) -> Reply {
        let entity_tag = self.file.entity_tag();
        let content = representation(&self.file, &entity_tag);
        let part = content.part(&self.asked);
        let is_beyond = part == Part::Beyond;
        let mut response = content.response(part, self.with_body);
        if is_beyond {
            return beyond(self.file.size, response.headers(), request_id);
        }
        let headers = response.headers_mut();
        for (name, value) in &self.file.attributes.custom_headers {
            let name = HeaderName::try_from(name);
            if let (Ok(name), Ok(value)) = (name, HeaderValue::try_from(value)) {
                headers.insert(name, value);
            }
        }
        sign_off(headers, request_id);
        Reply {
            response,
            code: None,
            refusal: None,
        }
    }
}

fn representation<'a>(file: &'a File, entity_tag: &'a str) -> Representation<'a> {
    Representation {
        pieces: &file.pieces,
        size: file.size,
        entity_tag,
        modified: file.modified,
        content_type: "application/octet-stream",
    }
}

fn beyond(size: u64, described: &HeaderMap, request_id: &str) -> Reply {
    let refusal = Refusal::new(-29034, format!("the range is behind the end, {size}"));
    let mut reply = super::answer::download_refused(refusal, request_id);
    *reply.response.status_mut() = StatusCode::RANGE_NOT_SATISFIABLE;
    reply.response.headers_mut().extend(described.clone());
    reply
}
