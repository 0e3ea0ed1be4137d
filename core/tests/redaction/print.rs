//! What the programs of the callers would have printed, and what must not be in it.

use std::{collections::BTreeSet, fmt::Debug};

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use http::{Request, Response};
use percent_encoding::percent_decode_str;
use yunmei_core::{Driver, Error, Flow, Payload, Retry, Stamp, Step, describe};

/// No eight of its characters in a row occur anywhere by chance.
pub(super) const KEY: &str = "Cq7ZkWv2YhT9xLmB4nRfJ8sDgP3uAe6X";

/// What the programs of the callers would have printed, and what must not be in it.
#[derive(Default)]
pub(super) struct Print {
    pub(super) texts: BTreeSet<String>,
    pub(super) signatures: BTreeSet<String>,
}

impl Print {
    pub(super) fn text(&mut self, text: impl Into<String>) {
        self.texts.insert(text.into());
    }

    /// Nothing of this may be printed.
    pub(super) fn private(&mut self, text: &str) {
        self.signatures.insert(text.to_owned());
    }

    pub(super) fn debug(&mut self, shown: &impl Debug) {
        self.text(format!("{shown:?}"));
        self.text(format!("{shown:#?}"));
    }

    pub(super) fn error(&mut self, error: &Error) {
        self.debug(error);
        self.text(format!("{error} {error:#}"));
        let mut source = std::error::Error::source(error);
        while let Some(inner) = source {
            self.text(format!("{inner} {inner:?}"));
            source = inner.source();
        }
    }

    /// Takes the signature down, and shows the request in the ways that are meant for it.
    pub(super) fn request(&mut self, request: &Request<Payload>) {
        let header = ["authorization", "token"].map(|name| request.headers().get(name));
        let query = request.uri().query().unwrap_or_default();
        let parameter = query.split('&').find_map(|pair| pair.strip_prefix("sign="));
        match (header.into_iter().flatten().next(), parameter) {
            (Some(value), None) => {
                let value = value.to_str().expect("text");
                let value = value.strip_prefix("QCloud ").unwrap_or(value);
                // What follows a comma in a token is only the time.
                let value = value.split(',').next().unwrap_or_default();
                self.signatures.insert(value.to_owned());
                // Marked sensitive, so that even this hides it.
                self.debug(request);
            }
            (None, Some(value)) => {
                let decoded = percent_decode_str(value).decode_utf8().expect("text");
                self.signatures
                    .extend([value.to_owned(), decoded.into_owned()]);
            }
            _ => panic!("no signature, or two"),
        }
        self.text(describe(request));
    }

    /// Shows a flow, its driver and its steps: before, with a request out, and after each of the
    /// answers.
    pub(super) fn flow<F: Flow<Output: Debug> + Clone + Debug>(
        &mut self,
        flow: &F,
        answers: &[&'static str],
        stamp: &Stamp,
    ) {
        self.debug(flow);
        for body in answers {
            let mut driver = Driver::new(flow.clone(), Retry::default());
            let step = driver.poll(stamp);
            self.debug(&step);
            if let Step::Send(request) = step {
                self.request(&request);
            }
            driver.handle(Ok(answer(200, body)));
            self.debug(&driver);
            self.debug(&driver.poll(stamp));
        }
    }

    /// Looks for any eight characters in a row of anything private.
    pub(super) fn assert_clean(&self) {
        let mut private = self.signatures.clone();
        private.extend([KEY.to_owned(), hex(KEY.as_bytes())]);
        // Base64 of a text depends on where in a group of three it begins.
        private.extend((0..3).map(|at| BASE64_STANDARD.encode(&KEY[at..])));
        for signature in &self.signatures {
            let raw = BASE64_STANDARD.decode(signature).unwrap_or_default();
            if let Some(raw) = raw.get(..20) {
                private.insert(hex(raw));
                let bytes = format!("{raw:?}");
                assert!(self.texts.iter().all(|text| !text.contains(&bytes)));
            }
        }
        let windows: BTreeSet<&[u8]> = (private.iter())
            .flat_map(|secret| secret.as_bytes().windows(8))
            .collect();
        for text in &self.texts {
            let leak = text
                .as_bytes()
                .windows(8)
                .find(|window| windows.contains(window));
            assert_eq!(leak.map(String::from_utf8_lossy), None, "{text}");
        }
    }
}

pub(super) fn answer(status: u16, body: &'static str) -> Response<Bytes> {
    Response::builder()
        .status(status)
        .body(Bytes::from_static(body.as_bytes()))
        .expect("a response")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_planted_secret_would_be_found() {
    let found = |text: &str| {
        let mut print = Print::default();
        print.text(text);
        std::panic::catch_unwind(|| print.assert_clean()).is_err()
    };
    assert!(!found("nothing"));
    assert!(found(&KEY[20..28]));
    assert!(found(&BASE64_STANDARD.encode(format!("ab{KEY}"))));
    assert!(found(&hex(KEY.as_bytes())));
}
