//! What holds for the requests of Fangtang.

use http::{Method, Request};
use yunmei_core::{Payload, Secret, Stamp, describe, fangtang::token::SignedToken};

use super::{Field, announced, form, text};

/// Checks that a request goes to this operation, with its length announced and a token of its own
/// time; gives its form, which names the partner.
pub(crate) fn check(
    request: &Request<Payload>,
    operation: &str,
    (third_code, key): (&str, &Secret),
    stamp: &Stamp,
) -> Vec<Field> {
    assert_eq!(request.method(), Method::POST);
    let address = format!("http://sdkphoto.fangtangtv.com/api/third/{operation}");
    assert_eq!(request.uri().to_string(), address);
    announced(request);
    let value = &request.headers()["token"];
    assert!(value.is_sensitive());
    let token = value.to_str().expect("text");
    assert!(!describe(request).contains(token));
    let token = SignedToken::decode(token).expect("a token");
    assert_eq!(token.verify(key), Ok(()));
    assert_eq!(token.time(), stamp.now);
    let form = form(request);
    assert_eq!(text(&form, "third_code"), Some(third_code.as_bytes()));
    form
}
