//! What would be no error to a parser of TOML, and still never do what was meant.

use super::{Operation, Rule, Scope, Service, Videos, decide::VIDEO_LIMIT};
use crate::{path::is_visible, token::TokenRules};

/// Claims of every token that are no texts, and never equal to one.
const TIMES: [&str; 3] = ["exp", "nbf", "iat"];

/// Scheme, host and port, as a browser writes them: in small letters, without the port that goes
/// without saying, without a slash at the end, and without an asterisk. It goes into headers.
///
/// # Errors
///
/// What is wrong with it.
pub fn origin(origin: &str) -> Result<(), &'static str> {
    let plain = |byte: u8| {
        byte.is_ascii_lowercase()
            || byte.is_ascii_digit()
            || matches!(byte, b'-' | b'.' | b':' | b'/' | b'[' | b']')
    };
    let endpoint = yunmei_core::Endpoint::parse(origin);
    let whole = endpoint.is_ok_and(|endpoint| endpoint.as_str() == origin);
    let implied = match origin.split_once("://") {
        Some(("https", host)) => host.ends_with(":443"),
        Some((_, host)) => host.ends_with(":80"),
        None => true,
    };
    match whole && !implied && origin.bytes().all(plain) {
        true => Ok(()),
        false => Err(
            "must be an origin as browsers write it, such as https://www.example.com or http://127.0.0.1:8080",
        ),
    }
}

/// The name of a rule: it stands in audit lines.
pub(super) fn name(name: &str) -> Result<(), String> {
    match !name.is_empty() && is_visible(name) {
        true => Ok(()),
        false => Err("name must be a text of one line".into()),
    }
}

/// Types are compared as they are: one that no client says lets nothing through.
pub(super) fn types(service: Service, types: &[String]) -> Result<(), String> {
    let plain = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.' | b'+')
    };
    let word = |text: &str| !text.is_empty() && text.bytes().all(plain);
    let is_type = |one: &String| match service {
        Service::Vod => matches!(one.as_str(), "video" | "image" | "object"),
        _ => one
            .split_once('/')
            .is_some_and(|(kind, form)| word(kind) && word(form)),
    };
    match types.iter().find(|one| !is_type(one)) {
        None => Ok(()),
        Some(one) => Err(match service {
            Service::Vod => format!("types: {one:?} is not video, image or object"),
            _ => format!("types: {one:?} is not a media type such as image/png, in small letters"),
        }),
    }
}

/// What is granted, and never signed: folders that may not be, and ids with an `&`.
pub(super) fn scope(scope: &Scope, operations: &[Operation]) -> Result<(), &'static str> {
    match scope {
        Scope::Cos { prefix: false, .. } if operations.contains(&Operation::Create) => {
            Err("create is of folders: it needs prefix = true")
        }
        Scope::Image { path, .. } if path.to_string().contains('&') => {
            Err("path: no file id with an & is signed")
        }
        _ => Ok(()),
    }
}

/// Ids of videos, and names of claims.
pub(super) fn videos(videos: &Videos) -> Result<(), String> {
    if let Some(one) = videos.ids.iter().find(|one| one.len() > VIDEO_LIMIT) {
        return Err(format!(
            "videos: no id is longer than {VIDEO_LIMIT} characters, and {one:?} is"
        ));
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let word = |text: &&String| !text.is_empty() && text.bytes().all(plain);
    match videos
        .ids
        .iter()
        .chain(&videos.claims)
        .find(|one| !word(one))
    {
        None => Ok(()),
        Some(one) => Err(format!("videos: {one:?} is no id, and no claim")),
    }
}

/// A token with a claim that is not known is refused: a rule that wants one is for nobody.
pub(super) fn claims(rule: &Rule, token: &TokenRules) -> Result<(), String> {
    let (path, videos): (_, &[String]) = match &rule.scope {
        Scope::Cos { path, .. } | Scope::Image { path, .. } => (Some(path), &[]),
        Scope::ImageX { path, .. } => (path.as_ref(), &[]),
        Scope::Vod { videos, .. } => (None, &videos.claims),
        Scope::Photo => (None, &[]),
    };
    let wanted = (rule.claims.iter().map(|(name, _)| name.as_str()))
        .chain(path.into_iter().flat_map(|path| path.claims()))
        .chain(videos.iter().map(String::as_str));
    let issuer = rule.claims.iter().find(|(name, _)| name == "iss");
    if issuer.is_some_and(|(_, issuer)| *issuer != token.issuer) {
        return Err("tokens of another issuer than that of [token] are refused".into());
    }
    for name in wanted {
        if TIMES.contains(&name) {
            return Err(format!("the claim {name:?} is a time, and never a text"));
        }
        if !token.takes(name) {
            return Err(format!(
                "tokens with the claim {name:?} are refused: name it in claims of [token]"
            ));
        }
    }
    Ok(())
}
