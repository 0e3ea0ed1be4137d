use super::{Operation, Service};
use crate::path::SafePath;

/// What a client asks a signature for. Nothing of it is trusted.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Whose signature.
    pub service: Service,
    /// What for.
    pub operation: Operation,
    /// Bucket, space, or service of ImageX; if there is none, that of the rule.
    pub place: Option<String>,
    /// The file, or folder; if there is none, the folder of the rule.
    pub path: Option<SafePath>,
    /// The video to be played.
    pub video: Option<String>,
    /// For how long, in seconds; if it is not said, for as long as the rule allows.
    pub lifetime: Option<u64>,
    /// How many bytes are to be uploaded.
    pub size: Option<u64>,
    /// What is to be uploaded: a media type; of video on demand, `video`, `image` or `object`.
    pub media_type: Option<String>,
}

impl Asked {
    /// Nothing but service and operation.
    pub fn new(service: Service, operation: Operation) -> Asked {
        Asked {
            service,
            operation,
            place: None,
            path: None,
            video: None,
            lifetime: None,
            size: None,
            media_type: None,
        }
    }
}
