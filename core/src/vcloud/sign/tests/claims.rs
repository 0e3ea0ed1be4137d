//! Signatures on the other side.

use super::{
    super::{canonical, digest::HexDigest, key::RootKey},
    *,
};
use http::HeaderValue;

use crate::vcloud::time::BasicTime;

#[test]
fn what_was_signed_verifies_in_both_dialects_and_with_no_other_key() {
    for dialect in Dialect::ALL {
        let signer = signer(dialect);
        for sent in [
            Sent::with_headers(&signer, &[("Accept", "*/*")], b""),
            Sent::with_headers(&signer, &[("Content-Type", "application/json")], b"{}"),
            Sent::with_query(&signer, &query()),
        ] {
            assert_eq!(sent.verify(), Ok(()));
            assert_eq!(sent.verify_with("another key"), Err(Refusal::Digest));
            let claim = sent.claim().expect("a claim");
            assert_eq!(
                (
                    claim.dialect(),
                    claim.access_key(),
                    claim.region(),
                    claim.service()
                ),
                (dialect, "AKLTEXAMPLE", "cn-north-1", "vod")
            );
            assert_eq!(claim.time(), NOW);
            assert!(!format!("{claim:?}").contains(claim.signature.expose()));
        }
    }
}

#[test]
fn a_change_of_anything_that_is_covered_is_noticed() {
    let sent = Sent::with_headers(
        &signer(Dialect::TtvCloud),
        &[("X-Amz-Note", "a"), ("Content-Type", "text/plain")],
        b"body",
    );
    assert_eq!(sent.verify(), Ok(()));
    for changed in [
        sent.header("x-amz-note", "b"),
        sent.header("content-type", "text/html"),
        sent.header("host", "vod.example.com:8081"),
        sent.header("x-amz-date", "20200304T050608Z"),
        sent.parameter("video_id", "v2"),
        sent.parameter("more", ""),
        Sent {
            method: Method::PUT,
            ..sent.clone()
        },
        Sent {
            path: "/x".into(),
            ..sent.clone()
        },
    ] {
        assert_eq!(changed.verify(), Err(Refusal::Digest));
    }
    let other_body = Sent {
        body: b"bodies".into(),
        ..sent.clone()
    };
    assert_eq!(other_body.verify(), Err(Refusal::Body));
    let mut without = sent.clone();
    without.headers.remove("x-amz-note");
    assert_eq!(without.verify(), Err(Refusal::Header));
    // Even with the digest adjusted, which is a header that is covered.
    let adjusted = other_body.header("x-amz-content-sha256", BodyDigest::of(b"bodies").as_str());
    assert_eq!(adjusted.verify(), Err(Refusal::Digest));
    // What is not named as signed may change.
    assert_eq!(sent.header("accept", "*/*").verify(), Ok(()));
}

#[test]
fn a_signed_query_is_noticed_to_have_one_byte_changed() {
    let signer = signer(Dialect::TtvCloud);
    let token = signer.sign_query(&Method::GET, "/", &query(), NOW);
    let text = token.expect("a signature").expose().to_owned();
    for at in 0..text.len() {
        let mut bytes = text.clone().into_bytes();
        // Keeps escapes escapes, and names names.
        bytes[at] = match bytes[at] {
            b'0' => b'1',
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => b'0',
            _ => continue,
        };
        let changed = String::from_utf8(bytes).expect("ASCII");
        let Some(query) = Parameters::decode(&changed) else {
            continue;
        };
        let sent = Sent {
            query,
            ..Sent::with_query(&signer, &Parameters::new())
        };
        assert!(sent.verify().is_err(), "{at}: {changed}");
    }
}

