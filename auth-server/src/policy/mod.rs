//! Who may have which signature: a TOML file, and nothing that is not in it.
//!
//! ```toml
//! [token]                              # which tokens are taken
//! algorithm = "HS256"                  # or "EdDSA"; no other, whatever a token says
//! issuer = "https://accounts.example.com"
//! audience = "yunmei"
//! leeway = 30                          # seconds that clocks may differ; 30 if left out, 120 at most
//! claims = ["scopes", "videos"]        # known beside iss, sub, aud, exp, nbf, iat and jti
//! unknown_claims = "refuse"            # or "ignore"; "refuse" if left out
//!
//! [limits]
//! requests_a_minute = 600              # of one address
//! connections_per_address = 1000       # at once; 1000 if left out, and at most half of all
//!
//! [proxies]                            # in front of the server
//! trusted = ["127.0.0.1", "10.0.0.0/8"] # their X-Forwarded-For is believed; nobody's if left out
//!
//! [cors]
//! origins = ["https://www.example.com"]
//!
//! [page]                               # what the upload page works with
//! rule = "own pictures"
//! parallel = 3                         # uploads at a time
//! picture_origin = "https://pictures.example.com" # shown from here, whatever the service says
//!
//! [[rules]]
//! name = "own pictures"                # as the audit lines call it
//! claims = { scopes = "open" }         # all of them: equal, or in the list
//! service = "cos"                      # cos, image, vod, imagex or photo
//! bucket = "examplebucket"
//! path = "/users/{sub}/"               # a name in braces is a claim
//! operations = ["upload"]
//! prefix = true                        # also signatures for all of a folder; create needs it
//! lifetime = 60                        # seconds, at most; 60 if left out; photo has none
//! size_limit = 20971520                # bytes
//! types = ["image/jpeg", "image/png"]
//! requests_a_minute = 60               # of one subject; 60 if left out
//!
//! [[rules]]
//! name = "own avatars"
//! service = "image"                    # Wanxiang
//! bucket = "avatars"
//! path = "/{sub}/"                     # for the ids {sub}/…: they have no slash in front
//! operations = ["upload", "stat", "download", "delete"]
//!
//! [[rules]]
//! name = "own videos"
//! service = "vod"
//! space = "examplespace"               # where uploads go
//! videos = ["{videos}", "v0001"]       # what is played: ids, those in a claim, or "*" for all
//! operations = ["upload", "play"]
//! types = ["video"]                    # of vod: video, image, object
//!
//! [[rules]]
//! name = "own pictures at ImageX"
//! service = "imagex"
//! service_id = "abcdefghij"
//! path = "/{sub}/"                     # names begin with {sub}/; of Volcengine only, else left out
//! operations = ["upload-keys"]
//! lifetime = 900
//!
//! [[rules]]
//! name = "photo repair"
//! claims = { scopes = "photos" }
//! service = "photo"                    # neither bucket nor path
//! operations = ["token"]
//! ```
//!
//! The first rule that lets a request through decides. A word that is not known, anywhere in the
//! file, is an error that names its line. So is what could never do what was meant: a claim that
//! tokens are refused for or that is never a text, a type or an origin that no browser writes, an id of a
//! video that is none.
//!
//! # What a signature really binds
//!
//! A service checks what is in its signature, and no more. The rest is on the word of the client.
//!
//! | service | operations | bound by the signature | not bound |
//! |---|---|---|---|
//! | `cos` | `upload`, `stat`, `list`, `create` | bucket; beginning of the path; end | size, type, number of uses, which of these operations |
//! | `cos` | `download` | bucket; beginning of the path; end | number of uses |
//! | `cos` | `update`, `delete` | bucket; the one path; a single use | which call on that path, uploading to it too; when it ends |
//! | `image` | `upload`, `stat`, `download` | bucket; the one id; end | size, type, number of uses, which of these operations |
//! | `image` | `delete` | bucket; the one id; a single use | which call on that id, copying or downloading it too; when it ends |
//! | `vod` | `upload` | space; kind of file, if one is asked for; end | size, name, number of uses |
//! | `vod` | `play` | the one video; end | number of uses |
//! | `vod` | `upload-keys`, `play-keys` | space, or video; end | as above |
//! | `imagex` | `upload-keys` | service; with a path, of Volcengine only, the beginning of names; end | size, type |
//! | `photo` | `token` | nothing: it serves the partner's every call for some minutes | all else |
//!
//! `size_limit` and `types` are held against what the client says it will send. A rule with them
//! does not serve a client that does not say it.
//!
//! One signature serves several operations. A rule that names a weaker one has to name the stronger
//! that comes with it: who may `stat` or `list` at COS may `upload`, and who may `update` may
//! `delete`. `upload` alone lets its holder look at what is there, too.
//!
//! **Moving and copying are not signed for.** The destination is in no signature of COS or of
//! pictures. Where the service takes a signature for a path as one for moving or copying it (the
//! sources disagree: dossier of COS, section 4.7), its holder can write to any path of the bucket.
//! That is true of every signature of this kind, whoever makes it. Nothing but a bucket of one's own
//! for what strangers upload is safe against it. Signatures for a whole folder are therefore made
//! only where a rule says `prefix = true`.
//!
//! No path of COS is signed that begins with the number of the account: what a download is bound to is
//! the bare path, what a call is bound to has account and bucket in front, and such a path could be
//! read as either. For the same reason a signature for a call also downloads what lies below a folder
//! of the account's number: keep nothing there. With keys for a path of ImageX, pictures without a name
//! are refused by the emulator; whether the service does so is not established. Ids of pictures with an
//! `&` are not signed: it would end their field of the signed text.

mod asked;
mod checks;
mod decide;
mod error;
mod file;
mod operation;
mod proxies;
mod rule;
mod settings;
#[cfg(test)]
mod tests;

pub use asked::Asked;
pub use checks::origin as check_origin;
pub use decide::{Denial, Granted, Target};
pub use error::PolicyError;
pub use operation::{Operation, Service};
pub use proxies::{Network, NetworkError, Proxies};
pub use rule::{Rule, Scope, Videos};
pub use settings::{Cors, Limits, PageSettings};

use crate::token::TokenRules;

/// The longest life of a signature that a rule may name: a day, in seconds.
pub const LIFETIME_LIMIT: u64 = 86_400;

/// What may be signed for whom. Read once; never parsed again.
#[derive(Clone, Debug)]
pub struct Policy {
    pub(crate) token: TokenRules,
    pub(crate) limits: Limits,
    pub(crate) proxies: Proxies,
    pub(crate) cors: Cors,
    pub(crate) page: Option<PageSettings>,
    pub(crate) rules: Vec<Rule>,
}

impl Policy {
    /// Reads a policy file.
    ///
    /// # Errors
    ///
    /// [`PolicyError`]: what is wrong, and in which line.
    pub fn parse(text: &str) -> Result<Policy, PolicyError> {
        file::read(text)
    }

    /// Which tokens are taken.
    pub fn token(&self) -> &TokenRules {
        &self.token
    }

    /// The rules, in their order.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// What the upload page works with, if there is to be one.
    pub fn page(&self) -> Option<&PageSettings> {
        self.page.as_ref()
    }

    /// The rule of the upload page.
    pub(crate) fn page_rule(&self) -> Option<&Rule> {
        self.page.as_ref().map(|page| &self.rules[page.rule])
    }
}
