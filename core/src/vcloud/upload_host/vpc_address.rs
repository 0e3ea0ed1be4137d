use http::Uri;
use serde::Deserialize;

use super::{
    Stored, UploadAddress, UploadHost,
    address::{UploadHeaders, headers},
};
use crate::{SignedUrl, loose, vcloud::Scheme};

/// A way to upload for programs that run on machines of the service's own (section 16.3): by signed
/// addresses instead of a permission, and without checksums.
///
/// The contents become part of the same upload as those at the [`UploadAddress`] beside it.
#[derive(Clone, Debug)]
pub struct VpcAddress {
    pub(super) way: Way,
    /// What the upload is called at the service.
    pub(super) stored: Stored,
}

#[derive(Clone, Debug)]
pub(super) enum Way {
    /// The service has the content already: nothing is to be sent.
    Nothing,
    /// In one request.
    Whole(Door),
    /// In parts, which are then joined.
    Parts {
        part_size: u64,
        parts: Vec<SignedUrl>,
        complete: Door,
    },
}

/// An address, and headers that belong to its signature.
#[derive(Clone, Debug)]
pub(super) struct Door {
    pub(super) url: SignedUrl,
    pub(super) headers: UploadHeaders,
}

impl VpcAddress {
    /// Whether the service has the content already, so that nothing is to be sent.
    pub fn is_complete(&self) -> bool {
        matches!(self.way, Way::Nothing)
    }

    /// What the commit refers to.
    pub(in crate::vcloud) fn stored(&self) -> &Stored {
        &self.stored
    }

    /// Whether a content of this size goes there, over this scheme or a safer one.
    pub(super) fn takes(&self, size: u64, scheme: Scheme) -> bool {
        let over = |url: &SignedUrl| {
            let Ok(uri) = url.expose().parse::<Uri>() else {
                return false;
            };
            let host = uri.authority().map(|host| UploadHost::new(host.as_str()));
            match (uri.scheme_str(), host) {
                (Some("https"), Some(Ok(_))) => true,
                (Some("http"), Some(Ok(host))) => scheme == Scheme::Http || host.is_local_server(),
                _ => false,
            }
        };
        match &self.way {
            Way::Nothing => true,
            Way::Whole(door) => over(&door.url),
            // Unlike at upload hosts, what is left over is a part of its own.
            Way::Parts {
                part_size,
                parts,
                complete,
            } => {
                *part_size > 0
                    && size.div_ceil(*part_size) == parts.len() as u64
                    && parts.iter().all(over)
                    && over(&complete.url)
            }
        }
    }
}

/// As the service writes it; of pictures, with other capitals.
#[derive(Deserialize)]
pub(in crate::vcloud) struct WrittenVpc {
    #[serde(
        default,
        rename = "UploadMode",
        deserialize_with = "loose::text_or_empty"
    )]
    mode: String,
    #[serde(
        default,
        rename = "QuickCompleteMode",
        deserialize_with = "loose::text_or_empty"
    )]
    quick: String,
    #[serde(
        default,
        rename = "PutUrl",
        alias = "PutURL",
        deserialize_with = "loose::text_or_empty"
    )]
    url: String,
    #[serde(
        default,
        rename = "PutUrlHeaders",
        alias = "PutURLHeaders",
        deserialize_with = "headers"
    )]
    headers: UploadHeaders,
    #[serde(default, rename = "PartUploadInfo")]
    parts: Option<WrittenParts>,
}

#[derive(Deserialize)]
struct WrittenParts {
    #[serde(
        default,
        rename = "PartSize",
        deserialize_with = "loose::optional_number"
    )]
    size: Option<u64>,
    #[serde(
        default,
        rename = "PartPutUrls",
        alias = "PartPutURLs",
        deserialize_with = "loose::list"
    )]
    urls: Vec<String>,
    #[serde(
        default,
        rename = "CompletePartUrl",
        alias = "CompletePartURL",
        deserialize_with = "loose::text_or_empty"
    )]
    complete: String,
    #[serde(
        default,
        rename = "CompleteUrlHeaders",
        alias = "CompletePartURLHeaders",
        deserialize_with = "headers"
    )]
    headers: UploadHeaders,
}

impl WrittenVpc {
    /// Nothing where the service offers none, or one that we do not know.
    pub(in crate::vcloud) fn read(self, address: &UploadAddress) -> Option<VpcAddress> {
        let way = match (self.mode.as_str(), self.quick.as_str()) {
            ("", _) => return None,
            (_, "enable") => Way::Nothing,
            ("direct", _) => Way::Whole(Door {
                url: SignedUrl::new(self.url),
                headers: self.headers,
            }),
            ("part", _) => {
                let written = self.parts?;
                Way::Parts {
                    part_size: written.size?,
                    parts: written.urls.into_iter().map(SignedUrl::new).collect(),
                    complete: Door {
                        url: SignedUrl::new(written.complete),
                        headers: written.headers,
                    },
                }
            }
            _ => return None,
        };
        let store = &address.stores()[0];
        Some(VpcAddress {
            way,
            stored: Stored {
                uri: store.uri().to_owned(),
                session_key: address.session_key().to_owned(),
            },
        })
    }
}