#[test]
fn parameters_that_are_not_listed_are_neither_covered_nor_believed() {
    let signer = signer(Dialect::TtvCloud);
    let sent = Sent::with_query(&signer, &query());
    let more = sent.parameter("Format", "mp4");
    assert_eq!(more.verify(), Ok(()));
    let claim = more.claim().expect("a claim");
    assert!(claim.covers("video_id") && !claim.covers("Format"));
    // Whoever holds the query does not make it live longer.
    let longer = sent.parameter("X-Amz-Expires", "31536000");
    let late = Timestamp::from_seconds(NOW.seconds() + 901);
    let claim = longer.claim().expect("a claim");
    assert_eq!(claim.check_time(late), Err(Refusal::Expired));
    // A second value of what is listed changes the text that is signed.
    let doubled = Sent {
        query: sent.query.clone().with_repeated("video_id", "v2"),
        ..sent.clone()
    };
    assert_eq!(doubled.verify(), Err(Refusal::Digest));
    let doubled = Sent {
        query: sent
            .query
            .clone()
            .with_repeated("X-Amz-Date", "20200304T050607Z"),
        ..sent
    };
    assert_eq!(doubled.verify(), Err(Refusal::Malformed));
}

#[test]
fn of_a_query_only_those_parameters_are_given_that_are_listed() {
    let sent = Sent::with_query(&signer(Dialect::TtvCloud), &query());
    let more = sent.parameter("Format", "mp4");
    let claim = more.claim().expect("a claim");
    let covered = claim.covered(&more.query);
    assert_eq!(covered.value("Format"), None);
    let names: Vec<&str> = sent.query.iter().map(|(name, _)| name).collect();
    let given: Vec<&str> = covered.iter().map(|(name, _)| name).collect();
    let (signature, listed) = names.split_last().expect("a signature at the end");
    assert_eq!((*signature, listed), ("X-Amz-Signature", &given[..]));
    // Headers cover all of it.
    let sent = Sent::with_headers(&signer(Dialect::TtvCloud), &[], b"");
    let claim = sent.claim().expect("a claim");
    assert_eq!(claim.covered(&sent.query), sent.query);
}

#[test]
fn headers_that_say_what_is_signed_are_neither_doubled_nor_listed_twice() {
    for dialect in Dialect::ALL {
        let sent = Sent::with_headers(&signer(dialect), &[], b"");
        for name in [
            dialect.date_name(),
            dialect.body_digest_name(),
            dialect.session_token_name(),
        ] {
            let mut doubled = sent.clone();
            for value in ["a", "b"] {
                let name = http::HeaderName::try_from(name).expect("a name");
                let value = HeaderValue::from_static(value);
                doubled.headers.append(name, value);
            }
            assert_eq!(doubled.verify(), Err(Refusal::Malformed), "{name}");
        }
        let authorization = sent.headers["authorization"].to_str().expect("ASCII");
        for names in ["SignedHeaders=host;host;", "SignedHeaders=Host;host;"] {
            let repeated = authorization.replace("SignedHeaders=", names);
            let repeated = sent.header("authorization", &repeated);
            assert_eq!(repeated.verify(), Err(Refusal::Malformed));
        }
    }
}

#[test]
fn headers_that_are_no_text_are_neither_signed_nor_left_out() {
    let signer = signer(Dialect::TtvCloud);
    let mut sent = Sent::with_headers(&signer, &[("X-Amz-Foo", "a")], b"");
    assert_eq!(sent.verify(), Ok(()));
    let bytes = |bytes: &[u8]| HeaderValue::from_bytes(bytes).expect("a value");
    sent.headers.insert("x-amz-foo", bytes(b"a\xff"));
    assert_eq!(sent.verify(), Err(Refusal::Header));
    let mut sent = Sent::with_headers(&signer, &[], b"");
    let name = "x-amz-security-token";
    sent.headers.insert(name, bytes(b"\xff"));
    let claim = sent.claim().expect("a claim");
    assert!(claim.session_token().is_some(), "a bad token is not none");
}

#[test]
fn a_list_in_capitals_stands_for_names_in_small_letters() {
    let sent = Sent::with_headers(&signer(Dialect::TtvCloud), &[], b"");
    let authorization = sent.headers["authorization"].to_str().expect("ASCII");
    let capital = authorization.replace("=host;x-amz", "=Host;X-Amz");
    assert_ne!(capital, authorization);
    assert_eq!(sent.header("authorization", &capital).verify(), Ok(()));
}

