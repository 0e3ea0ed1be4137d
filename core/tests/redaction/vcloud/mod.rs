mod uploads;

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, Response};
use serde_json::json;
use yunmei_core::{
    Download, Driver, Endpoint, Flow, Nonce, Operation, Retry, Secret, SignedUrl, Stamp, Step,
    Timestamp, Token, describe,
    download::{DownloadStep, Downloader},
    vcloud::{
        Actions, Credentials, CustomHeaders, Dialect, Parameters, Region, Scope, Service,
        SignedCall, UtcOffset,
        chain::Found,
        edit::{Edit, EditTask},
        iam::Iam,
        imagex::{ImageX, PictureUrl},
        sign::{BodyDigest, Claim, Received, Signer, TokenPlace, Unsigned},
        sts2::{Issuer, Policy, SessionToken, TemporaryKeys},
        tokens,
        vod::{FetchVideo, Vod},
    },
};

use crate::print::{KEY, Print};

fn stamp() -> Stamp {
    Stamp::new(
        Timestamp::from_seconds(1_583_298_367),
        Nonce::from_bytes([7; 32]),
    )
}

fn keys() -> Credentials {
    Credentials::new("AKLTEXAMPLE", KEY).expect("credentials")
}

fn issued() -> TemporaryKeys {
    let issuer = Issuer::new(&keys()).expect("an issuer");
    let policy = Policy::image_upload::<&str>(&[]);
    let lifetime = Duration::from_secs(60);
    let keys = issuer.issue(Some(&policy), lifetime, &stamp());
    keys.expect("keys")
}

/// Keys that make signatures, and keys with a session token, all of them private.
fn credentials(print: &mut Print) -> [Credentials; 2] {
    let issued = issued();
    print.private(issued.secret_key().expose());
    print.private(issued.session_token().expose());
    [keys(), issued.credentials().expect("credentials")]
}

fn signer(dialect: Dialect, keys: &Credentials) -> Signer {
    let scope = Scope::new(dialect, Service::Vod, Region::default()).expect("a scope");
    Signer::new(scope, keys.clone())
}

fn answer(status: u16, body: impl Into<String>) -> Response<Bytes> {
    Response::builder()
        .status(status)
        .body(Bytes::from(body.into()))
        .expect("a response")
}

fn wrapped(result: serde_json::Value) -> String {
    json!({"ResponseMetadata": {"RequestId": "id"}, "Result": result}).to_string()
}

/// Shows a flow, its driver, its steps, and what it brings, through a whole conversation.
fn converse<F: Flow<Output: std::fmt::Debug> + std::fmt::Debug>(
    print: &mut Print,
    flow: F,
    answers: &[Response<Bytes>],
) {
    print.debug(&flow);
    let mut driver = Driver::new(flow, Retry::never());
    let mut answers = answers.iter();
    loop {
        let step = driver.poll(&stamp());
        match step {
            Step::Done(Err(ref error)) => {
                print.error(error);
                break;
            }
            Step::Done(Ok(ref result)) => {
                print.debug(result);
                break;
            }
            _ => print.debug(&step),
        }
        if let Step::Send(request) = step {
            if let Some(value) = request.headers().get("authorization") {
                let value = value.to_str().expect("text");
                print.private(
                    value
                        .rsplit_once("Signature=")
                        .map_or(value, |(_, last)| last),
                );
            }
            print.text(describe(&request));
            print.debug(&request.headers());
            print.debug(request.body());
            let Some(answer) = answers.next() else { break };
            driver.handle(Ok(answer.clone()));
        }
        print.debug(&driver);
    }
}

#[test]
fn holders_of_secrets_do_not_print_them() {
    let mut print = Print::default();
    for dialect in Dialect::ALL {
        for keys in credentials(&mut print) {
            let signer = signer(dialect, &keys);
            print.debug(&(
                &keys,
                &signer,
                signer.with_token_place(TokenPlace::Unlisted),
            ));
            let region = Region::default;
            let vod = Vod::new(dialect, region(), keys.clone()).expect("a handle");
            let imagex = ImageX::new(dialect, region(), keys.clone()).expect("a handle");
            let iam = Iam::new(dialect, region(), keys.clone()).expect("a handle");
            let edit = Edit::new(dialect, region(), keys.clone()).expect("a handle");
            let headers = CustomHeaders::new().with("X-Amz-Security-Token", KEY);
            print.debug(&vod.clone().with_headers(headers.clone().expect("a header")));
            print.debug(&(vod, imagex, iam, edit, headers));
            print.debug(&Actions::new(signer.scope().clone(), keys));
        }
    }
    let found = Found {
        access_key: Some("AKLTEXAMPLE"),
        secret_key: Some(KEY),
        session_token: Some(KEY),
        variables: [Some("AKLTEXAMPLE"), Some(KEY)],
        ini_file: Some(KEY),
        json_file: Some(KEY),
    };
    print.debug(&found);
    print.debug(&found.choose().expect("credentials"));
    print.assert_clean();
}

