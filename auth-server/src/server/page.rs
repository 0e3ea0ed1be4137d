//! The upload page, and what it works with.

use http::{HeaderName, HeaderValue, Response, header};
use serde::Serialize;
use yunmei_core::Stamp;

use crate::{
    path::SafePath,
    policy::{Granted, Operation, Policy, Service, Target},
    sign::Signatory,
};

use super::{
    Shared, decision,
    refused::Refused,
    reply::{self, Body},
    routes::Question,
};

const INDEX: &str = include_str!("../../page/index.html");
const STYLE: &str = include_str!("../../page/style.css");
const SCRIPT: &str = include_str!("../../page/page.js");
const ICON: &str = include_str!("../../page/icon.svg");

/// The largest picture where the policy names no limit: more is not taken in one piece (dossier of
/// COS, section 10).
const SIZE_LIMIT: u64 = 20 * 1024 * 1024;
/// The types where the policy names none: what browsers show.
const TYPES: [&str; 4] = ["image/jpeg", "image/png", "image/gif", "image/webp"];

/// The files of the page.
pub(super) struct Assets {
    /// From where the page may load what, and whom it may ask.
    security: HeaderValue,
}

#[derive(Serialize)]
struct Settings<'a> {
    service: &'a str,
    prefix: &'a str,
    size_limit: u64,
    types: Vec<&'a str>,
    parallel: u32,
    picture_origin: Option<&'a str>,
    now: u64,
}

impl Assets {
    /// For the clouds that this policy lets the page use.
    pub(super) fn new(policy: &Policy, signatory: &Signatory, stamp: &Stamp) -> Assets {
        let (cloud, pictures) = origins(policy, signatory, stamp).unwrap_or_default();
        let text = format!(
            "default-src 'none'; script-src 'self'; style-src 'self'; \
             img-src 'self' blob:{pictures}; connect-src 'self'{cloud}; form-action 'none'; \
             base-uri 'none'; frame-ancestors 'none'"
        );
        let security = HeaderValue::try_from(text).expect("origins are visible ASCII");
        Assets { security }
    }

    pub(super) fn index(&self) -> Response<Body> {
        let mut response = reply::text("text/html; charset=utf-8", INDEX);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, self.security.clone());
        let no_referrer = HeaderValue::from_static("no-referrer");
        headers.insert(header::REFERRER_POLICY, no_referrer);
        // Who opened the page could change its address, and so the token in use.
        let opener = HeaderName::from_static("cross-origin-opener-policy");
        headers.insert(opener, HeaderValue::from_static("same-origin"));
        response
    }

    pub(super) fn style(&self) -> Response<Body> {
        reply::text("text/css; charset=utf-8", STYLE)
    }

    pub(super) fn script(&self) -> Response<Body> {
        reply::text("text/javascript; charset=utf-8", SCRIPT)
    }

    pub(super) fn icon(&self) -> Response<Body> {
        reply::text("image/svg+xml", ICON)
    }
}

/// Where the page uploads to, and where its pictures are shown from, each with a blank in front.
fn origins(policy: &Policy, signatory: &Signatory, stamp: &Stamp) -> Option<(String, String)> {
    let (page, rule) = (policy.page()?, policy.page_rule()?);
    let address = |operation| {
        let granted = Granted {
            rule,
            index: page.rule,
            operation,
            target: Target::Path(SafePath::new("/x").ok()?),
            lifetime: rule.lifetime(),
            media_type: None,
        };
        let answer = signatory.sign(&granted, stamp).ok()?;
        origin(answer.url.expose()).map(str::to_owned)
    };
    let cloud = format!(" {}", address(Operation::Upload)?);
    let pictures = match page.picture_origin() {
        Some(origin) => format!(" {origin}"),
        None => {
            let there = address(Operation::Download)?;
            // The service's own addresses of pictures are http; a page over https asks by https.
            match there.split_once("://") {
                Some((_, host)) => format!(" http://{host} https://{host}"),
                None => return None,
            }
        }
    };
    Some((cloud, pictures))
}

/// Scheme, host and port of an address.
fn origin(address: &str) -> Option<&str> {
    let start = address.find("://")? + 3;
    let end = address[start..]
        .find(['/', '?', '#'])
        .map_or(address.len(), |end| start + end);
    Some(&address[..end])
}

/// What the page works with, for whoever has this token.
pub(super) fn settings(shared: &Shared, question: &Question) -> Response<Body> {
    let stamp = (shared.stamps)();
    match settings_json(shared, question, &stamp) {
        Ok(json) => reply::json(json),
        Err(refused) => refused.into_response(),
    }
}

fn settings_json(shared: &Shared, question: &Question, stamp: &Stamp) -> Result<Vec<u8>, Refused> {
    let claims = decision::claims(shared, question, stamp.now)?;
    let policy = &shared.policy;
    let (Some(page), Some(rule)) = (policy.page(), policy.page_rule()) else {
        return Err(Refused::no_page());
    };
    let prefix = rule.folder(&claims)?;
    let types = match rule.types() {
        [] => TYPES.to_vec(),
        types => types.iter().map(String::as_str).collect(),
    };
    let settings = Settings {
        service: rule.service().as_str(),
        prefix: match rule.service() {
            Service::Image => prefix.key(),
            _ => prefix.as_str(),
        },
        size_limit: rule.size_limit().unwrap_or(SIZE_LIMIT),
        types,
        parallel: page.parallel,
        picture_origin: page.picture_origin(),
        now: stamp.now.seconds(),
    };
    Ok(serde_json::to_vec(&settings).expect("texts and numbers are JSON"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_what_stands_before_the_path() {
        for (address, is) in [
            ("http://127.0.0.1:9080/files/v2/x", "http://127.0.0.1:9080"),
            (
                "https://gz.file.myqcloud.com?a=b",
                "https://gz.file.myqcloud.com",
            ),
            ("https://a", "https://a"),
        ] {
            assert_eq!(origin(address), Some(is));
        }
        assert_eq!(origin("nothing"), None);
    }

    #[test]
    fn the_page_s_script_stays_small() {
        assert!(SCRIPT.len() < 10 * 1024, "{}", SCRIPT.len());
    }
}
