//! Faults of the reference that the vectors record, and what is right instead.

use std::time::Duration;

use base64::{Engine, prelude::BASE64_STANDARD};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::Value;
use yunmei_core::{
    Endpoint, Nonce, Operation, Secret, Stamp, Timestamp,
    vcloud::{
        Actions, Dialect, Parameters, UtcOffset,
        sign::{BodyDigest, Claim, Received, Refusal, Signer, TokenPlace, Unsigned},
        sts2::{Chance, Issuer, Policy, SessionToken, TemporaryKeys},
        vod::poster::{DomainWeights, PosterForm},
    },
};

use crate::{FILE, input};

/// Tests of vectors by name: see [`every_fault_has_a_test_for_what_is_right`].
macro_rules! right {
    ($($(#[$attribute:meta])* $test:ident: $name:literal => $check:expr;)+) => {
        const TESTED: &[&str] = &[$($name),+];

        $(
            $(#[$attribute])*
            #[test]
            fn $test() {
                let check: fn(&Value, &Value) = $check;
                let entry = entry($name);
                check(&entry["input"], &entry["expected"]);
            }
        )+
    };
}

/// The entries of both dialects.
fn entries() -> impl Iterator<Item = &'static Value> {
    ["vectors", "successor_vectors"]
        .into_iter()
        .flat_map(|section| FILE[section].as_array().expect("a list"))
}

fn entry(name: &str) -> &'static Value {
    (entries().find(|entry| entry["name"] == name)).expect("a vector of that name")
}

#[test]
fn every_fault_has_a_test_for_what_is_right() {
    let faults = entries().filter(|entry| entry["deviates"] == true);
    let mut faults: Vec<_> = faults.filter_map(|entry| entry["name"].as_str()).collect();
    let mut tested = TESTED.to_vec();
    faults.sort_unstable();
    tested.sort_unstable();
    assert_eq!(tested, faults);
}

right! {
    /// The reference hashes no body where it sends a form; the right digest is that of what is sent
    /// (section 14, defect 5).
    a_form_is_hashed_as_it_is_sent: "sign/vod-post-form-reference-quirk" => form;

    /// The reference cuts these times at the first hyphen (section 14, defect 7).
    times_west_of_utc_are_whole: "sts2/negative-offset-reference-bug" => west;

    /// The reference takes them out (section 14, defect 8).
    blanks_inside_a_policy_stay: "sts2/spaces-and-cjk-in-policy" => blanks;

    /// The reference writes an address without a host (section 14, defect 12).
    the_only_domain_is_its_own_backup: "poster/single-domain-reference-bug" => |input, expected| {
        let weights: Vec<(String, u64)> =
            serde_json::from_value(input["effective_weights"].clone()).expect("weights");
        let weights = DomainWeights::new(weights).expect("domains");
        let domains = weights.pick([input["random_draws"][0].as_u64().expect("a draw"), 1]);
        let uri = input::text(input, "uri");
        let urls = PosterForm::new().over(yunmei_core::vcloud::Scheme::Http);
        let urls = urls.urls_on(domains.expect("a domain"), uri).expect("addresses");
        assert_eq!(urls.main, expected["main_url"]);
        assert_eq!(urls.backup, urls.main);
        assert_ne!(urls.backup, expected["backup_url"]);
    };

    /// The Python client of Volcengine leaves the token out of the list (section 16.1).
    a_session_token_is_listed_as_signed_unless_asked_for_otherwise:
        "succ-sign_url/session-token" => session_token;
}

fn form(input: &Value, expected: &Value) {
    let signer = input::signer(Dialect::TtvCloud, input);
    let (query, form) = (
        input::parameters(&input["query"]),
        input::parameters(&input["form"]),
    );
    assert_eq!(form.encode(), "Vid=v1&Note=a+b%26c");
    let body = BodyDigest::of(form.encode().as_bytes());
    let digest = "e0d01dd3b79e1bad74c2815cd069d2e7f7ad8ca3104788211f74e44c559547ca";
    assert_eq!(body.as_str(), digest);
    let texts = signer.header_texts(
        &Unsigned {
            method: &Method::POST,
            path: "/",
            query: &query,
            host: input::text(input, "host"),
            headers: &[("Content-Type", "application/x-www-form-urlencoded")],
            body,
        },
        input::now(input),
    );
    let theirs = input::text(expected, "canonical_request");
    let right = theirs.replace(BodyDigest::EMPTY.as_str(), digest);
    assert_ne!(theirs, right);
    assert_eq!(texts.expect("texts").canonical_request, right);

    // The same of a call.
    let endpoint = format!("http://{}", input::text(input, "host"));
    let actions = Actions::new(signer.scope().clone(), signer.credentials().clone())
        .at(Endpoint::parse(&endpoint).expect("an endpoint"));
    let call = (actions.call("StartTranscode", "2018-01-01"))
        .parameters(&Parameters::new().with("TemplateId", "tpl 1"))
        .form(form);
    let stamp = Stamp::new(input::now(input), Nonce::from_bytes([7; 32]));
    let request = call.request(&stamp).expect("a request");
    assert_eq!(request.headers()["x-amz-content-sha256"], digest);

    // What the reference sends is refused: the digest in its header is that of another body.
    let mut headers = HeaderMap::new();
    let sent = expected["headers"].as_object().expect("headers").iter();
    let sent = sent.map(|(name, value)| (name.as_str(), value.as_str().expect("a text")));
    for (name, value) in sent.chain([("Authorization", input::text(expected, "authorization"))]) {
        let name: HeaderName = name.parse().expect("a name");
        headers.insert(name, HeaderValue::from_str(value).expect("a value"));
    }
    let claim = Claim::read(&headers, &query).expect("a claim");
    let received = Received {
        method: &Method::POST,
        path: "/",
        query: &query,
        headers: &headers,
        body,
    };
    let secret = signer.credentials().secret_key();
    assert_eq!(claim.verify(secret, &received), Err(Refusal::Body));
}

fn west(input: &Value, expected: &Value) {
    let keys = issue(input);
    same_keys(&keys, expected);
    assert_eq!(keys.session_token().expose(), expected["token"]);
    let seconds = input["utc_offset_seconds"].as_i64().expect("seconds");
    let offset = UtcOffset::from_seconds(seconds.try_into().expect("less than a day"));
    let offset = offset.expect("an offset");
    assert_eq!(keys.issued_text(offset), "2020-03-04T00:06:07-05:00");
    assert_eq!(keys.expires_text(offset), "2020-03-04T01:06:07-05:00");
    let json = keys.to_json(Dialect::TtvCloud, offset);
    let json: Value = serde_json::from_str(json.expose()).expect("JSON");
    assert_eq!(json["CurrentTime"], "2020-03-04T00:06:07-05:00");
    assert_eq!(json["ExpiredTime"], "2020-03-04T01:06:07-05:00");
    let inner = keys.session_token().expose().strip_prefix("STS2");
    let inner = BASE64_STANDARD
        .decode(inner.expect("the prefix"))
        .expect("base64");
    assert_eq!(
        String::from_utf8_lossy(&inner),
        input::text(expected, "inner_token_json")
    );
}

fn blanks(input: &Value, expected: &Value) {
    let keys = issue(input);
    same_keys(&keys, expected);
    let token = SessionToken::decode(keys.session_token().expose()).expect("a token");
    assert_eq!(token.signed_secret(), expected["signed_secret_access_key"]);
    assert_eq!(
        token.policy_text(),
        r#"{"Statement":[{"Action":["vod:Get PlayInfo"],"Effect":"Allow","Resource":["trn:vod::*:video_id/\u5f71 \u7247\ud83d\ude00\"\\"]},{"Action":["iam:*"],"Effect":"Deny","Resource":["*"]}]}"#
    );
    let without = token.policy_text().replace(' ', "");
    assert_eq!(without, expected["policy_string"]);
    assert_eq!(token.policy(), Ok(Some(policy(input))));
    assert_eq!(
        token.allows("vod:Get PlayInfo", "trn:vod::*:video_id/影 片😀\"\\"),
        Ok(())
    );
}

fn session_token(input: &Value, expected: &Value) {
    let signer = input::signer(Dialect::Volcengine, input);
    let parameters = input::parameters(&input["query"]);
    let now = input::now(input);
    let signed = signed(&signer, &parameters, now);
    let query = Parameters::decode(&signed).expect("a query");
    assert_eq!(
        query.value("X-SignedQueries"),
        Some(
            "Action;Version;Vid;X-Algorithm;X-Credential;X-Date;X-NotSignBody;X-Security-Token;\
             X-SignedHeaders;X-SignedQueries"
        )
    );
    assert_eq!(
        query.value("X-Security-Token"),
        input["session_token"].as_str()
    );
    let claim = Claim::read(&HeaderMap::new(), &query).expect("a claim");
    assert!(claim.covers("X-Security-Token"));
    let secret = signer.credentials().secret_key();
    assert_eq!(verify(&signed, secret), Ok(()));

    // The other form is an option, and verified as well.
    let unlisted = signer.with_token_place(TokenPlace::Unlisted);
    let theirs = input::text(expected, "query_string");
    let texts = unlisted.query_texts(&Method::GET, "/", &parameters, now);
    assert_eq!(
        texts.expect("texts").canonical_request,
        expected["canonical_request"]
    );
    assert_eq!(self::signed(&unlisted, &parameters, now), theirs);
    assert_eq!(verify(theirs, secret), Ok(()));
    let stolen = theirs.replace("STS2Z", "STS2Y");
    assert_ne!(stolen, theirs);
    assert_eq!(verify(&stolen, secret), Err(Refusal::Digest));
}

fn signed(signer: &Signer, parameters: &Parameters, now: Timestamp) -> String {
    let signed = signer.sign_query(&Method::GET, "/", parameters, now);
    signed.expect("a signature").expose().to_owned()
}

/// Checks a signed query on the other side.
fn verify(query: &str, secret: &Secret) -> Result<(), Refusal> {
    let query = Parameters::decode(query).expect("a query");
    let none = HeaderMap::new();
    Claim::read(&none, &query)?.verify(
        secret,
        &Received {
            method: &Method::GET,
            path: "/",
            query: &query,
            headers: &none,
            body: BodyDigest::EMPTY,
        },
    )
}

/// The keys that a vector asks for.
fn issue(input: &Value) -> TemporaryKeys {
    let issuer = Issuer::new(&input::credentials(input)).expect("an issuer");
    let lifetime = Duration::from_secs(input["expire"].as_u64().expect("seconds"));
    let hex = input::text(input, "uuid4").replace('-', "");
    let uuid = u128::from_str_radix(&hex, 16).expect("hex").to_be_bytes();
    let letters = input::text(input, "random_letters").as_bytes();
    let chance = Chance::from_parts(uuid, letters.try_into().expect("32 letters"));
    let policy: Option<Policy> = serde_json::from_value(input["policy"].clone()).expect("a policy");
    let chance = chance.expect("letters");
    let keys = issuer.issue_with(policy.as_ref(), lifetime, input::now(input), &chance);
    keys.expect("keys")
}

fn policy(input: &Value) -> Policy {
    serde_json::from_value(input["policy"].clone()).expect("a policy")
}

fn same_keys(keys: &TemporaryKeys, expected: &Value) {
    assert_eq!(keys.access_key(), expected["access_key_id"]);
    assert_eq!(keys.secret_key().expose(), expected["secret_access_key"]);
}