#[test]
fn signatures_and_what_is_made_of_them_are_not_printed() {
    let mut print = Print::default();
    for dialect in Dialect::ALL {
        for keys in credentials(&mut print) {
            let signer = signer(dialect, &keys);
            let query = Parameters::new().with("Vid", "v").with("ptoken", KEY);
            let unsigned = Unsigned {
                method: &Method::GET,
                path: "/",
                query: &query,
                host: "vod.example.com",
                headers: &[],
                body: BodyDigest::EMPTY,
            };
            let now = stamp().now;
            let signed = signer.sign_headers(&unsigned, now).expect("a signature");
            let (_, signature) = (signed.authorization().expose())
                .rsplit_once('=')
                .expect("a signature");
            print.private(signature);
            print.debug(&(&signed, &query, signer.header_texts(&unsigned, now)));
            let mut headers = HeaderMap::new();
            signed.insert_into(&mut headers);
            headers.insert("host", "vod.example.com".parse().expect("a header"));
            // Marked sensitive, so that even this hides it.
            print.debug(&headers);
            let claim = Claim::read(&headers, &query).expect("a claim");
            let received = Received {
                method: &Method::GET,
                path: "/",
                query: &query,
                headers: &headers,
                body: BodyDigest::EMPTY,
            };
            print.debug(&(&claim, &received, claim.texts(&received)));

            let plain = Parameters::new().with("Vid", "v");
            let signed = signer.sign_query(&Method::GET, "/", &plain, now);
            let signed = signed.expect("a query");
            let (_, signature) = signed.expose().rsplit_once('=').expect("a signature");
            print.private(signature);
            let played = signer.play_token(&plain, now).expect("a token");
            print.private(played.expose());
            let upload = signer.upload_token(&plain, now);
            if let Ok(token) = &upload {
                print.private(token.expose());
            }
            print.debug(&(&signed, played, upload));
            let claim = Parameters::decode(signed.expose()).expect("parameters");
            print.debug(&Claim::read(&HeaderMap::new(), &claim));
        }
    }
    let vod = Vod::new(Dialect::TtvCloud, Region::default(), keys()).expect("a handle");
    let play = vod.redirect_play("v");
    let url = play.url(stamp().now).expect("an address");
    let (_, signature) = url.expose().rsplit_once('=').expect("a signature");
    print.private(signature);
    print.debug(&(play, url));
    print.assert_clean();
}

#[test]
fn temporary_keys_are_not_printed() {
    let mut print = Print::default();
    let [_, credentials] = credentials(&mut print);
    let issued = issued();
    let token = SessionToken::decode(issued.session_token().expose()).expect("a token");
    print.private(token.signed_secret());
    print.private(token.signature());
    let json = issued.to_json(Dialect::TtvCloud, UtcOffset::UTC);
    let issuer = Issuer::new(&keys()).expect("an issuer");
    let secret = token.verify(&issuer, issued.access_key(), stamp().now);
    print.debug(&(&issued, &json, &token, &issuer, secret, credentials));
    let refused = SessionToken::decode(&issued.session_token().expose()[..60]);
    print.debug(&refused);
    print.text(format!("{}", refused.expect_err("half of a token")));
    print.assert_clean();
}

/// Addresses to play are permissions, and so is what a player needs to decrypt.
#[test]
fn addresses_to_play_are_not_printed() {
    let mut print = Print::default();
    let url = format!("https://v.example.com/video.mp4?sign={KEY}");
    let stream = json!({"MainPlayUrl": url, "BackupPlayUrl": url, "PlayAuth": KEY});
    let video = json!({"Vid": "v", "VideoID": "v", "PlayInfoList": [stream]});
    for dialect in Dialect::ALL {
        let result = match dialect {
            Dialect::TtvCloud => json!({ "Data": video }),
            Dialect::Volcengine => video.clone(),
        };
        let vod = Vod::new(dialect, Region::default(), keys()).expect("a handle");
        let play = || vod.play_info("v").parameter("ptoken", KEY);
        let whole = wrapped(result);
        let half = answer(200, &whole[..whole.len() - 1]);
        converse(&mut print, play(), &[answer(200, whole.clone())]);
        converse(&mut print, play(), &[half]);
        let origin = vod.origin_play_info("v");
        converse(&mut print, origin, &[answer(200, wrapped(stream.clone()))]);
    }
    let fetch = FetchVideo::new(SignedUrl::new(&url)).expect("an address");
    print.debug(&fetch);
    let mut downloader = Downloader::new(fetch.clone(), Retry::default());
    let step = downloader.poll(&stamp());
    print.debug(&step);
    if let DownloadStep::Send(request) = step {
        print.text(describe(&request));
    }
    let refusal = answer(403, "<html>no</html>");
    print.error(&fetch.refusal(&refusal));
    downloader.refused(&refusal);
    print.debug(&downloader);
    print.assert_clean();
}

