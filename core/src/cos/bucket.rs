use std::{borrow::Borrow, fmt, sync::Arc, time::Duration};

use super::{
    AppId, BucketName, Content, CopyTo, CreateFolder, Credentials, Delete, DeleteFolder,
    Destination, DownloadFile, FilePath, FolderPath, List, MoveTo, Pager, Put, PutSlices, Region,
    Stat, StatFolder, Update, UpdateFolder, Upload,
    sign::{Expiry, Grant, Signer},
};
use crate::{
    ByteRange, Endpoint, SignedUrl, Stamp, Token, download::DownloadHost, error::InputError,
    tencent::Leave,
};

/// How long a signature lasts that an operation makes for itself: as in the vendor's own client.
const SIGNATURE_LIFETIME: Duration = Duration::from_secs(300);

/// A bucket, and by whose leave we use it. Cheap to clone; its methods are the operations.
///
/// ```
/// use yunmei_core::cos::{AppId, Bucket, BucketName, Credentials, FilePath, Region};
///
/// let bucket = Bucket::new(AppId::new(1250000000)?, BucketName::new("examplebucket")?, Region::new("gz")?)
///     .signed_with(Credentials::new("AKIDEXAMPLE", "the secret key")?);
/// let stat = bucket.stat(&FilePath::new("/photos/cat.jpg")?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Bucket(Arc<Settings>);

#[derive(Clone)]
pub(super) struct Settings {
    pub(super) app: AppId,
    pub(super) name: BucketName,
    pub(super) region: Region,
    pub(super) leave: Leave<Signer>,
    pub(super) signature_place: SignaturePlace,
    signature_lifetime: Duration,
    api: Endpoint,
    pub(super) download: DownloadHost,
}

/// Where a signature travels (section 4.6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SignaturePlace {
    /// In the `Authorization` header; of downloads, in the query, as the vendor's clients have it.
    #[default]
    Header,
    /// In the query, as `sign=`, percent-encoded.
    Query,
}

impl Bucket {
    /// The bucket `name` of account `app` in `region`, used by nobody's leave: over https, at the
    /// service's own hosts.
    pub fn new(app: AppId, name: BucketName, region: Region) -> Bucket {
        let api = Endpoint::https(&region.api_host());
        let host = format!("{name}-{app}.{}", region.download_suffix());
        let download = DownloadHost::official(&host);
        Bucket(Arc::new(Settings {
            app,
            name,
            region,
            leave: Leave::Nobody,
            signature_place: SignaturePlace::default(),
            signature_lifetime: SIGNATURE_LIFETIME,
            api,
            download,
        }))
    }

    /// Signs each request with these credentials.
    pub fn signed_with(self, credentials: impl Borrow<Credentials>) -> Bucket {
        let signer = Signer::new(self.0.app, &self.0.name, credentials.borrow());
        self.with(|settings| settings.leave = Leave::Signer(signer))
    }

    /// Sends a signature that somebody else made, with every request: the story of a client that
    /// may not hold a secret.
    ///
    /// One for the API ([`Grant::multi_use`]) does not serve downloads, which take one of their own
    /// ([`Grant::download`]), and so a second handle.
    ///
    /// # Errors
    ///
    /// [`InputError::HandedOut`] if it is empty, above 2 KB, or cannot stand in a header.
    pub fn with_signature(self, signature: Token) -> Result<Bucket, InputError> {
        let leave = Leave::handed_out(signature)?;
        Ok(self.with(|settings| settings.leave = leave))
    }

    /// Sends every request to this endpoint instead, downloads included; what `Host` would have
    /// said of a download is still said.
    pub fn at(self, endpoint: Endpoint) -> Bucket {
        self.with(|settings| {
            let host = settings.download_host();
            settings.download = DownloadHost::instead_of(host, endpoint.clone());
            settings.api = endpoint;
        })
    }

    /// Downloads from this endpoint instead: a domain of one's own that was bound to the bucket, or
    /// the CDN's.
    pub fn downloads_at(self, endpoint: Endpoint) -> Bucket {
        self.with(|settings| settings.download = DownloadHost::own(endpoint))
    }

    /// How long the signatures last that operations make for themselves; 5 minutes by default, at
    /// most 90 days.
    pub fn signature_lifetime(self, lifetime: Duration) -> Bucket {
        self.with(|settings| settings.signature_lifetime = lifetime)
    }

    /// Where signatures travel.
    pub fn signature_in(self, place: SignaturePlace) -> Bucket {
        self.with(|settings| settings.signature_place = place)
    }

    fn with(mut self, change: impl FnOnce(&mut Settings)) -> Bucket {
        change(Arc::make_mut(&mut self.0));
        self
    }

    /// The account.
    pub fn app(&self) -> AppId {
        self.0.app
    }

    /// The bare name.
    pub fn name(&self) -> &BucketName {
        &self.0.name
    }

    /// Where it lives.
    pub fn region(&self) -> &Region {
        &self.0.region
    }

