//! Whether a request gets its signature: token, query, policy, rate, and a line for the audit.

use http::Response;
use serde::Serialize;
use yunmei_core::{Stamp, Timestamp, Token};

use crate::{
    path::SafePath,
    policy::{Asked, Granted, Operation, Target},
    sign::Answer,
    token::{Claims, presented},
};

use super::{
    Shared,
    audit::Line,
    query,
    refused::Refused,
    reply::{self, Body},
    route::Route,
    routes::Question,
};

/// What the article's server answers: this, and nothing else.
#[derive(Serialize)]
struct ArticleAnswer<'a> {
    sign: &'a str,
}

/// Answers one of the routes that sign.
pub(super) fn answer(route: Route, shared: &Shared, question: &Question) -> Response<Body> {
    let stamp = (shared.stamps)();
    let mut record = Record::default();
    let mut decided = decide(route, shared, question, &stamp, &mut record);
    if shared.audit.as_ref().is_some_and(|audit| !audit.is_well()) {
        decided = decided.and_then(|_| Err(Refused::no_audit()));
    }
    let code = decided.as_ref().err().map(Refused::code);
    let is_written = write(shared, route, question, &stamp, &record, code);
    let decided = match decided {
        // What nobody could ever be asked about is not given.
        Ok(_) if !is_written => Err(Refused::no_audit()),
        decided => decided,
    };
    let code = decided.as_ref().err().map(Refused::code);
    shared.metrics.decided(route, code);
    match decided {
        Ok(answer) => sent(route, &answer),
        Err(refused) => refused.into_response(),
    }
}

/// Who is asking, if the token is good.
pub(super) fn claims(
    shared: &Shared,
    question: &Question,
    now: Timestamp,
) -> Result<Claims, Refused> {
    let token = presented(&question.head.headers)?;
    Ok(shared.reader.read(token, now)?)
}

/// What is known of a request when it is decided.
#[derive(Default)]
struct Record<'a> {
    claims: Option<Claims>,
    asked: Option<Asked>,
    /// What stands where a path should.
    malformed_path: Option<String>,
    granted: Option<Granted<'a>>,
    /// As in the answer: not always what was granted.
    lifetime: Option<u64>,
    single_use: bool,
    with_download: bool,
}

fn decide<'a>(
    route: Route,
    shared: &'a Shared,
    question: &Question,
    stamp: &Stamp,
    record: &mut Record<'a>,
) -> Result<Answer, Refused> {
    let claims = &*(record.claims).insert(claims(shared, question, stamp.now)?);
    let query = question.head.uri.query().unwrap_or_default();
    let asked = query::read(route, query).inspect_err(|_| {
        record.malformed_path = query::malformed_path(route, query);
    })?;
    let asked = &*record.asked.insert(asked);
    let decided = shared.policy.decide(claims, asked);
    let granted = &*(record.granted).insert(decided.map_err(|denial| match route {
        Route::Article => Refused::article(denial),
        _ => denial.into(),
    })?);
    if let Some(rates) = shared.subjects.get(granted.index) {
        rates.count(claims.subject()).map_err(Refused::too_many)?;
    }
    let mut answer = shared.signatory.sign(granted, stamp)?;
    let lifetime = (answer.expires.seconds()).saturating_sub(stamp.now.seconds());
    record.lifetime = Some(lifetime);
    record.single_use = answer.single_use;
    if route == Route::Cos && answer.picture_query.is_none() {
        answer.picture_query = picture_query(shared, granted, stamp);
        record.with_download = answer.picture_query.is_some();
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

impl Record<'_> {
    /// What it is about: what was granted, or else what was asked for.
    fn path(&self) -> Option<&str> {
        match (
            self.granted.as_ref().map(|granted| &granted.target),
            &self.asked,
        ) {
            (Some(Target::Path(path)), _) => Some(path.as_str()),
            (Some(Target::Video(video)), _) => Some(video),
            (Some(Target::Rule), _) => None,
            (None, asked) => asked.as_ref()?.path.as_ref().map(SafePath::as_str),
        }
    }
}

fn write(
    shared: &Shared,
    route: Route,
    question: &Question,
    stamp: &Stamp,
    record: &Record<'_>,
    code: Option<&'static str>,
) -> bool {
    let Some(audit) = &shared.audit else {
        return true;
    };
    let granted = record.granted.as_ref();
    audit.write(&Line {
        at: stamp.now.seconds(),
        address: question.client,
        route: route.path(),
        decision: if code.is_none() { "allowed" } else { "refused" },
        code,
        subject: record.claims.as_ref().map(Claims::subject),
        rule: granted.map(|granted| granted.rule.name()),
        operation: (record.asked.as_ref()).map(|asked| asked.operation.as_str()),
        path: record.path(),
        malformed_path: record.malformed_path.as_deref(),
        lifetime: (record.lifetime).or(granted.map(|granted| granted.lifetime)),
        single_use: record.single_use && code.is_none(),
        with_download: record.with_download && code.is_none(),
    })
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
