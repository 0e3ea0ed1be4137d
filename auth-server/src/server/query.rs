//! What a query asks for. Nothing is guessed: a name that is not known, or comes twice, is refused.

use std::borrow::Cow;

use percent_encoding::{CONTROLS, utf8_percent_encode};

use crate::{
    path::{PathRefusal, SafePath, decode},
    policy::{Asked, Operation, Service},
};

use super::{refused::Refused, route::Route};

/// The longest value but a path, in bytes.
const VALUE_LIMIT: usize = 256;

/// How much of a path that is none is written down, in bytes: less than any token has.
const MALFORMED_LIMIT: usize = 120;

/// Reads the query of one of the routes that sign.
pub(super) fn read(route: Route, query: &str) -> Result<Asked, Refused> {
    let values = Values::read(route, query)?;
    let service = service(route, &values)?;
    if route == Route::Sts2 {
        refuse_others(service, &values)?;
    }
    let mut asked = Asked::new(service, operation(route, service, &values)?);
    for name in ["bucket", "space", "service_id"] {
        asked.place = values.text(name)?.or(asked.place);
    }
    asked.path = path(route, &values)?;
    asked.video = values.text("video_id")?;
    let plays = matches!(asked.operation, Operation::Play | Operation::PlayKeys);
    match (plays, &asked.video) {
        (true, None) => return Err(Refused::parameter("video_id", "is missing")),
        // Keys to upload with would reach all of the space.
        (false, Some(_)) => return Err(Refused::parameter("video_id", "is only for play-keys")),
        _ => {}
    }
    asked.lifetime = values.number("lifetime")?;
    if asked.lifetime == Some(0) {
        return Err(Refused::parameter("lifetime", "is 1 at least"));
    }
    asked.size = values.number("size")?;
    asked.media_type = values.text("type")?;
    if let Some(kind) = values.text("file_type")? {
        // The word is signed, and the service knows no other.
        if !["video", "image", "object"].contains(&kind.as_str()) {
            return Err(Refused::parameter("file_type", "is video, image or object"));
        }
        asked.media_type = Some(kind);
    }
    Ok(asked)
}

fn service(route: Route, values: &Values<'_>) -> Result<Service, Refused> {
    Ok(match route {
        Route::Image => Service::Image,
        Route::VodUpload | Route::VodPlay => Service::Vod,
        Route::PhotoToken => Service::Photo,
        Route::Sts2 => match values.text("service")?.as_deref() {
            None | Some("vod") => Service::Vod,
            Some("imagex") => Service::ImageX,
            Some(_) => return Err(Refused::parameter("service", "is vod or imagex")),
        },
        _ => Service::Cos,
    })
}

/// What would narrow keys of the other service is not passed over: these keys would reach further.
fn refuse_others(service: Service, values: &Values<'_>) -> Result<(), Refused> {
    let others = match service {
        Service::ImageX => ["space", "video_id"],
        _ => ["service_id", "path"],
    };
    match others.into_iter().find(|name| values.raw(name).is_some()) {
        Some(name) => Err(Refused::parameter(name, "is not of this service")),
        None => Ok(()),
    }
}

fn operation(route: Route, service: Service, values: &Values<'_>) -> Result<Operation, Refused> {
    let named = match values.text("operation")?.as_deref().map(Operation::named) {
        None => None,
        Some(Some(operation)) if service.operations().contains(&operation) => Some(operation),
        Some(_) => {
            let known: Vec<&str> = (service.operations().iter())
                .map(|one| one.as_str())
                .collect();
            let problem = format!("is none of this service: {}", known.join(", "));
            return Err(Refused::parameter("operation", problem));
        }
    };
    Ok(match route {
        Route::VodPlay => Operation::Play,
        Route::PhotoToken => Operation::Token,
        Route::Sts2 => match named {
            None => Operation::UploadKeys,
            Some(keys @ (Operation::UploadKeys | Operation::PlayKeys)) => keys,
            // Tokens have routes of their own, which look at more.
            Some(_) => {
                let problem = "is upload-keys or play-keys";
                return Err(Refused::parameter("operation", problem));
            }
        },
        Route::Cos | Route::Image => {
            named.ok_or_else(|| Refused::parameter("operation", "is missing"))?
        }
        _ => Operation::Upload,
    })
}

/// The beginning of a path that is refused, for the audit: as it stands in the query, with its
/// escapes, and in visible ASCII but for the end. It ends before anything that looks like a query, where
/// somebody's signature could be; `…` says that there was more.
pub(super) fn malformed_path(route: Route, query: &str) -> Option<String> {
    let values = Values::read(route, query).ok()?;
    path(route, &values).err()?;
    let raw = values.raw(path_name(route))?;
    // An escaped percent sign may hide any of the others.
    let ends = |(at, one): &(usize, char)| match one {
        '?' | '#' | '=' | ';' => true,
        '%' => ["25", "3f", "23", "3d", "26", "3b"].iter().any(|code| {
            raw.get(at + 1..at + 3)
                .is_some_and(|two| two.eq_ignore_ascii_case(code))
        }),
        _ => at + one.len_utf8() > MALFORMED_LIMIT,
    };
    let end = raw.char_indices().find(ends).map(|(at, _)| at);
    let shown = &raw[..end.unwrap_or(raw.len())];
    let rest = if end.is_some() { "…" } else { "" };
    Some(format!("{}{rest}", utf8_percent_encode(shown, CONTROLS)))
}