/// What is in a token, and who calls with it.
#[test]
fn signed_calls_and_signed_addresses_are_not_printed() {
    let mut print = Print::default();
    let signer = signer(Dialect::TtvCloud, &keys());
    let query = Parameters::new().with("video_id", "v");
    let token = signer.play_token(&query, stamp().now).expect("a token");
    print.private(token.expose());
    let query = tokens::unwrap(token.expose(), "GetPlayInfoToken").expect("a query");
    let (_, signature) = query.expose().rsplit_once('=').expect("a signature");
    print.private(signature);
    print.debug(&query);
    let call = SignedCall::new(signer.scope().endpoint(), query.clone()).expect("a call");
    let refusal = format!("<html>{}</html>", query.expose());
    converse(&mut print, call.clone(), &[answer(403, refusal)]);
    converse(&mut print, call.json(json!({ "Secret": KEY })), &[]);

    let picture = PictureUrl::new("tos/cat", "tplv-example");
    let domain = Endpoint::parse("https://p1.example.com").expect("a domain");
    let url = picture
        .signed(&domain, &Secret::new(KEY))
        .expect("an address");
    let (_, signature) = url.expose().rsplit_once("sig=").expect("a signature");
    print.private(signature);
    print.debug(&(picture, url));
    print.assert_clean();
}

/// Some actions bring keys.
#[test]
fn answers_of_actions_by_name_are_not_printed() {
    let mut print = Print::default();
    let scope = Scope::new(Dialect::Volcengine, Service::Sts, Region::default());
    let actions = Actions::new(scope.expect("a scope"), keys());
    let call = (actions.call("AssumeRole", "2018-01-01"))
        .parameters(&Parameters::new().with("Policy", KEY))
        .json(json!({ "Secret": KEY }));
    let brought = json!({"Credentials": {"SecretAccessKey": KEY, "SessionToken": KEY}});
    converse(&mut print, call, &[answer(200, wrapped(brought))]);
    let edit = Edit::new(Dialect::TtvCloud, Region::default(), keys()).expect("a handle");
    let id = wrapped(json!({"ReqId": "r"}));
    converse(
        &mut print,
        edit.submit(EditTask::new(json!({}))),
        &[answer(200, id)],
    );
    let iam = Iam::new(Dialect::TtvCloud, Region::default(), keys()).expect("a handle");
    converse(
        &mut print,
        iam.list_users(),
        &[answer(200, wrapped(json!({})))],
    );
    print.assert_clean();
}

/// A service that repeats the signature or the session token in its answer.
#[test]
fn errors_do_not_print_them() {
    let mut print = Print::default();
    for keys in credentials(&mut print) {
        let vod = Vod::new(Dialect::TtvCloud, Region::default(), keys).expect("a handle");
        let request = vod.play_info("v").request(&stamp()).expect("a request");
        let header = |name: &str| {
            let value = request.headers().get(name)?.to_str().expect("text");
            Some(value.to_owned())
        };
        let sent = header("authorization").expect("a signature");
        let (_, signature) = sent.rsplit_once('=').expect("a signature");
        print.private(signature);
        let token = header("x-amz-security-token").unwrap_or_default();
        for shown in [signature, &sent, &token] {
            let fault = json!({"Code": "SignatureDoesNotMatch", "Message": format!("got {shown}")});
            let refusal = json!({"ResponseMetadata": {"Error": fault}}).to_string();
            for body in [refusal, format!("<html>{shown}</html>")] {
                let error = vod.play_info("v").parse(&answer(401, body.clone()));
                print.error(&error.expect_err("refused"));
                let error = vod
                    .start_transcode("v", "t")
                    .parse(&answer(401, body.clone()));
                print.error(&error.expect_err("refused"));
                let error = vod.call("GetSpace", "2018-12-01").parse(&answer(401, body));
                print.error(&error.expect_err("refused"));
            }
        }
    }
    let refused = keys().with_session_token(Token::new(format!("{KEY}\r\n")));
    print.error(&refused.expect_err("no header").into());
    let refused = Credentials::new("a\r\n", KEY).and(Credentials::new("a", format!("{KEY}\n")));
    print.debug(&refused);
    print.assert_clean();
}