#[test]
fn a_signature_serves_for_its_life_before_and_after_its_time() {
    let at = |sent: &Sent, seconds: u64| {
        let claim = sent.claim().expect("a claim");
        claim.check_time(Timestamp::from_seconds(seconds))
    };
    let signer = signer(Dialect::Volcengine);
    let now = NOW.seconds();
    for sent in [
        Sent::with_headers(&signer, &[], b""),
        Sent::with_query(&signer, &query()),
    ] {
        assert_eq!(at(&sent, now + 900), Ok(()));
        assert_eq!(at(&sent, now - 900), Ok(()));
        assert_eq!(at(&sent, now + 901), Err(Refusal::Expired));
        assert_eq!(at(&sent, now - 901), Err(Refusal::Expired));
    }
    let short = Sent::with_query(&signer, &query().with("X-Expires", "60"));
    assert_eq!(at(&short, now + 60), Ok(()));
    assert_eq!(at(&short, now + 61), Err(Refusal::Expired));
}

#[test]
fn the_headers_that_count_are_the_clients_to_name() {
    // As browsers do it: no host, no digest of the body, lower case throughout (section 4).
    let time = BasicTime::new(NOW).expect("a time");
    let root = RootKey::new(Dialect::TtvCloud, &Secret::new(KEY));
    let key = root.derive("20200304", "cn-north-1", "imagex");
    let mut text = String::new();
    canonical::push_target(&mut text, "GET", "/", &[("Action", "ApplyImageUpload")]);
    let headers = [
        ("x-amz-date", time.as_str()),
        ("x-amz-security-token", "STS2eyJ9"),
    ];
    let canonical = canonical::finish_with_headers(text, &headers, BodyDigest::EMPTY.as_str());
    let scope = "20200304/cn-north-1/imagex/aws4_request";
    let signature = key.sign(
        &mut String::new(),
        &time,
        scope,
        &HexDigest::of(canonical.text.as_bytes()),
    );
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential=AKLTEXAMPLE/{scope},\
         SignedHeaders=x-amz-date;x-amz-security-token,Signature={}",
        signature.as_str()
    );
    let mut sent = Sent::with_headers(&signer(Dialect::TtvCloud), &[], b"");
    sent.headers.clear();
    sent.query = Parameters::new().with("Action", "ApplyImageUpload");
    let sent = (sent.header("x-amz-date", time.as_str()))
        .header("x-amz-security-token", "STS2eyJ9")
        .header("authorization", &authorization);
    assert_eq!(sent.verify(), Ok(()));
    let claim = sent.claim().expect("a claim");
    assert_eq!(claim.service().parse(), Ok(Service::ImageX));
    assert_eq!(claim.session_token().map(Secret::expose), Some("STS2eyJ9"));
}