fn path_name(route: Route) -> &'static str {
    match route {
        Route::Article => "cos_path",
        _ => "path",
    }
}

fn path(route: Route, values: &Values<'_>) -> Result<Option<SafePath>, Refused> {
    let Some(raw) = values.raw(path_name(route)) else {
        return Ok(None);
    };
    let text = decode(raw).map_err(Refused::path)?;
    let text = match route {
        // File ids and names of ImageX have no slash in front; what the article names need not.
        Route::Article | Route::Image | Route::Sts2 if !text.starts_with('/') => {
            Cow::Owned(format!("/{text}"))
        }
        _ => text,
    };
    let path = SafePath::new(&text).map_err(Refused::path)?;
    Ok(Some(match route {
        // It is a folder, with or without a slash at its end (dossier of COS, section 12).
        Route::Article => path.into_folder(),
        _ => path,
    }))
}

/// The parameters of a query, each of them once, not decoded yet.
struct Values<'a>(Vec<(&'static str, &'a str)>);

impl<'a> Values<'a> {
    fn read(route: Route, query: &'a str) -> Result<Values<'a>, Refused> {
        let mut values: Vec<(&str, &str)> = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let known = route.parameters().iter().find(|known| **known == name);
            let Some(known) = known else {
                return Err(match name == pair {
                    true => Refused::stray_word(),
                    false => Refused::unknown_parameter(name),
                });
            };
            if values.iter().any(|(there, _)| there == known) {
                return Err(Refused::parameter(known, "stands there twice"));
            }
            values.push((known, value));
        }
        Ok(Values(values))
    }