    /// Uploads a file in one request: at most 20 MiB.
    pub fn upload(&self, path: &FilePath, content: &Content) -> Upload {
        Upload::new(self.clone(), path.clone(), content)
    }

    /// Uploads a file of any size: in one request below 8 MiB, by slices above.
    pub fn put(&self, path: &FilePath, content: Content) -> Put {
        Put::new(self.clone(), path.clone(), content)
    }

    /// Uploads a file by slices; with digests, takes up what an earlier attempt left.
    pub fn put_slices(&self, path: &FilePath, content: Content) -> PutSlices {
        PutSlices::new(self.clone(), path.clone(), content)
    }

    /// Asks for the attributes of a file.
    pub fn stat(&self, path: &FilePath) -> Stat {
        Stat::new(self.clone(), path.clone())
    }

    /// Changes attributes of a file.
    pub fn update(&self, path: &FilePath) -> Update {
        Update::new(self.clone(), path.clone())
    }

    /// Deletes a file. There is no undo.
    pub fn delete(&self, path: &FilePath) -> Delete {
        Delete::new(self.clone(), path.clone())
    }

    /// Moves (renames) a file within the bucket.
    pub fn move_to(&self, path: &FilePath, destination: impl Into<Destination>) -> MoveTo {
        MoveTo::new(self.clone(), path.clone(), destination.into())
    }

    /// Copies a file within the bucket.
    pub fn copy_to(&self, path: &FilePath, destination: impl Into<Destination>) -> CopyTo {
        CopyTo::new(self.clone(), path.clone(), destination.into())
    }

    /// Downloads a file, or a part of it.
    pub fn download(&self, path: &FilePath, range: ByteRange) -> DownloadFile {
        DownloadFile::new(self.clone(), path.clone(), range)
    }

    /// Creates a folder. Files need none: any path may be uploaded to.
    pub fn create_folder(&self, path: &FolderPath) -> CreateFolder {
        CreateFolder::new(self.clone(), path.clone())
    }

    /// Asks for the attributes of a folder that was created.
    pub fn stat_folder(&self, path: &FolderPath) -> StatFolder {
        StatFolder::new(self.clone(), path.clone())
    }

    /// Changes the attribute of a folder.
    pub fn update_folder(&self, path: &FolderPath, biz_attr: impl Into<String>) -> UpdateFolder {
        UpdateFolder::new(self.clone(), path.clone(), biz_attr.into())
    }

    /// Deletes an empty folder.
    pub fn delete_folder(&self, path: &FolderPath) -> DeleteFolder {
        DeleteFolder::new(self.clone(), path.clone())
    }

    /// Lists a folder: one page of it.
    pub fn list(&self, folder: &FolderPath) -> List {
        List::new(self.clone(), folder.clone())
    }

    /// Lists a folder, page after page.
    pub fn pages(&self, folder: &FolderPath) -> Pager {
        Pager::new(self.list(folder))
    }

    /// The address of a file, with the permission to download it until `until`.
    ///
    /// A bucket [at an endpoint](Bucket::at) of one's own is named by a `Host` header, which no
    /// address can carry: the emulator, which has one bucket, does without; for others, use
    /// [`Bucket::downloads_at`] with a host that names the bucket.
    ///
    /// # Errors
    ///
    /// [`InputError::Unsigned`] without credentials: a signature that was handed out may allow
    /// more than a download, and does not belong into an address. What [`Signer::sign`] refuses.
    pub fn signed_url(
        &self,
        path: &FilePath,
        until: Expiry,
        stamp: &Stamp,
    ) -> Result<SignedUrl, InputError> {
        let Leave::Signer(signer) = &self.0.leave else {
            return Err(InputError::Unsigned);
        };
        let token = signer.sign(&Grant::download(path, until), stamp)?;
        let mut url = self.public_url(path);
        // Escaped, it is at most three times as long: one allocation, and no copy left behind.
        url.reserve(token.expose().len() * 3 + 6);
        url.push_str("?sign=");
        crate::encode::push_query_value(&mut url, token.expose());
        Ok(SignedUrl::new(url))
    }

    /// The address of a file, good for downloads if bucket or file are readable by all. See
    /// [`Bucket::signed_url`] for buckets at an endpoint of one's own.
    pub fn public_url(&self, path: &FilePath) -> String {
        format!("{}{}", self.0.download.endpoint(), path.encoded())
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.0
    }
}

impl Settings {
    pub(super) fn api(&self) -> &Endpoint {
        &self.api
    }

    pub(super) fn expiry(&self) -> Expiry {
        Expiry::after(self.signature_lifetime)
    }

    fn download_host(&self) -> String {
        format!(
            "{}-{}.{}",
            self.name,
            self.app,
            self.region.download_suffix()
        )
    }
}

impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bucket")
            .field("app", &self.0.app.number())
            .field("name", &self.0.name.as_str())
            .field("region", &self.0.region.as_str())
            .field("at", &self.0.api)
            .finish_non_exhaustive()
    }
}
