use std::num::NonZeroU32;

use yunmei_core::{cos, vcloud::imagex::ServiceId, wanxiang};

use super::{Operation, Service};
use crate::{path::Template, token::Claims};

/// One rule of a policy.
#[derive(Clone, Debug)]
pub struct Rule {
    pub(super) name: String,
    /// All of these have to hold.
    pub(super) claims: Vec<(String, String)>,
    pub(super) scope: Scope,
    pub(super) operations: Vec<Operation>,
    pub(super) lifetime: u64,
    pub(super) size_limit: Option<u64>,
    pub(super) types: Vec<String>,
    pub(super) requests_a_minute: NonZeroU32,
}

/// Where a rule lets something be done.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Scope {
    /// Below a folder of a bucket of COS.
    Cos {
        /// The bucket.
        bucket: cos::BucketName,
        /// The folder.
        path: Template,
        /// Whether all of a folder may be signed for at once.
        prefix: bool,
    },
    /// Ids that begin like this, in a bucket of Wanxiang.
    Image {
        /// The bucket.
        bucket: wanxiang::BucketName,
        /// The beginning, with a slash in front that ids do not have.
        path: Template,
    },
    /// Video on demand.
    Vod {
        /// The space that is uploaded to.
        space: Option<String>,
        /// The videos that may be played.
        videos: Videos,
    },
    /// A service of ImageX.
    ImageX {
        /// Its id.
        service: ServiceId,
        /// The beginning of names; of Volcengine only.
        path: Option<Template>,
    },
    /// Photo repair.
    Photo,
}

/// Which videos may be played.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Videos {
    pub(super) any: bool,
    pub(super) ids: Vec<String>,
    pub(super) claims: Vec<String>,
}

impl Videos {
    /// Whether this is one of them, for whom these claims were made.
    pub(super) fn has(&self, video: &str, claims: &Claims) -> bool {
        self.any
            || self.ids.iter().any(|id| id == video)
            || (self.claims.iter()).any(|claim| claims.has(claim, video))
    }

    /// Whether there are any at all.
    pub(super) fn is_empty(&self) -> bool {
        !self.any && self.ids.is_empty() && self.claims.is_empty()
    }
}

impl Rule {
    /// Its name, for audit lines.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where it lets something be done.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// What it lets be done.
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// The longest life of a signature, in seconds.
    pub fn lifetime(&self) -> u64 {
        self.lifetime
    }

    /// The largest upload, in bytes, on the word of the client.
    pub fn size_limit(&self) -> Option<u64> {
        self.size_limit
    }

    /// What may be uploaded, on the word of the client; anything, if there is nothing here.
    pub fn types(&self) -> &[String] {
        &self.types
    }

    /// How often a subject may have such a signature.
    pub fn requests_a_minute(&self) -> NonZeroU32 {
        self.requests_a_minute
    }

    /// Whose signatures.
    pub fn service(&self) -> Service {
        match self.scope {
            Scope::Cos { .. } => Service::Cos,
            Scope::Image { .. } => Service::Image,
            Scope::Vod { .. } => Service::Vod,
            Scope::ImageX { .. } => Service::ImageX,
            Scope::Photo => Service::Photo,
        }
    }

    /// Whether the token has the claims that it wants.
    pub(super) fn is_for(&self, claims: &Claims) -> bool {
        (self.claims.iter()).all(|(name, value)| claims.has(name, value))
    }
}
