use bytes::Bytes;
use http::{Request, Response};

use super::{Content, PutObject, Store, UploadAddress};
use crate::{
    Flow, Operation, Payload, Stamp, Turn,
    error::{Error, ServiceError},
    vcloud::Scheme,
};

/// So often is one host tried (section 8.1).
const ATTEMPTS_PER_HOST: u32 = 3;

/// Puts a content to the first upload host that takes it.
///
/// A host that has trouble of its own is tried three times, one that does not answer once; then the
/// next one has its turn. A refusal that no other host would lift ends it.
#[derive(Clone, Debug)]
pub struct StoreObject {
    /// Never empty.
    targets: Vec<Target>,
    /// Which of them has its turn.
    at: usize,
    /// How often that one had trouble.
    troubles: u32,
    /// How many were given up because of that.
    given_up: usize,
    /// Whether the last request is without an answer.
    unanswered: bool,
}

#[derive(Clone, Debug)]
struct Target {
    put: PutObject,
    stored: Stored,
}

/// What [`StoreObject`] brings.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stored {
    /// The name of the content at the service.
    pub uri: String,
    /// What the commit refers to.
    pub session_key: String,
}

impl StoreObject {
    /// Puts source 0 at one of the stores of `address`.
    pub fn new(address: &UploadAddress, store: &Store, content: Content) -> StoreObject {
        StoreObject::at_one_of([(address, store)], content)
    }

    /// Puts source 0 at the first of these stores that can be reached; there must be one.
    pub(in crate::vcloud) fn at_one_of<'a>(
        stores: impl IntoIterator<Item = (&'a UploadAddress, &'a Store)>,
        content: Content,
    ) -> StoreObject {
        let targets = stores.into_iter().flat_map(|(address, store)| {
            address.hosts().iter().map(move |host| Target {
                put: PutObject::new(address, store, host, content),
                stored: Stored {
                    uri: store.uri().to_owned(),
                    session_key: address.session_key().to_owned(),
                },
            })
        });
        StoreObject {
            targets: targets.collect(),
            at: 0,
            troubles: 0,
            given_up: 0,
            unanswered: false,
        }
    }

    /// Reads the content from another source than 0.
    pub fn source(self, source: usize) -> StoreObject {
        self.each(|put| put.source(source))
    }

    /// Speaks to the hosts over this.
    pub fn over(self, scheme: Scheme) -> StoreObject {
        self.each(|put| put.over(scheme))
    }

    fn each(mut self, change: impl Fn(PutObject) -> PutObject) -> StoreObject {
        for target in &mut self.targets {
            target.put = change(target.put.clone());
        }
        self
    }

    fn target(&self) -> &Target {
        &self.targets[self.at]
    }

    fn next(&mut self) {
        self.at = (self.at + 1) % self.targets.len();
        self.troubles = 0;
    }

    /// Goes on to the next host, if there is one that was not given up yet.
    fn trouble(&mut self, error: Error) -> Result<Turn<Stored>, Error> {
        self.troubles += 1;
        if self.troubles < ATTEMPTS_PER_HOST || self.given_up + 1 >= self.targets.len() {
            return Err(error);
        }
        self.given_up += 1;
        self.next();
        Ok(Turn::NEXT)
    }
}

impl Flow for StoreObject {
    type Output = Stored;

    fn poll(&mut self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        if self.unanswered {
            self.next();
        }
        self.unanswered = true;
        self.target().put.request(stamp)
    }

    fn handle(&mut self, response: &Response<Bytes>) -> Result<Turn<Stored>, Error> {
        self.unanswered = false;
        match self.target().put.parse(response) {
            Ok(()) => Ok(Turn::Done(self.target().stored.clone())),
            Err(error) if error.is_retryable() => self.trouble(error),
            Err(error) => Err(error),
        }
    }

    fn repeatable(&self) -> bool {
        Operation::repeatable(&self.target().put)
    }

    fn if_carried_out(&self) -> Option<&'static str> {
        Operation::if_carried_out(&self.target().put)
    }

    /// No refusal shows that the content is there.
    fn settled(&mut self, _: &ServiceError) -> Option<Turn<Stored>> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vcloud::{
        played::play,
        upload_host::tests::{address, hosts},
    };

    const STORED: &str = r#"{"success":0,"payload":{"hash":"000000ab"}}"#;
    const TROUBLE: &str = r#"{"success":1,"error":{"code":500,"error_code":5000}}"#;
    const REFUSED: &str = r#"{"success":1,"error":{"code":403,"error_code":4003}}"#;

    fn store(hosts: &[&str]) -> StoreObject {
        let address = address(&["a"], hosts, "{}");
        StoreObject::new(&address, &address.stores()[0], Content::new(7, 0xab))
    }

    #[test]
    fn a_host_in_trouble_is_tried_three_times_and_then_the_next() {
        let replies = [TROUBLE, TROUBLE, TROUBLE, TROUBLE, STORED];
        let played = play(store(&["a", "b"]), &replies);
        assert_eq!(hosts(&played), ["a", "a", "a", "b", "b"]);
        assert!(played.result.is_ok());
    }

    #[test]
    fn a_host_that_does_not_answer_is_left_at_once() {
        let played = play(store(&["a", "b", "c"]), &["", "", STORED]);
        assert_eq!(hosts(&played), ["a", "b", "c"]);
        let stored = played.result.expect("stored");
        assert_eq!(
            (stored.uri.as_str(), stored.session_key.as_str()),
            ("a", "session")
        );
        let alone = play(store(&["a"]), &["", STORED]);
        assert_eq!(hosts(&alone), ["a", "a"]);
    }

    #[test]
    fn a_refusal_is_not_asked_for_again() {
        let played = play(store(&["a", "b"]), &[REFUSED, STORED]);
        assert_eq!(hosts(&played), ["a"]);
        assert!(matches!(played.result, Err(Error::Service(_))));
    }

    #[test]
    fn it_ends_when_every_host_was_given_up() {
        let played = play(store(&["a", "b"]), &[TROUBLE; 9]);
        assert_eq!(hosts(&played), ["a", "a", "a", "b", "b", "b", "b"]);
        assert!(matches!(played.result, Err(Error::Service(_))));
        // Lost answers in between do not lead round in circles.
        let mut replies = vec![TROUBLE, TROUBLE, TROUBLE, ""];
        replies.extend([TROUBLE; 9]);
        let mixed = play(store(&["a", "b"]), &replies);
        assert_eq!(hosts(&mixed), ["a", "a", "a", "b", "a", "a", "a"]);
        assert!(mixed.result.is_err());
    }
}