#[test]
fn what_has_another_form_is_refused_in_the_gateways_terms() {
    let sent = Sent::with_headers(&signer(Dialect::TtvCloud), &[], b"");
    let authorization = sent.headers["authorization"]
        .to_str()
        .expect("text")
        .to_owned();
    let refused = |from: &str, to: &str| {
        let changed = authorization.replacen(from, to, 1);
        assert_ne!(changed, authorization, "{from}");
        sent.header("authorization", &changed).verify().err()
    };
    for (from, to, expected) in [
        ("AWS4-HMAC-SHA256 ", "AWS4-HMAC-SHA512 ", Refusal::Algorithm),
        ("AWS4-HMAC-SHA256 ", "HMAC-SHA256 ", Refusal::Credential),
        ("AWS4-HMAC-SHA256 ", "", Refusal::Algorithm),
        ("Credential=", "Credentials=", Refusal::Malformed),
        ("SignedHeaders=", "Signature=", Refusal::Malformed),
        (", SignedHeaders", "; SignedHeaders", Refusal::Malformed),
        ("AKLTEXAMPLE/", "", Refusal::Credential),
        ("AKLTEXAMPLE/", "/", Refusal::Incomplete),
        ("AKLTEXAMPLE/", "AK/LT/", Refusal::Credential),
        ("/vod/", "//", Refusal::Incomplete),
        ("aws4_request", "request", Refusal::Credential),
        ("/20200304/", "/20200305/", Refusal::Date),
        ("/20200304/", "/2020/", Refusal::Date),
        ("=host;", "=host;absent;", Refusal::Header),
        ("=host;", "=;", Refusal::Header),
        ("/cn-north-1/", "/us-east-1/", Refusal::Digest),
        ("host;x-amz", "x-amz", Refusal::Digest),
        ("Signature=", "Signature=0", Refusal::Digest),
    ] {
        assert_eq!(refused(from, to), Some(expected), "{from} {to}");
    }
    let (front, _) = authorization.split_once("Signature=").expect("a signature");
    let empty = sent.header("authorization", &format!("{front}Signature="));
    assert_eq!(empty.verify(), Err(Refusal::EmptySignature));
    let upper = sent.header("authorization", &authorization.to_uppercase());
    assert!(upper.verify().is_err());

    let mut without = sent.clone();
    without.headers.remove("x-amz-date");
    assert_eq!(without.verify(), Err(Refusal::Incomplete));
    without.headers.clear();
    assert_eq!(without.verify(), Err(Refusal::NoSignature));
    let no_time = sent.header("x-amz-date", "20200304T996199Z");
    assert_eq!(no_time.verify(), Err(Refusal::Date));
}

#[test]
fn a_signed_query_needs_all_of_its_parameters() {
    let sent = Sent::with_query(&signer(Dialect::TtvCloud), &query());
    for (name, expected) in [
        ("X-Amz-Date", Refusal::Incomplete),
        ("X-Amz-Credential", Refusal::Malformed),
        ("X-Amz-Algorithm", Refusal::Malformed),
        ("X-Amz-SignedQueries", Refusal::Malformed),
        ("X-Amz-NotSignBody", Refusal::Digest),
        ("X-Amz-Signature", Refusal::NoSignature),
    ] {
        let rest = sent.query.iter().filter(|(other, _)| *other != name);
        let query = rest.fold(Parameters::new(), |query, (name, value)| {
            query.with(name.to_owned(), value.to_owned())
        });
        let changed = Sent {
            query,
            ..sent.clone()
        };
        assert_eq!(changed.verify(), Err(expected), "{name}");
    }
    let empty = sent.parameter("X-Amz-Signature", "");
    assert_eq!(empty.verify(), Err(Refusal::EmptySignature));
    let other = sent.parameter("X-Amz-Algorithm", "HMAC-SHA256");
    assert_eq!(other.verify(), Err(Refusal::Algorithm));
    let both = sent.header("authorization", "nonsense");
    assert_eq!(both.verify(), Ok(()));
}

#[test]
fn whoever_checks_can_tell_what_should_have_been_signed() {
    let signer = signer(Dialect::TtvCloud);
    let (sent, query) = (Sent::with_headers(&signer, &[], b""), query());
    let request = Unsigned {
        method: &Method::GET,
        path: "/",
        query: &query,
        host: HOST,
        headers: &[],
        body: BodyDigest::EMPTY,
    };
    let received = Received {
        method: &Method::GET,
        path: "/",
        query: &query,
        headers: &sent.headers,
        body: BodyDigest::EMPTY,
    };
    let theirs = signer.header_texts(&request, NOW).expect("texts");
    let ours = sent.claim().and_then(|claim| claim.texts(&received));
    assert_eq!(ours, Ok(theirs.clone()));
    assert_eq!(format!("{theirs:?}"), "SignedTexts(..)");
    assert_eq!(format!("{received:?}"), "Received(GET /)");
}
