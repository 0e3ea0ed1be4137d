//! The pictures themselves. Who has an address needs nothing else.

use std::{slice, sync::Arc};

use http::{HeaderValue, Method, Response, StatusCode, header, request::Parts};

use super::{Fangtang, links};
use crate::{
    body,
    exchange::{Exchange, Outcome, Reply},
    representation::{Part, Representation},
    storage::Blob,
};

/// A picture that is there.
pub(super) struct Found {
    pub(super) content: Arc<Blob>,
    /// When it came to be.
    pub(super) made: u64,
    pub(super) content_type: &'static str,
}

/// Whether a path is one of a picture.
pub(super) fn is_picture(path: &str) -> bool {
    path.starts_with(links::PHOTOS) || path.starts_with(links::RESULTS)
}

impl Fangtang {
    /// Answers the request for a picture.
    pub(super) async fn picture(&self, exchange: &mut Exchange<'_>, parts: &Parts) -> Outcome {
        exchange.op = Some("photo.picture".to_owned());
        if !exchange.gate().await {
            return Outcome::Faulted;
        }
        if ![Method::GET, Method::HEAD].contains(&parts.method) {
            let reason = "pictures take GET and HEAD only";
            return Outcome::Reply(refused(StatusCode::METHOD_NOT_ALLOWED, reason));
        }
        let path = parts.uri.path();
        let found = match (
            path.strip_prefix(links::PHOTOS),
            path.strip_prefix(links::RESULTS),
        ) {
            (Some(file), _) => self.store.jobs().photo(file, self.now()),
            (None, Some(file)) => self.result(file).await,
            (None, None) => None,
        };
        Outcome::Reply(match found {
            Some(found) => found.reply(parts),
            None => refused(
                StatusCode::NOT_FOUND,
                "there is no such picture, or it is not done, or it has expired",
            ),
        })
    }
}

impl Fangtang {
    async fn result(&self, file: &str) -> Option<Found> {
        let id = self.store.jobs().job_of(file)?;
        // It may have been lost since it was done.
        self.stage(&id).await.ok()?;
        self.store.jobs().result(file, self.now())
    }
}

impl Found {
    fn reply(self, parts: &Parts) -> Reply {
        let representation = Representation {
            pieces: slice::from_ref(&self.content),
            size: self.content.length(),
            entity_tag: &format!("\"{}\"", self.content.id()),
            modified: self.made,
            content_type: self.content_type,
        };
        let part = representation.part(&parts.headers);
        let refusal = (part == Part::Beyond).then(|| "the range is behind the end".to_owned());
        Reply {
            response: representation.response(part, parts.method == Method::GET),
            code: None,
            refusal,
        }
    }
}

fn refused(status: StatusCode, reason: &str) -> Reply {
    let mut response = Response::new(body::full(reason.to_owned()));
    *response.status_mut() = status;
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    Reply {
        response,
        code: None,
        refusal: Some(reason.to_owned()),
    }
}
