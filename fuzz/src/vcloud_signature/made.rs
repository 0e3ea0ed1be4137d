//! Signatures that we make, with a text in each of the places where a text may stand.

use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use yunmei_core::{
    Token,
    error::InputError,
    vcloud::{
        Credentials, Dialect, Parameters,
        sign::{BodyDigest, Claim, Received, Signer, Unsigned},
    },
};

use crate::sample::{
    self,
    vcloud::{ACCESS_KEY, KEY, TOKEN, scope, secret, signer, temporary},
};

pub(super) fn check(text: &str) {
    for dialect in Dialect::ALL {
        parameters(text, dialect);
        fields(text, dialect);
    }
    if let Ok(credentials) = Credentials::new(text, KEY) {
        let signer = Signer::new(scope(Dialect::TtvCloud), credentials);
        signs(&signer, &plain(""), "/", None);
    }
    if let Ok(credentials) = temporary().with_session_token(Token::new(text)) {
        let signer = Signer::new(scope(Dialect::Volcengine), credentials);
        signs(&signer, &plain(""), "/", None);
    }
    if let Ok(credentials) = Credentials::new(ACCESS_KEY, text) {
        let shown = format!("{credentials:?}");
        let hidden = r#", secret_key: Secret(..), session_token: None }"#;
        assert!(shown.ends_with(hidden), "{shown}");
    }
}

/// In names, values, path and header.
fn parameters(text: &str, dialect: Dialect) {
    let signer = signer(dialect);
    signs(signer, &plain(text), "/", None);
    // A signature in the query is looked for first.
    if !text.starts_with("X-") {
        signs(
            signer,
            &Parameters::new().with_repeated(text.to_owned(), "v"),
            "/",
            None,
        );
        let twice = plain(text).with_repeated(text.to_owned(), "2");
        signs(signer, &twice, "/", None);
    }
    signs(signer, &plain(""), text, None);
    signs(signer, &plain(""), "/", Some(text));
}

fn plain(value: &str) -> Parameters {
    Parameters::of_action("GetPlayInfo", "2019-03-15").with("video_id", value.to_owned())
}

/// A query that somebody wrote.
fn fields(text: &str, dialect: Dialect) {
    let Some(query) = Parameters::decode(text) else {
        return;
    };
    assert_eq!(Parameters::decode(&query.encode()), Some(query.clone()));
    if query.iter().all(|(name, _)| !name.starts_with("X-")) {
        signs(signer(dialect), &query, "/", None);
    }
}

fn signs(signer: &Signer, query: &Parameters, path: &str, value: Option<&str>) {
    in_headers(signer, query, path, value);
    in_query(signer, query, path);
}

fn in_headers(signer: &Signer, query: &Parameters, path: &str, value: Option<&str>) {
    let name = "X-Amz-Meta";
    let own: Vec<(&str, &str)> = value.iter().map(|value| (name, *value)).collect();
    let (host, body) = (signer.scope().host(), BodyDigest::of(path.as_bytes()));
    let unsigned = Unsigned {
        method: &Method::POST,
        path,
        query,
        host: &host,
        headers: &own,
        body,
    };
    let signed = match signer.sign_headers(&unsigned, sample::NOW) {
        Ok(signed) => signed,
        Err(problem) => {
            let expected = [
                matches!(problem, InputError::Header { .. }),
                matches!(problem, InputError::Parameter { .. }),
            ];
            assert!(expected.contains(&true), "{problem}");
            return;
        }
    };
    let mut headers = HeaderMap::new();
    headers.insert(header::HOST, host.parse().expect("a host"));
    for (name, value) in own {
        let name: HeaderName = name.parse().expect("a name");
        headers.insert(name, HeaderValue::from_str(value).expect("checked before"));
    }
    signed.insert_into(&mut headers);
    let wire = Parameters::decode(&query.encode()).expect("what we encode, we decode");
    let claim = Claim::read(&headers, &wire).expect("what we make, we read");
    assert_eq!(claim.access_key(), signer.credentials().access_key());
    assert_eq!(claim.check_time(sample::NOW), Ok(()));
    let received = Received {
        method: &Method::POST,
        path,
        query: &wire,
        headers: &headers,
        body,
    };
    assert_eq!(claim.verify(secret(), &received), Ok(()));
    assert!(!format!("{signed:?}").contains(signed.authorization().expose()));

    let mut near = headers.clone();
    let text = one_digit_away(signed.authorization().expose());
    near.insert(header::AUTHORIZATION, text.parse().expect("a value"));
    let claim = Claim::read(&near, &wire).expect("only the signature is another");
    assert!(claim.verify(secret(), &received).is_err());
}

fn in_query(signer: &Signer, query: &Parameters, path: &str) {
    let token = match signer.sign_query(&Method::GET, path, query, sample::NOW) {
        Ok(token) => token,
        Err(problem) => {
            let expected = [
                matches!(problem, InputError::Parameter { .. }),
                matches!(problem, InputError::QueryExpiry { .. }),
            ];
            assert!(expected.contains(&true), "{problem}");
            return;
        }
    };
    assert!(token.expose().is_ascii());
    let read = |wire: &str| {
        let query = Parameters::decode(wire).expect("what we encode, we decode");
        let claim = Claim::read(&HeaderMap::new(), &query)?;
        let received = Received {
            method: &Method::GET,
            path,
            query: &query,
            headers: &HeaderMap::new(),
            body: BodyDigest::EMPTY,
        };
        claim.verify(secret(), &received).map(|()| claim)
    };
    for wire in [token.expose(), &token.expose().replace('+', "%20")] {
        let claim = read(wire).expect("verified");
        assert!(query.iter().all(|(name, _)| claim.covers(name)));
        let of_token = claim.session_token().map(|token| token.expose());
        let known = signer.credentials().session_token();
        assert_eq!(of_token, known.map(|token| token.expose()));
        assert!(!format!("{claim:?}").contains(TOKEN));
    }
    assert!(read(&one_digit_away(token.expose())).is_err());
}

/// The same text with another digit in the signature at its end.
fn one_digit_away(text: &str) -> String {
    let hash = sample::hash(text.as_bytes()) as usize;
    let mut near = text.as_bytes().to_vec();
    let at = near.len() - 1 - hash % 64;
    near[at] = if near[at] == b'0' { b'1' } else { b'0' };
    String::from_utf8(near).expect("ASCII")
}
