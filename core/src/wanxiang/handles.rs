//! The handles of pictures and videos: their methods are the operations.

use std::{borrow::Borrow, fmt, time::Duration};

use super::{
    AppId, BucketName, Content, CopyPhoto, Credentials, DeletePhoto, DeleteVideo, Digests, FileId,
    PhotoAddress, PutPhoto, PutVideo, StatPhoto, StatVideo, UploadPhoto, UploadVideo,
    UploadedPhoto, UploadedVideo, UserId,
    slices::PutSlices,
    space::{Area, Space},
};
use crate::{Endpoint, Token, error::InputError};

/// A bucket of photos V2 or V2 enhanced, and by whose leave we use it (section 6). Cheap to clone.
///
/// Both generations are managed in the same way; they differ in the addresses of downloads and in
/// what a file id may hold. A bucket belongs to one of them.
///
/// ```
/// use yunmei_core::wanxiang::{AppId, Bucket, BucketName, Credentials, FileId};
///
/// let bucket = Bucket::v2_enhanced(AppId::new(10000001)?, BucketName::new("examplebucket")?)
///     .signed_with(Credentials::new("AKIDEXAMPLE", "the secret key")?);
/// let stat = bucket.stat(&FileId::new("album/cat.jpg")?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Bucket(Space);

/// The pictures of one user of an account, photos V1 (section 7). Cheap to clone.
#[derive(Clone)]
pub struct PhotosV1(Space);

/// The videos of one user of an account, video V1 (section 8). Cheap to clone.
#[derive(Clone)]
pub struct Videos(Space);

macro_rules! settings {
    ($handle:ident) => {
        impl $handle {
            /// Signs each request with these credentials; the kind of signature follows from the
            /// operation.
            pub fn signed_with(self, credentials: impl Borrow<Credentials>) -> $handle {
                $handle(self.0.signed_with(credentials.borrow()))
            }

            /// Sends a signature that somebody else made, with every request: the story of a client
            /// that may not hold a secret.
            ///
            /// # Errors
            ///
            /// [`InputError::HandedOut`] if it is empty, above 2 KB, or cannot stand in a header.
            pub fn with_signature(self, signature: Token) -> Result<$handle, InputError> {
                self.0.with_signature(signature).map($handle)
            }

            /// Sends every request to this endpoint instead. Downloads too, where there are any; what
            /// `Host` would have said of them is still said.
            pub fn at(self, endpoint: Endpoint) -> $handle {
                $handle(self.0.at(endpoint))
            }

            /// How long the signatures last that operations make for themselves; an hour by default,
            /// at most three months.
            pub fn signature_lifetime(self, lifetime: Duration) -> $handle {
                $handle(self.0.signature_lifetime(lifetime))
            }

            /// The account.
            pub fn app(&self) -> AppId {
                self.0.app()
            }
        }

        impl fmt::Debug for $handle {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_tuple(stringify!($handle)).field(&self.0).finish()
            }
        }
    };
}

macro_rules! pictures {
    ($handle:ident) => {
        impl $handle {
            /// Downloads from this endpoint instead: a domain of one's own, or the CDN's.
            pub fn downloads_at(self, endpoint: Endpoint) -> $handle {
                $handle(self.0.downloads_at(endpoint))
            }

            /// Uploads a picture under an id that the service chooses, in one request: at most
            /// 20 MB.
            pub fn upload_new(&self, content: &Content) -> UploadPhoto {
                UploadPhoto::new(self.0.clone(), None, content)
            }

            /// Asks for the attributes of a picture.
            pub fn stat(&self, file_id: &FileId) -> StatPhoto {
                StatPhoto::new(self.0.clone(), file_id.clone())
            }

            /// Copies a picture; the service chooses the id of the copy.
            pub fn copy(&self, file_id: &FileId) -> CopyPhoto {
                CopyPhoto::new(self.0.clone(), file_id.clone())
            }

            /// Deletes a picture.
            pub fn delete(&self, file_id: &FileId) -> DeletePhoto {
                DeletePhoto::new(self.0.clone(), file_id.clone())
            }

            /// A picture to be downloaded, or its address: the original, or what is made of it.
            pub fn photo(&self, file_id: &FileId) -> PhotoAddress {
                PhotoAddress::new(self.0.clone(), file_id.clone())
            }
        }
    };
}