    fn raw(&self, name: &str) -> Option<&'a str> {
        let value = self.0.iter().find(|(there, _)| *there == name);
        value.map(|(_, value)| *value)
    }

    fn text(&self, name: &'static str) -> Result<Option<String>, Refused> {
        let Some(raw) = self.raw(name) else {
            return Ok(None);
        };
        let text = decode(raw).map_err(|refusal| match refusal {
            PathRefusal::Plus => Refused::parameter(name, "has a plus sign: write %20 or %2B"),
            _ => Refused::parameter(name, "is badly escaped"),
        })?;
        match text.is_empty() || text.len() > VALUE_LIMIT || text.contains(char::is_control) {
            false => Ok(Some(text.into_owned())),
            true => Err(Refused::parameter(
                name,
                "is empty, too long, or more than a line",
            )),
        }
    }

    fn number(&self, name: &'static str) -> Result<Option<u64>, Refused> {
        let Some(raw) = self.raw(name) else {
            return Ok(None);
        };
        let is_plain = raw.bytes().all(|byte| byte.is_ascii_digit());
        match raw.parse() {
            Ok(number) if is_plain => Ok(Some(number)),
            _ => Err(Refused::parameter(name, "is not a whole number")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(route: Route, query: &str) -> &'static str {
        read(route, query).expect_err("refused").code()
    }

    #[test]
    fn a_query_is_read_as_it_stands() {
        let asked = read(
            Route::Cos,
            "operation=upload&path=%2Fusers%2Falice%2Fa%2Bb%20%E5%9B%BE.png&size=12&type=image/png\
             &lifetime=30&bucket=examplebucket",
        )
        .expect("a request");
        assert_eq!(asked.operation, Operation::Upload);
        let path = asked.path.expect("a path");
        assert_eq!(path.as_str(), "/users/alice/a+b 图.png");
        assert_eq!((asked.size, asked.lifetime), (Some(12), Some(30)));
        assert_eq!(asked.media_type.as_deref(), Some("image/png"));
        assert_eq!(asked.place.as_deref(), Some("examplebucket"));
    }

    #[test]
    fn the_article_s_folder_has_a_slash_at_its_end() {
        for query in [
            "cos_path=/xrzeti",
            "cos_path=xrzeti",
            "cos_path=%2Fxrzeti%2F",
        ] {
            let asked = read(Route::Article, query).expect("a request");
            assert_eq!(asked.path.expect("a path").as_str(), "/xrzeti/", "{query}");
        }
        let asked = read(Route::Article, "").expect("a request");
        assert!(asked.path.is_none());
        for query in [
            "cos_path=/a//b",
            "cos_path=//a",
            "cos_path=a//",
            "cos_path=/../b",
        ] {
            assert_eq!(code(Route::Article, query), "path_malformed", "{query}");
        }
    }

    #[test]
    fn what_is_not_known_or_stands_twice_is_refused() {
        for query in [
            "operation=upload&path=/a&color=red",
            "operation=upload&path=/a&path=/b",
            "operation=fly&path=/a",
            "operation=play&path=/a",
            "path=/a",
            "operation=upload&path=/a&size=-1",
            "operation=upload&path=/a&size=+1",
            "operation=upload&path=/a&size=%31",
            "operation=upload&path=/a&lifetime=0",
            "operation=upload&path=/a&type=",
        ] {
            assert_eq!(code(Route::Cos, query), "bad_request", "{query}");
        }
        let dots = "operation=upload&path=/a/%2e%2e/b";
        assert_eq!(code(Route::Cos, dots), "path_malformed");
        assert_eq!(code(Route::Sts2, "service=cos"), "bad_request");
        assert_eq!(code(Route::VodUpload, "file_type=exe"), "bad_request");
    }

    #[test]
    fn temporary_keys_are_asked_for_with_what_is_of_their_service() {
        let message = |query: &str| {
            let refused = read(Route::Sts2, query).expect_err(query);
            assert_eq!(refused.code(), "bad_request", "{query}");
            refused.message().to_owned()
        };
        for (query, part) in [
            ("path=/a/", "path is not of this service"),
            ("video_id=v1", "video_id is only for play-keys"),
            (
                "space=other&service_id=own",
                "service_id is not of this service",
            ),
            (
                "service=imagex&space=other&service_id=own",
                "space is not of this service",
            ),
            (
                "service=imagex&video_id=v1",
                "video_id is not of this service",
            ),
            (
                "operation=upload&type=anything",
                "operation is upload-keys or play-keys",
            ),
            (
                "operation=play&video_id=v1",
                "operation is upload-keys or play-keys",
            ),
            (
                "service=imagex&operation=play-keys",
                "operation is none of this service",
            ),
            ("operation=play-keys", "video_id is missing"),
        ] {
            assert!(message(query).contains(part), "{query}");
        }
        for query in [
            "space=own",
            "operation=play-keys&video_id=v1",
            "service=imagex&service_id=own&path=a/",
        ] {
            assert!(read(Route::Sts2, query).is_ok(), "{query}");
        }
        assert_eq!(code(Route::VodPlay, ""), "bad_request");
    }

    #[test]
    fn a_parameter_that_is_not_known_is_named_and_no_value_is() {
        let message = |query: &str| {
            let refused = read(Route::Cos, query).expect_err("refused");
            assert_eq!(refused.code(), "bad_request", "{query}");
            refused.message().to_owned()
        };
        let named = message("operation=upload&color=canary&path=/a");
        assert_eq!(named, "the parameter \"color\" is not known here");
        assert!(message("\u{202e}\"=canary").contains(r#""\u{202e}\"""#));
        let long = message(&format!("{}=canary", "图".repeat(1000)));
        assert!(long.ends_with("…\" is not known here"), "{long}");
        assert!(long.len() < 40 * "\\u{56fe}".len() + 50, "{long}");
        for query in ["canary", "path=/a&canary", "operation=upload&path=/a&b.png"] {
            let message = message(query);
            assert!(message.contains("%26"), "{message}");
            assert!(!message.contains("canary") && !message.contains("b.png"));
        }
    }

    #[test]
    fn of_a_malformed_path_only_the_harmless_beginning_is_shown() {
        let shown = |query: &str| malformed_path(Route::Cos, &format!("operation=upload&{query}"));
        for (query, is) in [
            ("path=/users/alice/../bob", Some("/users/alice/../bob")),
            ("path=/a/%2E%2e%2Fb", Some("/a/%2E%2e%2Fb")),
            ("path=%00%0a\u{202e}", Some("%00%0a%E2%80%AE")),
            ("path=/a%", Some("/a%")),
            ("path=/a+b", Some("/a+b")),
            ("path=", Some("")),
            ("path=/a//b?sign=canary", Some("/a//b…")),
            ("path=/a//b%3Fsign%3dcanary", Some("/a//b…")),
            ("path=/a//b%253Fsign%253Dcanary", Some("/a//b…")),
            ("path=//sign%3Dcanary", Some("//sign…")),
            ("path=//%26sign;canary", Some("//…")),
            ("path=/a", None),
            ("size=1", None),
            ("path=/../a&color=red", None),
        ] {
            assert_eq!(shown(query).as_deref(), is, "{query}");
        }
        let long = shown(&format!("path=/../{}", "图".repeat(300))).expect("a path");
        assert_eq!(long.len(), 4 + 38 * 9 + "…".len(), "{long}");
        let article = malformed_path(Route::Article, "cos_path=/..");
        assert_eq!(article.as_deref(), Some("/.."));
    }
}
