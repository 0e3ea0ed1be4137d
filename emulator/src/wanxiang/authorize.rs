//! Whether a request's signature serves (section 3.7).

use yunmei_core::{
    Timestamp,
    wanxiang::sign::{self, Asked, Call, Signature},
};

use super::{Wanxiang, answer::Refusal};

/// What a signature is held against.
pub(super) struct Wanted<'a> {
    /// As the address, or the body, has it.
    pub(super) app: &'a str,
    pub(super) bucket: Option<&'a str>,
    pub(super) user: &'a str,
    pub(super) file_id: Option<&'a str>,
    pub(super) call: Call,
    /// When the request came.
    pub(super) now: Timestamp,
}

/// Why a request may not be carried out.
pub(super) enum Problem {
    NoSignature,
    Signature(sign::Refusal),
    Spent,
    /// The account in the address is none that is known here.
    App,
    Bucket,
}

impl Problem {
    /// Of calls about pictures and videos (section 15.3).
    fn code(&self) -> i64 {
        match self {
            Problem::NoSignature => -5998,
            Problem::Signature(problem) => problem.code(),
            Problem::Spent => -97,
            Problem::App => -70,
            Problem::Bucket => -133,
        }
    }

    /// Section 10.3.
    fn download_code(&self) -> i64 {
        match self {
            Problem::Signature(sign::Refusal::Expired) => -46619,
            Problem::NoSignature | Problem::Signature(_) | Problem::Spent => -46618,
            Problem::App => -46642,
            Problem::Bucket => -46152,
        }
    }

    /// Section 10.2.
    fn detection_code(&self) -> i64 {
        match self {
            Problem::NoSignature => 4,
            Problem::Signature(problem) => problem.detection_code(),
            Problem::Spent => 13,
            Problem::App => 12,
            Problem::Bucket => 6,
        }
    }

    fn refusal(&self, call: Call, reason: String) -> Refusal {
        let code = match call {
            Call::Download => self.download_code(),
            Call::Detection => self.detection_code(),
            _ => self.code(),
        };
        Refusal::new(code, reason)
    }

    fn text(&self) -> String {
        match self {
            Problem::NoSignature => "no signature".into(),
            Problem::Signature(problem) => problem.to_string(),
            Problem::Spent => "this single-use signature was used before".into(),
            Problem::App => "the account in the address is not known here".into(),
            Problem::Bucket => "there is no such bucket".into(),
        }
    }
}

impl Wanxiang {
    /// Checks all that can be checked without remembering anything. The signature is there unless
    /// none is needed.
    pub(super) fn check_signature(
        &self,
        presented: Option<&str>,
        wanted: &Wanted<'_>,
    ) -> Result<Option<Signature>, Refusal> {
        let signature = match presented.filter(|text| !text.is_empty()) {
            // Section 13: not required of a stat, but checked where it is present.
            None if wanted.call == Call::Stat => None,
            None => return Err(self.refuse(&Problem::NoSignature, None, wanted)),
            Some(text) => Some(self.read_signature(text, wanted)?),
        };
        if let (Some(signature), Ok(app)) = (&signature, wanted.app.parse()) {
            let asked = Asked {
                app,
                bucket: wanted.bucket.map(str::to_owned),
                file_id: wanted.file_id.map(str::to_owned),
                call: wanted.call,
            };
            let allowed = signature.allows(&asked, wanted.now);
            allowed.map_err(|problem| {
                self.refuse(&Problem::Signature(problem), Some(signature), wanted)
            })?;
        }
        self.check_address(wanted)?;
        Ok(signature)
    }

    /// Whether account and bucket are the ones that are here.
    pub(super) fn check_address(&self, wanted: &Wanted<'_>) -> Result<(), Refusal> {
        let own = self.account.bucket().as_str();
        if wanted.app.parse() != Ok(self.account.app()) {
            return Err(Problem::App.refusal(wanted.call, Problem::App.text()));
        }
        match wanted.bucket.is_none_or(|bucket| bucket == own) {
            true => Ok(()),
            false => Err(Problem::Bucket.refusal(wanted.call, Problem::Bucket.text())),
        }
    }

    /// Uses a single-use signature up, even if what it was for fails then (section 15.9).
    pub(super) fn spend(
        &self,
        signature: Option<&Signature>,
        wanted: &Wanted<'_>,
    ) -> Result<(), Refusal> {
        match signature {
            Some(signature) if signature.is_single_use() => {
                match self.store.spend(&signature.encode())? {
                    true => Ok(()),
                    false => Err(self.refuse(&Problem::Spent, Some(signature), wanted)),
                }
            }
            _ => Ok(()),
        }
    }

    /// Well formed, and made with our key.
    fn read_signature(&self, text: &str, wanted: &Wanted<'_>) -> Result<Signature, Refusal> {
        let signature = Signature::decode(text)
            .map_err(|problem| self.refuse(&Problem::Signature(problem), None, wanted))?;
        match signature.verify(&self.verifier) {
            Ok(()) => Ok(signature),
            Err(problem) => {
                Err(self.refuse(&Problem::Signature(problem), Some(&signature), wanted))
            }
        }
    }

    /// Names what was wrong, and the text that should have been signed: plain, never a signature.
    fn refuse(
        &self,
        problem: &Problem,
        signature: Option<&Signature>,
        wanted: &Wanted<'_>,
    ) -> Refusal {
        let (what, expected) = (problem.text(), self.expected_text(signature, wanted));
        let reason = match signature {
            Some(signature) => format!(
                "{what}; signed was: {}; should have been: {expected}",
                signature.plain_text()
            ),
            None => format!("{what}; to be signed: {expected}"),
        };
        problem.refusal(wanted.call, reason)
    }

    /// The plain text (section 3.2) with each field as this request wants it; what is the client's
    /// choice is taken from its signature, or named in braces.
    fn expected_text(&self, signature: Option<&Signature>, wanted: &Wanted<'_>) -> String {
        let id = self.account.credentials().secret_id();
        let app = self.account.app();
        let bucket = match wanted.bucket {
            Some(_) => format!("&b={}", self.account.bucket()),
            None => String::new(),
        };
        let time = match signature {
            Some(signature) => signature.signed_at().to_string(),
            None => "{now}".to_owned(),
        };
        let expiry = match (wanted.call, signature) {
            (Call::Copy | Call::Delete, _) => "0".to_owned(),
            (_, Some(signature)) if signature.expires() > wanted.now.seconds() => {
                signature.expires().to_string()
            }
            _ => "{expiry}".to_owned(),
        };
        if wanted.call == Call::Detection {
            return format!("a={app}{bucket}&k={id}&t={time}&e={expiry}");
        }
        let file_id = wanted.file_id.unwrap_or_default();
        let user = wanted.user;
        format!("a={app}{bucket}&k={id}&e={expiry}&t={time}&r={{random}}&u={user}&f={file_id}")
    }
}