settings!(Bucket);
settings!(PhotosV1);
settings!(Videos);

pictures!(Bucket);
pictures!(PhotosV1);

impl Bucket {
    /// A bucket of photos V2, used by nobody's leave: over https, at the service's own hosts.
    ///
    /// That the hosts for downloads speak https is not established; [`Bucket::downloads_at`]
    /// changes it.
    pub fn v2(app: AppId, bucket: BucketName) -> Bucket {
        Bucket::of(app, bucket, false)
    }

    /// A bucket of photos V2 enhanced, likewise.
    pub fn v2_enhanced(app: AppId, bucket: BucketName) -> Bucket {
        Bucket::of(app, bucket, true)
    }

    fn of(app: AppId, bucket: BucketName, enhanced: bool) -> Bucket {
        Bucket(Space::new(
            Area::Photos { bucket, enhanced },
            app,
            UserId::default(),
        ))
    }

    /// Uploads a picture under an id of the caller's, in one request: at most 20 MB.
    pub fn upload(&self, file_id: &FileId, content: &Content) -> UploadPhoto {
        UploadPhoto::new(self.0.clone(), Some(file_id.clone()), content)
    }

    /// Uploads a picture of any size: under this id, or with `None` one that the service chooses.
    ///
    /// The one to take, with digests: it finds out by itself whether an upload whose answer was lost
    /// was carried out.
    pub fn put<'a>(
        &self,
        file_id: impl Into<Option<&'a FileId>>,
        content: impl Into<Content>,
    ) -> PutPhoto {
        let file_id = file_id.into().cloned();
        PutPhoto::new(self.0.clone(), file_id, content.into())
    }

    /// Uploads a picture by slices: under this id, or with `None` one that the service chooses.
    pub fn put_slices<'a>(
        &self,
        file_id: impl Into<Option<&'a FileId>>,
        content: Digests,
    ) -> PutSlices<UploadedPhoto> {
        PutSlices::photo(self.0.clone(), file_id.into().cloned(), content)
    }
}

impl PhotosV1 {
    /// The pictures of `user`, used by nobody's leave: over https, at the service's own hosts.
    ///
    /// That the hosts for downloads speak https is not established; [`PhotosV1::downloads_at`]
    /// changes it.
    pub fn new(app: AppId, user: UserId) -> PhotosV1 {
        PhotosV1(Space::new(Area::PhotosV1, app, user))
    }

    /// Uploads a picture under an id of the caller's, which may not be used a second time: the
    /// vendor's page knows that, its client does not (section 7).
    pub fn upload(&self, file_id: &FileId, content: &Content) -> UploadPhoto {
        UploadPhoto::new(self.0.clone(), Some(file_id.clone()), content)
    }
}

impl Videos {
    /// The videos of `user`, used by nobody's leave: over https, at the service's own host.
    ///
    /// That this host speaks https is not established; [`Videos::at`] changes it.
    pub fn new(app: AppId, user: UserId) -> Videos {
        Videos(Space::new(Area::Videos, app, user))
    }

    /// Uploads a video in one request.
    pub fn upload(&self, content: &Digests) -> UploadVideo {
        UploadVideo::new(self.0.clone(), content.clone())
    }

    /// Uploads a video of any size: in one request up to 20 MB, by slices above.
    pub fn put(&self, content: Digests) -> PutVideo {
        PutVideo::new(self.0.clone(), content)
    }

    /// Uploads a video by slices.
    pub fn put_slices(&self, content: Digests) -> PutSlices<UploadedVideo> {
        PutSlices::video(self.0.clone(), content)
    }

    /// Asks for the attributes of a video.
    pub fn stat(&self, file_id: &FileId) -> StatVideo {
        StatVideo::new(self.0.clone(), file_id.clone())
    }

    /// Deletes a video.
    pub fn delete(&self, file_id: &FileId) -> DeleteVideo {
        DeleteVideo::new(self.0.clone(), file_id.clone())
    }
}
