//! What is handed out: signed addresses and tokens; and what upload hosts get.

use http::{HeaderMap, Method};
use serde_json::json;
use yunmei_core::{
    Error, Operation,
    error::InputError,
    vcloud::{
        Content, Dialect, Parameters,
        sign::{BodyDigest, Claim, Received},
        tokens,
        upload_host::{PutObject, UploadAddress},
        vod::poster::{Domains, PosterForm},
    },
};

use crate::{
    sample::{
        self,
        vcloud::{secret, signer, vod},
    },
    wire,
};

pub(super) fn check(text: &str, dialect: Dialect) {
    redirect(text, dialect);
    token(text, dialect);
    poster(text);
}

fn redirect(text: &str, dialect: Dialect) {
    let play = vod(dialect).redirect_play(text).definition(text);
    match play.url(sample::NOW) {
        Ok(url) => {
            let (front, query) = url.expose().split_once('?').expect("a query");
            assert_eq!(front, "https://vod.bytedanceapi.com/");
            assert_eq!(signed(query, &Method::GET).value("Vid"), Some(text));
            assert!(!format!("{url:?}").contains("Signature"));
        }
        Err(InputError::NoSuchAction { .. }) => assert_eq!(dialect, Dialect::Volcengine),
        Err(problem) => assert!(matches!(problem, InputError::Parameter { .. }), "{problem}"),
    }
}

fn token(text: &str, dialect: Dialect) {
    let asked = Parameters::new().with("video_id", text.to_owned());
    let token = signer(dialect).play_token(&asked, sample::NOW);
    let token = token.expect("a token");
    let query = tokens::unwrap(token.expose(), "GetPlayInfoToken").expect("a query");
    let query = signed(query.expose(), &Method::GET);
    assert_eq!(query.value("video_id"), Some(text));
    assert_eq!(query.value("Action"), Some("GetPlayInfo"));
    // Whatever the text is, reading it as a token is no panic.
    assert!(tokens::unwrap(text, "GetPlayInfoToken").is_none());
}

/// Verifies a query as the service does.
fn signed(query: &str, method: &Method) -> Parameters {
    let query = Parameters::decode(query).expect("UTF-8");
    let headers = HeaderMap::new();
    let claim = Claim::read(&headers, &query).expect("a signature");
    let received = Received {
        method,
        path: "/",
        query: &query,
        headers: &headers,
        body: BodyDigest::EMPTY,
    };
    assert_eq!(claim.verify(secret(), &received), Ok(()));
    query
}

fn poster(text: &str) {
    let domains = Domains {
        main: "a.example.com",
        backup: "b.example.com",
    };
    let Ok(urls) = PosterForm::new().urls_on(domains, text) else {
        return;
    };
    // Longer than any library sends.
    if urls.main.len() > usize::from(u16::MAX) - 1 {
        return;
    }
    let uri: http::Uri = urls.main.parse().expect("an address");
    assert_eq!(uri.host(), Some("a.example.com"));
    assert_eq!(uri.query(), None, "{}", urls.main);
    assert!(!urls.main.contains('#'));
}

/// The service chooses the name, the permission and the host of what is uploaded.
pub(super) fn upload_host(text: &str) {
    for (uri, auth, host) in [
        (text, "permission", "upload.example.com"),
        ("tos/a", text, "upload.example.com"),
        ("tos/a", "permission", text),
    ] {
        let address = json!({
            "StoreInfos": [{"StoreUri": uri, "Auth": auth}],
            "UploadHosts": [host],
            "UploadHeader": {"X-Store": "a"},
            "SessionKey": "key",
        });
        let Ok(address) = serde_json::from_value::<UploadAddress>(address) else {
            continue;
        };
        let (store, host) = (&address.stores()[0], &address.hosts()[0]);
        let put = PutObject::new(&address, store, host, Content::unchecked(7));
        match put.request(&sample::stamp(text.as_bytes())) {
            Ok(request) => {
                let path = wire::vcloud::stored_at(&request, auth);
                assert_eq!(path, uri.trim_start_matches('/'));
                let is_here = ["127.", "localhost", "[::1]"];
                let is_here = is_here.iter().any(|here| host.as_str().starts_with(here));
                let is_safe = request.uri().scheme_str() == Some("https");
                assert!(is_safe || is_here, "{}", request.uri());
                assert_eq!(request.uri().query(), None);
                assert_eq!(request.headers()["content-crc32"], "Ignore");
            }
            Err(error) => assert!(matches!(error, Error::Input(_)), "{error}"),
        }
    }
}
