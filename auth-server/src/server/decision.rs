//! Whether a request gets its signature: token, query, policy, rate, and a line for the audit.

use axum::{body::Body, extract::Request};
use http::Response;
use serde::Serialize;
use yunmei_core::{Stamp, Timestamp, Token};

use crate::{
    policy::{Granted, Operation, Target},
    sign::Answer,
    token::{Claims, presented},
};

use super::{Peer, Shared, audit::Line, query, refused::Refused, reply, route::Route};

/// What the article's server answers: this, and nothing else.
#[derive(Serialize)]
struct ArticleAnswer<'a> {
    sign: &'a str,
}

/// Answers one of the routes that sign.
pub(super) fn answer(route: Route, shared: &Shared, request: &Request) -> Response<Body> {
    let stamp = (shared.stamps)();
    let mut record = Record::default();
    let decided = decide(route, shared, request, &stamp, &mut record);
    let code = decided.as_ref().err().map(Refused::code);
    let is_written = write(shared, route, request, &stamp, &record, code);
    shared
        .metrics
        .decided(route.path(), code.unwrap_or("allowed"));
    match decided {
        // What nobody could ever be asked about is not given.
        Ok(_) if !is_written => Refused::no_audit().into_response(),
        Ok(answer) => sent(route, &answer),
        Err(refused) => refused.into_response(),
    }
}

/// Who is asking, if the token is good.
pub(super) fn claims(
    shared: &Shared,
    request: &Request,
    now: Timestamp,
) -> Result<Claims, Refused> {
    let token = presented(request.headers())?;
    Ok(shared.reader.read(token, now)?)
}

/// What is known of a request when it is decided.
#[derive(Default)]
struct Record {
    subject: Option<String>,
    rule: Option<String>,
    operation: Option<&'static str>,
    path: Option<String>,
    lifetime: Option<u64>,
}

fn decide(
    route: Route,
    shared: &Shared,
    request: &Request,
    stamp: &Stamp,
    record: &mut Record,
) -> Result<Answer, Refused> {
    let claims = claims(shared, request, stamp.now)?;
    record.subject = Some(claims.subject().to_owned());
    let asked = query::read(route, request.uri().query().unwrap_or_default())?;
    record.operation = Some(asked.operation.as_str());
    record.path = asked.path.as_ref().map(|path| path.as_str().to_owned());
    let granted = shared.policy.decide(&claims, &asked)?;
    record.learn(&granted);
    let rates = shared.subjects.get(granted.index);
    if let Some(rates) = rates {
        rates.count(claims.subject()).map_err(Refused::too_many)?;
    }
    let mut answer = shared.signatory.sign(&granted, stamp)?;
    if route == Route::Cos && answer.picture_query.is_none() {
        answer.picture_query = picture_query(shared, &granted, stamp);
    }
    Ok(answer)
}

/// How the picture that is about to be uploaded can be looked at, if its rule lets it be downloaded.
fn picture_query(shared: &Shared, granted: &Granted<'_>, stamp: &Stamp) -> Option<Token> {
    let Target::Path(path) = &granted.target else {
        return None;
    };
    let may_look = granted.rule.operations().contains(&Operation::Download);
    if granted.operation != Operation::Upload || path.is_folder() || !may_look {
        return None;
    }
    let download = Granted {
        operation: Operation::Download,
        ..granted.clone()
    };
    // Another nonce is not needed: this one signs another text, and serves often.
    let answer = shared.signatory.sign(&download, stamp).ok()?;
    let (_, query) = answer.url.expose().split_once('?')?;
    Some(Token::new(query))
}

impl Record {
    fn learn(&mut self, granted: &Granted<'_>) {
        self.rule = Some(granted.rule.name().to_owned());
        self.lifetime = Some(granted.lifetime);
        self.path = match &granted.target {
            Target::Path(path) => Some(path.as_str().to_owned()),
            Target::Video(video) => Some(video.clone()),
            Target::Rule => None,
        };
    }
}

fn write(
    shared: &Shared,
    route: Route,
    request: &Request,
    stamp: &Stamp,
    record: &Record,
    code: Option<&'static str>,
) -> bool {
    let Some(audit) = &shared.audit else {
        return true;
    };
    let Some(Peer(peer)) = request.extensions().get::<Peer>() else {
        return false;
    };
    let is_written = audit.write(&Line {
        at: stamp.now.seconds(),
        address: peer.ip().to_canonical(),
        route: route.path(),
        decision: if code.is_none() { "allowed" } else { "refused" },
        code,
        subject: record.subject.as_deref(),
        rule: record.rule.as_deref(),
        operation: record.operation,
        path: record.path.as_deref(),
        lifetime: record.lifetime,
    });
    if !is_written {
        shared.metrics.audit_lost.inc();
    }
    is_written
}

fn sent(route: Route, answer: &Answer) -> Response<Body> {
    reply::json(match route {
        Route::Article => serde_json::to_vec(&ArticleAnswer {
            sign: answer.signature.expose(),
        })
        .expect("a text is JSON"),
        _ => answer.to_json(),
    })
}
