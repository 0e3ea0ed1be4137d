//! ImageX: pictures (section 11).
//!
//! Start with an [`ImageX`]; its methods are the operations. Templates, and whatever else has no method
//! here, are called by name: [`ImageX::call`].
//!
//! | action | method | operation | brings | may be sent again |
//! |---|---|---|---|---|
//! | `ApplyImageUpload` | [`ImageX::apply`] | [`ApplyImages`] | [`UploadAddress`](super::upload_host::UploadAddress) | yes |
//! | `CommitImageUpload` | [`ImageX::commit`] | [`CommitImages`] | [`CommittedImages`] | yes |
//! | apply, uploads, commit | [`ImageX::upload`] | [`UploadImages`] | [`UploadedImages`] | yes |
//! | `PreviewImageUploadFile` | [`ImageX::preview`] | [`PreviewImage`] | [`ImagePreview`] | yes |
//! | `GetImageUploadFile` | [`ImageX::stat`] | [`StatImage`] | [`ImageAttributes`] | yes |
//! | `GetImageUploadFiles` | [`ImageX::list`] | [`ListImages`] | [`ImagePage`] | yes |
//! | `UpdateImageUploadFiles` | [`ImageX::update`] | [`UpdateImages`] | the addresses | yes |
//! | `DeleteImageUploadFiles` | [`ImageX::delete`] | [`DeleteImages`] | the names | yes |
//!
//! Whoever is to upload without the keys of the account gets a [token](ImageX::upload_token) or
//! [temporary keys](ImageX::upload_keys). Where a picture is served says a [`PictureUrl`].

mod apply;
mod commit;
mod committed;
mod delete;
mod handle;
mod list;
mod picture_url;
mod preview;
mod service_id;
mod stat;
mod update;
mod upload;

pub use super::vod::EncryptionMeta;
pub use apply::{ApplyImages, UPLOAD_LIMIT};
pub use commit::CommitImages;
pub use committed::{CommittedImage, CommittedImages, FailedImage, ImageMeta, UploadedImages};
pub use delete::DeleteImages;
pub use handle::ImageX;
pub use list::{ImagePage, LIST_LIMIT, ListImages, ListedImage};
pub use picture_url::PictureUrl;
pub use preview::{ImagePreview, PreviewImage};
pub use service_id::ServiceId;
pub use stat::{ImageAttributes, StatImage};
pub use update::{UpdateImages, UpdateKind};
pub use upload::{NewImage, UploadImages};

use super::{Parameters, call::filled};
use crate::error::InputError;

const VERSION: &str = "2018-08-01";

fn action(name: &'static str, service: &ServiceId) -> Parameters {
    Parameters::of_action(name, VERSION).with("ServiceId", service.as_str().to_owned())
}

/// What is asked of one file.
fn action_on(name: &'static str, service: &ServiceId, uri: &str) -> Result<Parameters, InputError> {
    filled("StoreUri", uri)?;
    Ok(action(name, service).with("StoreUri", uri.to_owned()))
}

/// There is something to name, and every name is one.
fn named(what: &'static str, names: &[String]) -> Result<(), InputError> {
    match names.is_empty() || names.iter().any(String::is_empty) {
        true => Err(InputError::Parameter { name: what.into() }),
        false => Ok(()),
    }
}

#[cfg(test)]
fn imagex() -> ImageX {
    let (dialect, region) = Default::default();
    ImageX::new(dialect, region, super::played::credentials()).expect("a handle")
}

#[cfg(test)]
fn service() -> ServiceId {
    ServiceId::new("svcexample").expect("an id")
}
