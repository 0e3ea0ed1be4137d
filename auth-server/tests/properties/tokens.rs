//! What the holder of a signed query may try.

use http::Method;
use yunmei_auth_server::{policy::Operation, sign::Answer};
use yunmei_core::vcloud::{Dialect, tokens};
use yunmei_emulator::{VcloudJudge, VcloudLeave};

use super::{
    run::{NOW, later, turn},
    videos::{Leave, asks},
};

/// How many of the attacks each token is met with.
const ATTACKS: usize = 4;

/// Asserts that a token serves for what was asked for until its end, and for nothing else.
pub(crate) fn check(
    leave: &Leave,
    url: &str,
    next: Option<&str>,
    judge: &VcloudJudge,
    number: usize,
) {
    let (action, commit) = match leave.operation {
        Operation::Play => ("vod:GetPlayInfo", None),
        _ => ("vod:ApplyUpload", Some("vod:CommitUpload")),
    };
    check_query(leave, action, &Method::GET, url, judge, number);
    assert_eq!(next.is_some(), commit.is_some());
    if let (Some(url), Some(action)) = (next, commit) {
        check_query(leave, action, &Method::POST, url, judge, number + 1);
    }
}

fn check_query(
    leave: &Leave,
    action: &str,
    method: &Method,
    url: &str,
    judge: &VcloudJudge,
    number: usize,
) {
    let (_, query) = url.split_once("/?").expect("an address with a query");
    let judged = |method: &Method, query: &str| judge.judge(asks(method, query));
    let at = |seconds| {
        judge.set_time(later(seconds));
        let verdict = judged(method, query);
        judge.set_time(NOW);
        verdict
    };
    let allowed = at(leave.lifetime).unwrap_or_else(|code| panic!("{code}: {leave:?}"));
    assert!(is_in(leave, action, &allowed), "{leave:?} is {allowed:?}");
    assert!(at(leave.lifetime + 1).is_err(), "{leave:?} does not end");
    let attacks = attacks(leave, query);
    for attack in (0..ATTACKS).map(|index| &attacks[(number * ATTACKS + index) % attacks.len()]) {
        if let Ok(allowed) = judged(method, attack) {
            // What is not signed does not count, and may stand there.
            assert!(is_in(leave, action, &allowed), "{leave:?} lets {attack} be");
        }
    }
    let other = turn(&[Method::POST, Method::GET, Method::DELETE], number);
    assert!(
        other == *method || judged(&other, query).is_err(),
        "{leave:?}"
    );
}

/// Whether this is what was asked for.
fn is_in(leave: &Leave, action: &str, allowed: &VcloudLeave) -> bool {
    let resource = match leave.operation {
        Operation::Play => format!("trn:vod::*:video_id/{}", leave.video),
        _ => format!("trn:vod:cn-north-1:*:space/{}", leave.space),
    };
    let kind = allowed.parameters.value("FileType");
    let is_of_kind = leave.operation == Operation::Play || kind == leave.kind;
    allowed.action == action && allowed.resources == [resource] && is_of_kind
}

/// The query, changed in ways that would make it serve for something else.
fn attacks(leave: &Leave, query: &str) -> Vec<String> {
    let other_video = if leave.video == "v9" { "v1" } else { "v9" };
    let (name, other) = match (leave.operation, leave.dialect) {
        (Operation::Play, Dialect::TtvCloud) => ("video_id", other_video),
        (Operation::Play, Dialect::Volcengine) => ("Vid", other_video),
        _ if leave.space == "other-space" => ("SpaceName", "example-space"),
        _ => ("SpaceName", "other-space"),
    };
    let signed = match leave.dialect {
        Dialect::TtvCloud => "X-Amz-SignedQueries",
        Dialect::Volcengine => "X-SignedQueries",
    };
    let mut attacks = vec![
        with(query, name, other),
        format!("{query}&{name}={other}"),
        format!("{name}={other}&{query}"),
        format!("{query}&video_id={other}&Vid={other}&SpaceName={other}"),
        format!("Vid={other}&{query}"),
        without(&with(query, name, other), signed, name),
        without(query, signed, name) + &format!("&{name}={other}"),
        with(query, leave.dialect.expires_name(), "31536000"),
        without(query, signed, leave.dialect.expires_name()),
        query.replace(&format!("{}=2", leave.dialect.date_name()), "&x=2"),
        query.replace("%2Fvod%2F", "%2FImageX%2F"),
        query.replace("cn-north-1", "ap-singapore-1"),
        with(query, "FileType", "object"),
        format!("{query}&FileType=object"),
        format!("FileType=object&{query}"),
        format!("{query}&Action=DeleteVideo"),
        query.replace("%3B", "%3B%3B"),
        query.to_uppercase(),
    ];
    let actions = [
        "GetPlayInfo",
        "ApplyUpload",
        "CommitUpload",
        "UploadMediaByUrl",
    ];
    let others = ["GetOriginVideoPlayInfo", "RedirectPlay", "ModifyVideoInfo"];
    let versions = ["2018-01-01", "2019-03-15", "2020-08-01"];
    for action in actions.into_iter().chain(others) {
        attacks.push(with(query, "Action", action));
        let version = turn(&versions, action.len());
        attacks.push(with(&with(query, "Action", action), "Version", version));
    }
    attacks
}

/// The query with another value in place of one that is there.
fn with(query: &str, name: &str, value: &str) -> String {
    let pairs = query.split('&').map(|pair| match pair.split_once('=') {
        Some((its, _)) if its == name => format!("{name}={value}"),
        _ => pair.to_owned(),
    });
    pairs.collect::<Vec<_>>().join("&")
}

/// The query with a name taken from the list of what is signed.
fn without(query: &str, list: &str, name: &str) -> String {
    let pairs = query.split('&').map(|pair| match pair.split_once('=') {
        Some((its, names)) if its == list => {
            let left: Vec<_> = names.split("%3B").filter(|one| *one != name).collect();
            format!("{list}={}", left.join("%3B"))
        }
        _ => pair.to_owned(),
    });
    pairs.collect::<Vec<_>>().join("&")
}

/// The token holds the same queries as the addresses.
pub(crate) fn check_wrapped(answer: &Answer) {
    let token = answer.signature.expose();
    let names = ["GetPlayInfoToken", "ApplyUploadToken"];
    let first = names.iter().find_map(|name| tokens::unwrap(token, name));
    let first = first.expect("a token with a query");
    assert!(
        answer
            .url
            .expose()
            .ends_with(&format!("/?{}", first.expose()))
    );
    let second = tokens::unwrap(token, "CommitUploadToken");
    let next = answer.next.as_ref().map(|step| step.url.expose());
    let ends = |second: &yunmei_core::Token, next: &str| next.ends_with(second.expose());
    match (second, next) {
        (Some(second), Some(next)) => assert!(ends(&second, next)),
        (second, next) => assert!(second.is_none() && next.is_none()),
    }
}
