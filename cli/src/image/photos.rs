use clap::Args;
use yunmei_core::wanxiang::{
    Bucket, Content, CopyPhoto, DeletePhoto, FileId, PhotoAddress, PhotosV1, StatPhoto, UploadPhoto,
};

use crate::{exit::Failure, session::Session};

/// Which pictures a command is about.
#[derive(Args, Debug)]
pub(super) struct Which {
    /// Pictures of photos V1, which has users in place of buckets
    #[arg(long)]
    pub(super) v1: bool,
}

/// The pictures of either API, with what both can do.
pub(super) enum Photos {
    Bucket(Bucket),
    V1(PhotosV1),
}

impl Session {
    pub(super) fn photos(&self, which: &Which) -> Result<Photos, Failure> {
        let settings = self.config.wanxiang_needed()?;
        Ok(match which.v1 {
            true => Photos::V1(settings.photos_v1()),
            false => Photos::Bucket(settings.bucket()),
        })
    }
}

impl Photos {
    pub(super) fn upload(&self, file_id: Option<&FileId>, content: &Content) -> UploadPhoto {
        match (self, file_id) {
            (Photos::Bucket(photos), Some(file_id)) => photos.upload(file_id, content),
            (Photos::Bucket(photos), None) => photos.upload_new(content),
            (Photos::V1(photos), Some(file_id)) => photos.upload(file_id, content),
            (Photos::V1(photos), None) => photos.upload_new(content),
        }
    }

    pub(super) fn stat(&self, file_id: &FileId) -> StatPhoto {
        match self {
            Photos::Bucket(photos) => photos.stat(file_id),
            Photos::V1(photos) => photos.stat(file_id),
        }
    }

    pub(super) fn copy(&self, file_id: &FileId) -> CopyPhoto {
        match self {
            Photos::Bucket(photos) => photos.copy(file_id),
            Photos::V1(photos) => photos.copy(file_id),
        }
    }

    pub(super) fn delete(&self, file_id: &FileId) -> DeletePhoto {
        match self {
            Photos::Bucket(photos) => photos.delete(file_id),
            Photos::V1(photos) => photos.delete(file_id),
        }
    }

    pub(super) fn photo(&self, file_id: &FileId) -> PhotoAddress {
        match self {
            Photos::Bucket(photos) => photos.photo(file_id),
            Photos::V1(photos) => photos.photo(file_id),
        }
    }
}
