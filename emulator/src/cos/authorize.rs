//! Whether a request's signature serves (sections 4.6 to 4.9).

use yunmei_core::{
    Timestamp,
    cos::{
        AppId,
        sign::{self, Asked, AskedKind, Signature},
    },
};

use super::{Cos, answer::Refusal, links, target::Target};

/// Which signature an operation takes (section 4.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// Only a single-use one.
    Once,
    /// Only a multi-use one, by the vendor's table.
    Often,
    /// The sources disagree: any.
    Either,
    /// A download: any, bound to the bare path.
    Download,
}

/// What a signature is held against.
pub(super) struct Wanted<'a> {
    pub(super) target: &'a Target,
    /// None as long as the operation is not known.
    pub(super) need: Option<Need>,
    /// When the request came.
    pub(super) now: Timestamp,
}

impl Wanted<'_> {
    fn asked(&self, app: AppId) -> Asked {
        Asked {
            app,
            bucket: self.target.bucket.clone(),
            path: self.target.path.clone(),
            kind: match self.need {
                Some(Need::Once) => AskedKind::ApiOnce,
                Some(Need::Download) => AskedKind::Download,
                Some(Need::Often | Need::Either) | None => AskedKind::Api,
            },
        }
    }
}

impl Cos {
    /// Steps 1 to 4 of section 4.8: the signature is there, well formed, of our account, and made
    /// with our key.
    pub(super) fn read_signature(
        &self,
        text: Option<&str>,
        wanted: &Wanted<'_>,
    ) -> Result<Signature, Refusal> {
        let Some(text) = text.filter(|text| !text.is_empty()) else {
            return Err(self.refuse(-81, "no signature", None, wanted));
        };
        let signature = Signature::decode(text)
            .map_err(|problem| self.refuse(problem.code(), &problem.to_string(), None, wanted))?;
        let refuse = |code, what: &str| Err(self.refuse(code, what, Some(&signature), wanted));
        if signature.app_id().parse() != Ok(self.account.app()) {
            return refuse(-82, "field a is an account that is not known here");
        }
        if signature.secret_id() != self.account.credentials().secret_id() {
            return refuse(-79, "field k is a secret id that is not known here");
        }
        if let Err(problem) = signature.verify(&self.signer) {
            return refuse(problem.code(), &problem.to_string());
        }
        Ok(signature)
    }

    /// Steps 5 to 9, of a signature that was read. If the operation is not known yet, leaves out
    /// what depends on it; if it is, and all is well, a single-use signature is spent.
    pub(super) fn check_signature(
        &self,
        signature: &Signature,
        wanted: &Wanted<'_>,
    ) -> Result<(), Refusal> {
        let refuse = |code, what: &str| Err(self.refuse(code, what, Some(signature), wanted));
        let Ok(app) = wanted.target.app.parse() else {
            return refuse(-70, "the account in the address is no number");
        };
        let allowed = signature.allows(&wanted.asked(app), wanted.now);
        if let Err(problem @ (sign::Refusal::App | sign::Refusal::Bucket)) = allowed {
            return refuse(problem.code(), &problem.to_string());
        }
        if wanted.target.bucket != self.account.bucket().as_str() {
            return refuse(-133, "there is no such bucket");
        }
        match (allowed, wanted.need) {
            // Without the operation, nothing is known of the kind of binding.
            (Err(sign::Refusal::Path), None) => Ok(()),
            // Section 4.8 looks for a replay before it looks at the path.
            (Err(sign::Refusal::Path), _)
                if signature.is_single_use() && self.store.is_spent(&signature.encode()) =>
            {
                refuse(-77, SPENT)
            }
            (Err(problem), _) => refuse(problem.code(), &problem.to_string()),
            (Ok(()), Some(need)) if signature.is_single_use() => {
                self.spend(signature, need, wanted)
            }
            (Ok(()), _) => Ok(()),
        }
    }

    /// Uses a single-use signature up, unless the operation does not take one.
    fn spend(&self, signature: &Signature, need: Need, wanted: &Wanted<'_>) -> Result<(), Refusal> {
        let refuse = |code, what: &str| Err(self.refuse(code, what, Some(signature), wanted));
        let often = matches!(need, Need::Often | Need::Download);
        if often && self.manners.strict_kinds {
            let what = "field e is 0 (single use), but the operation takes only multi-use";
            return refuse(-74, what);
        }
        match self.store.spend(&signature.encode())? {
            true => Ok(()),
            false => refuse(-77, SPENT),
        }
    }

    /// Names what was wrong, and the text that should have been signed: plain, never a signature.
    fn refuse(
        &self,
        code: i64,
        what: &str,
        signature: Option<&Signature>,
        wanted: &Wanted<'_>,
    ) -> Refusal {
        let expected = self.expected_text(signature, wanted);
        let reason = match signature {
            Some(signature) => format!(
                "{what}; signed was: {}; should have been: {expected}",
                signature.plain_text()
            ),
            None => format!("{what}; to be signed: {expected}"),
        };
        Refusal::new(code, reason)
    }

    /// The plain text (section 4.1) with each field as this request wants it; what is the client's
    /// choice is taken from its signature, or named in braces.
    fn expected_text(&self, signature: Option<&Signature>, wanted: &Wanted<'_>) -> String {
        let (app, bucket) = (self.account.app(), self.account.bucket());
        let path = links::encoded(&wanted.target.path);
        let file_id = match wanted.need {
            Some(Need::Download) => path,
            _ => format!("/{app}/{bucket}{path}"),
        };
        let expiry = match (wanted.need, signature) {
            (Some(Need::Once), _) => "0".to_owned(),
            (_, Some(signature)) if signature.expires() >= wanted.now.seconds() => {
                signature.expires().to_string()
            }
            _ => "{expiry}".to_owned(),
        };
        let (time, nonce) = match signature {
            Some(signature) => (
                signature.signed_at().to_string(),
                signature.nonce().to_owned(),
            ),
            None => ("{now}".to_owned(), "{nonce}".to_owned()),
        };
        let id = self.account.credentials().secret_id();
        format!("a={app}&k={id}&e={expiry}&t={time}&r={nonce}&f={file_id}&b={bucket}")
    }
}

const SPENT: &str = "this single-use signature was used before";
