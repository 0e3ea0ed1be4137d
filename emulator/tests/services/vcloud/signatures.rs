//! Who is let in at TTVcloud and its successor, and why not (section 15): signatures are made here
//! from the dossier, not with our own client.

use sha2::{Digest, Sha256};

use crate::support::{
    desk::{Desk, SPACE, read, refused},
    raw_call::{EMPTY, NEW, OLD, RawCall, SECRET, TIME, Words, hex},
};

const BOTH: [Words; 2] = [OLD, NEW];

/// A call that needs nothing to be there, with characters that are escaped.
fn weights(words: Words) -> RawCall {
    let query = [
        ("Action", "GetCdnDomainWeights"),
        ("Version", "2019-07-01"),
        ("SpaceName", SPACE),
        ("note", "影 a+b/c*~"),
    ];
    RawCall::get(words, &query)
}

/// A call with a body, which is refused by the service when it has been let in.
fn modify(words: Words) -> RawCall {
    let query = [("Action", "ModifyVideoInfo"), ("Version", "2018-01-01")];
    let mut call = RawCall::get(words, &query);
    call.method = "POST".into();
    call.body = format!(r#"{{"SpaceName":"{SPACE}","Vid":"v0none"}}"#).into_bytes();
    call.sign_header("Content-Type", "application/json");
    call
}

/// What the gateway says: `None` if it lets the call in.
fn gate(desk: &Desk, call: &RawCall) -> Option<(u16, i64, String)> {
    match read(&call.send(desk)) {
        Ok(_) => None,
        // The service itself, behind the gate.
        Err(refusal) if refusal.code == "ResourceNotFound" => None,
        Err(refusal) => Some((
            refusal.status,
            refusal.number.expect("a number of the gateway"),
            refusal.code,
        )),
    }
}

fn says(status: u16, number: i64, code: &str) -> Option<(u16, i64, String)> {
    Some((status, number, code.to_owned()))
}

#[test]
fn what_is_signed_by_the_book_is_let_in() {
    let desk = Desk::new();
    for words in BOTH {
        assert_eq!(gate(&desk, &weights(words).signed_in_header()), None);
        assert_eq!(gate(&desk, &weights(words).signed_in_query()), None);
        let mut post = modify(words);
        let digest = hex(&Sha256::digest(&post.body));
        post.sign_header(&format!("{}Content-Sha256", words.prefix), &digest);
        assert_eq!(gate(&desk, &post.signed_in_header()), None);
        assert_eq!(gate(&desk, &modify(words).signed_in_header()), None);
        // Of a signed query the body is nobody's (section 5).
        let mut tokened = modify(words).signed_in_query();
        tokened.set_header("content-type", "application/json");
        assert_eq!(gate(&desk, &tokened), None);
    }
}

#[test]
fn the_headers_that_the_client_names_are_those_that_count() {
    let desk = Desk::new();
    for words in BOTH {
        let date = format!("{}date", words.prefix.to_lowercase());
        let mut only_date = weights(words);
        only_date.signed = vec![date];
        let mut signed = only_date.signed_in_header();
        signed.set_header("host", "other.example.com");
        assert_eq!(gate(&desk, &signed), None);

        let mut more = weights(words);
        more.sign_header("x-tt-trace", "abc");
        let mut signed = more.signed_in_header();
        assert_eq!(gate(&desk, &signed), None);
        signed.set_header("x-tt-trace", "abd");
        assert_eq!(
            gate(&desk, &signed),
            says(401, 100_010, "SignatureDoesNotMatch")
        );
    }
}

#[test]
fn a_default_port_is_not_signed_and_another_one_is() {
    let desk = Desk::new();
    let host = |signed: &str, sent: &str| {
        let mut call = weights(OLD);
        call.set_header("host", signed);
        let mut call = call.signed_in_header();
        call.set_header("host", sent);
        gate(&desk, &call)
    };
    assert_eq!(host("vod.example.com", "vod.example.com:80"), None);
    assert_eq!(host("vod.example.com", "vod.example.com:443"), None);
    assert_eq!(host("vod.example.com:8080", "vod.example.com:8080"), None);
    assert!(host("vod.example.com", "vod.example.com:8080").is_some());
    assert!(host("vod.example.com:80", "vod.example.com:80").is_some());
}

#[test]
fn one_byte_changed_anywhere_is_another_request() {
    let desk = Desk::new();
    let mismatch = says(401, 100_010, "SignatureDoesNotMatch");
    for words in BOTH {
        for signed in [
            weights(words).signed_in_header(),
            weights(words).signed_in_query(),
        ] {
            for (name, value) in [("SpaceName", "example-spacf"), ("note", "影 a+b/c*")] {
                let mut call = signed.clone();
                call.set(name, value);
                assert_eq!(gate(&desk, &call), mismatch, "{name}");
            }
        }
        let mut method = modify(words).signed_in_header();
        method.body.push(b' ');
        assert_eq!(gate(&desk, &method), mismatch);
        let mut added = weights(words).signed_in_header();
        added.set("more", "1");
        assert_eq!(gate(&desk, &added), mismatch);
        for (own, changed) in [("access_key", false), ("secret", true)] {
            let mut call = weights(words);
            match changed {
                true => call.secret.push('x'),
                false => call.access_key.push('x'),
            }
            let expected = match changed {
                true => mismatch.clone(),
                false => says(401, 100_009, "InvalidAccessKey"),
            };
            assert_eq!(gate(&desk, &call.signed_in_header()), expected, "{own}");
        }
        let mut region = weights(words).signed_in_query();
        let name = format!("{}Credential", words.prefix);
        let (_, credential) = (region.query.iter())
            .find(|(known, _)| *known == name)
            .expect("a credential")
            .clone();
        region.set(&name, &credential.replace("cn-north-1", "us-east-1"));
        assert_eq!(gate(&desk, &region), mismatch);
    }
}

#[test]
fn every_digit_of_a_signature_counts() {
    let desk = Desk::new();
    for words in BOTH {
        let name = format!("{}Signature", words.prefix);
        let signed = weights(words).signed_in_query();
        let (_, signature) = signed.query.last().expect("a signature").clone();
        for at in [0, 31, 63] {
            let mut changed = signature.clone().into_bytes();
            changed[at] = if changed[at] == b'0' { b'1' } else { b'0' };
            let mut call = signed.clone();
            call.set(&name, str::from_utf8(&changed).expect("ASCII"));
            let mismatch = says(401, 100_010, "SignatureDoesNotMatch");
            assert_eq!(gate(&desk, &call), mismatch, "{at}");
        }
        for short in ["", &signature[..63]] {
            let mut call = signed.clone();
            call.set(&name, short);
            assert_eq!(gate(&desk, &call).expect("a refusal").0, 401);
        }
    }
}

#[test]
fn a_digest_that_is_sent_along_is_that_of_the_body() {
    let desk = Desk::new();
    for words in BOTH {
        let mut call = modify(words);
        // As the reference does it for forms (section 4).
        call.sign_header(&format!("{}Content-Sha256", words.prefix), EMPTY);
        let mismatch = says(401, 100_010, "SignatureDoesNotMatch");
        assert_eq!(gate(&desk, &call.signed_in_header()), mismatch);
        assert!(desk.bed.last_refusal().contains("Content-Sha256 should be"));
    }
}

#[test]
fn authorizations_of_other_forms_are_told_apart() {
    let desk = Desk::new();
    let own = weights(OLD).authorization();
    let with = |value: &str| {
        let mut call = weights(OLD);
        call.set_header("authorization", value);
        gate(&desk, &call)
    };
    assert_eq!(with(&own), None);
    // Blanks behind commas are free.
    assert_eq!(with(&own.replace(", ", ",")), None);
    let malformed = says(400, 100_024, "InvalidAuthorization");
    for bad in [
        "x",
        "Basic dXNlcg==",
        &own.replace("AWS4-HMAC-SHA256", "HMAC-SHA1"),
        &own.replace("SignedHeaders", "Signed"),
        &format!("{own}, Signature=00"),
        &format!("{own}, More=1"),
    ] {
        assert_eq!(with(bad), malformed, "{bad}");
    }
    let credential = says(400, 100_025, "InvalidCredential");
    for bad in [
        own.replace("aws4_request", "request"),
        own.replace("/aws4_request", ""),
        own.replace("/vod/", "/vod/x/"),
    ] {
        assert_eq!(with(&bad), credential, "{bad}");
    }
    let incomplete = says(400, 100_004, "MissingRequestInfo");
    assert_eq!(with(&own.replace("/vod/", "//")), incomplete);
    let (front, _) = own.split_once("Signature=").expect("a signature");
    assert_eq!(
        with(&format!("{front}Signature=")),
        says(401, 100_005, "MissingSignature")
    );
    let mut without = weights(OLD);
    assert_eq!(
        gate(&desk, &without),
        says(401, 100_003, "MissingAuthenticationToken")
    );
    without.headers.retain(|(name, _)| !name.ends_with("Date"));
    without.set_header("authorization", &own);
    assert_eq!(gate(&desk, &without), incomplete);
    let mut doubled = weights(OLD).signed_in_header();
    doubled.headers.push(("authorization".into(), own));
    assert_eq!(gate(&desk, &doubled), malformed);
}

#[test]
fn time_is_within_a_window_that_a_signed_query_may_choose() {
    let desk = Desk::new();
    let invalid = says(403, 100_006, "InvalidTimestamp");
    for words in BOTH {
        let at = |time: &str| {
            let mut call = weights(words);
            call.time = time.into();
            call.set_header(&format!("{}Date", words.prefix), time);
            call
        };
        for (time, fine) in [
            ("20170829T062853Z", true),
            ("20170829T062854Z", false),
            ("20170829T055853Z", true),
            ("20170829T055852Z", false),
        ] {
            let expected = if fine { None } else { invalid.clone() };
            assert_eq!(
                gate(&desk, &at(time).signed_in_header()),
                expected,
                "{time}"
            );
            assert_eq!(gate(&desk, &at(time).signed_in_query()), expected, "{time}");
        }
        let expiring = |seconds: &str| {
            let mut call = at("20170829T060000Z");
            call.set(&format!("{}Expires", words.prefix), seconds);
            gate(&desk, &call.signed_in_query())
        };
        assert_eq!(expiring("833"), None);
        assert_eq!(expiring("832"), invalid);
        assert_eq!(expiring("-1"), invalid);
        // Whoever adds it later gains nothing.
        let mut added = at("20170829T050000Z").signed_in_query();
        added.set(&format!("{}Expires", words.prefix), "86400");
        assert_eq!(gate(&desk, &added), invalid);

        let mut other_day = weights(words);
        other_day.set_header(&format!("{}Date", words.prefix), "20170828T061353Z");
        assert_eq!(gate(&desk, &other_day.signed_in_header()), invalid);
    }
}

#[test]
fn what_a_query_does_not_list_does_not_count() {
    let desk = Desk::new();
    let query = [("Action", "GetCdnDomainWeights"), ("Version", "2019-07-01")];
    for words in BOTH {
        let mut call = RawCall::get(words, &query).signed_in_query();
        call.set("SpaceName", SPACE);
        let missing = refused(400, None, "MissingParameter.SpaceName");
        assert_eq!(read(&call.send(&desk)), Err(missing));
        // Nor can another action be asked for.
        let mut call = RawCall::get(words, &query[1..]).signed_in_query();
        call.set("Action", "GetCdnDomainWeights");
        assert_eq!(
            gate(&desk, &call),
            says(401, 100_010, "SignatureDoesNotMatch")
        );
    }
}

#[test]
fn services_and_actions_that_are_not_there() {
    let desk = Desk::new();
    let call = |change: &dyn Fn(&mut RawCall)| {
        let mut call = weights(OLD);
        change(&mut call);
        gate(&desk, &call.signed_in_header())
    };
    let nowhere = says(404, 100_007, "ServiceNotFound");
    assert_eq!(call(&|call| call.service = "s3".into()), nowhere);
    assert_eq!(call(&|call| call.region = "mars-1".into()), nowhere);
    let unknown = says(404, 100_008, "InvalidActionOrVersion");
    assert_eq!(call(&|call| call.set("Action", "Nothing")), unknown);
    assert_eq!(call(&|call| call.set("Version", "1999-01-01")), unknown);
    assert_eq!(call(&|call| call.service = "iam".into()), unknown);
    let missing = says(400, 100_002, "MissingParameter");
    assert_eq!(call(&|call| drop(call.query.remove(0))), missing);
    assert_eq!(call(&|call| drop(call.query.remove(1))), missing);
    assert_eq!(
        call(&|call| call.method = "PUT".into()),
        says(405, 100_020, "MethodNotAllowed")
    );
    // Browsers spell it in lower case (section 1).
    let query = [
        ("Action", "GetCdnDomainWeights"),
        ("Version", "2019-07-01"),
        ("ServiceId", "example-service"),
    ];
    for spelling in ["ImageX", "imagex"] {
        let mut call = RawCall::get(OLD, &query);
        call.service = spelling.into();
        assert_eq!(gate(&desk, &call.signed_in_header()), None, "{spelling}");
    }
}

#[test]
fn headers_that_say_what_is_signed_stand_there_once() {
    let desk = Desk::new();
    for words in BOTH {
        for (name, value) in [
            ("Date", TIME),
            ("Content-Sha256", EMPTY),
            ("Security-Token", "x"),
        ] {
            let name = format!("{}{name}", words.prefix);
            let mut call = weights(words);
            call.headers.retain(|(known, _)| *known != name);
            call.signed.retain(|known| *known == "host");
            for value in [value, "another"] {
                call.headers.push((name.clone(), value.into()));
            }
            let malformed = says(400, 100_024, "InvalidAuthorization");
            assert_eq!(gate(&desk, &call.signed_in_header()), malformed, "{name}");
        }
    }
}

#[test]
fn lists_of_many_names_hold_nobody_up() {
    let desk = Desk::new();
    let begun = std::time::Instant::now();
    // Some ten thousand parameters, and as many names that could be those of each.
    let mut call = weights(OLD).signed_in_query();
    let names = format!("{}a", ";".repeat(10_000));
    call.set("X-Amz-SignedQueries", &names);
    call.query.extend(vec![("a".into(), String::new()); 9_000]);
    assert!(gate(&desk, &call).is_some());
    // One long header, named thousands of times.
    let mut call = weights(OLD);
    call.headers.push(("x-a".into(), "a".repeat(20_000)));
    call.signed = vec!["x-a".into(); 5_000];
    let authorization = format!(
        "{} Credential={}/{}, SignedHeaders={}, Signature=x",
        call.words.algorithm,
        call.access_key,
        call.scope(),
        call.signed.join(";")
    );
    call.headers.push(("authorization".into(), authorization));
    let malformed = says(400, 100_024, "InvalidAuthorization");
    assert_eq!(gate(&desk, &call), malformed);
    assert!(begun.elapsed() < std::time::Duration::from_secs(5));
}

#[test]
fn no_key_of_a_session_is_shown_to_anybody() {
    let desk = Desk::new();
    let query = [
        ("Action", "CommitUploadInfo"),
        ("Version", "2022-01-01"),
        ("SpaceName", SPACE),
        ("SessionKey", "c2Vzc2lvbg+/="),
        // Harmless, however often it is there.
        ("SessionKey", "e"),
        ("SessionKey", "e"),
    ];
    for signed in [RawCall::signed_in_header, RawCall::signed_in_query] {
        let mut call = RawCall::get(NEW, &query);
        call.secret = "another".into();
        let response = signed(call).send(&desk);
        assert_eq!(response.status(), 401);
        let told = response.headers()["x-yunmei-refusal"].to_str();
        let told = format!("{}{}", told.expect("ASCII"), desk.bed.last_refusal());
        assert!(told.contains("SessionKey=(session key)"), "{told}");
        assert!(!told.contains("c2Vzc2lvbg"), "{told}");
    }
}

#[test]
fn a_refusal_tells_what_should_have_been_signed_and_no_secret() {
    let desk = Desk::new();
    let mut call = weights(OLD).signed_in_header();
    call.set("SpaceName", "other");
    let response = call.send(&desk);
    let told = response.headers()["x-yunmei-refusal"].to_str();
    let told = told.expect("ASCII").to_owned();
    assert!(
        told.contains("20170829/cn-north-1/vod/aws4_request"),
        "{told}"
    );
    assert!(told.contains("SpaceName=other"), "{told}");
    let (_, signature) = call.headers.last().expect("a header");
    let signature = signature.rsplit('=').next().expect("digits");
    for place in [&told, &desk.bed.last_refusal()] {
        assert!(!place.contains(SECRET) && !place.contains(signature));
    }
    assert!(response.headers().contains_key("x-tt-logid"));
    assert_eq!(
        response.headers()["content-type"],
        "application/json; charset=utf-8"
    );
}
