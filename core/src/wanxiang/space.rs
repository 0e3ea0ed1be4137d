//! What the handles of pictures and videos share: where things are, and by whose leave they are
//! reached.

use std::{fmt, sync::Arc, time::Duration};

use http::{Method, Request, header, request};

use super::{
    AppId, BucketName, Credentials, Expiry, FileId, UserId,
    sign::{Grant, Signature, Signer},
};
use crate::{
    ByteRange, Endpoint, Stamp, Token,
    download::DownloadHost,
    encode,
    error::{Error, InputError},
    multipart::Form,
    payload::Payload,
    tencent::{Leave, authorization},
};

/// How long a signature lasts that an operation makes for itself: long enough for the slowest
/// upload of one request. The vendor's client takes 30 days.
const SIGNATURE_LIFETIME: Duration = Duration::from_secs(3600);

/// One of the places where pictures or videos are kept. Cheap to clone.
#[derive(Clone)]
pub(super) struct Space(Arc<Settings>);

#[derive(Clone)]
struct Settings {
    area: Area,
    app: AppId,
    user: UserId,
    leave: Leave<Signer>,
    signature_lifetime: Duration,
    api: Endpoint,
    download: DownloadHost,
}

/// Which API, and which part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Area {
    /// Photos V1.
    PhotosV1,
    /// Photos V2, and with `enhanced`, the short download addresses of V2 enhanced.
    Photos { bucket: BucketName, enhanced: bool },
    /// Video V1.
    Videos,
}

/// What an operation works on, and which signature that takes (section 3.5).
#[derive(Clone, Copy)]
pub(super) enum Target<'a> {
    /// A new file, whose id the service chooses.
    New,
    /// A file.
    File(&'a FileId),
    /// The copying of a file: single-use.
    Copy(&'a FileId),
    /// The deletion of a file: single-use.
    Delete(&'a FileId),
}

/// Whether the scheme word `QCloud` stands before the signature. The vendor's client has it on some
/// calls and not on others; the service takes both (section 3.6).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Scheme {
    QCloud,
    Bare,
}

impl Area {
    fn api_host(&self) -> &'static str {
        match self {
            Area::PhotosV1 | Area::Photos { .. } => "web.image.myqcloud.com",
            Area::Videos => "web.video.myqcloud.com",
        }
    }

    /// Of videos it is not established (section 14); it is the one in the recorded answers.
    fn download_host(&self, app: AppId) -> String {
        match self {
            Area::PhotosV1 => format!("{app}.image.myqcloud.com"),
            Area::Photos { bucket, .. } => format!("{bucket}-{app}.image.myqcloud.com"),
            Area::Videos => format!("{app}.video.myqcloud.com"),
        }
    }
}

impl Space {
    pub(super) fn new(area: Area, app: AppId, user: UserId) -> Space {
        Space(Arc::new(Settings {
            api: Endpoint::https(area.api_host()),
            download: DownloadHost::official(&area.download_host(app)),
            area,
            app,
            user,
            leave: Leave::Nobody,
            signature_lifetime: SIGNATURE_LIFETIME,
        }))
    }

    pub(super) fn signed_with(self, credentials: &Credentials) -> Space {
        let Settings {
            area, app, user, ..
        } = &*self.0;
        let signer = match area {
            Area::Photos { bucket, .. } => Signer::v2(*app, bucket, user, credentials),
            Area::PhotosV1 | Area::Videos => Signer::v1(*app, user, credentials),
        };
        self.with(|settings| settings.leave = Leave::Signer(signer))
    }

    pub(super) fn with_signature(self, signature: Token) -> Result<Space, InputError> {
        let leave = Leave::handed_out(signature)?;
        Ok(self.with(|settings| settings.leave = leave))
    }

    pub(super) fn at(self, endpoint: Endpoint) -> Space {
        self.with(|settings| {
            let host = settings.area.download_host(settings.app);
            settings.download = DownloadHost::instead_of(host, endpoint.clone());
            settings.api = endpoint;
        })
    }

    pub(super) fn downloads_at(self, endpoint: Endpoint) -> Space {
        self.with(|settings| settings.download = DownloadHost::own(endpoint))
    }

    pub(super) fn signature_lifetime(self, lifetime: Duration) -> Space {
        self.with(|settings| settings.signature_lifetime = lifetime)
    }

    fn with(mut self, change: impl FnOnce(&mut Settings)) -> Space {
        change(Arc::make_mut(&mut self.0));
        self
    }

    pub(super) fn app(&self) -> AppId {
        self.0.app
    }

    pub(super) fn area(&self) -> &Area {
        &self.0.area
    }

    /// Whether a request can be signed anew. One signature that was handed out may be spent by the
    /// first attempt.
    pub(super) fn signs_anew(&self) -> bool {
        !matches!(self.0.leave, Leave::HandedOut(_))
    }

    /// `GET`.
    pub(super) fn get(
        &self,
        target: Target<'_>,
        scheme: Scheme,
        stamp: &Stamp,
    ) -> Result<Request<Payload>, Error> {
        finish(
            self.api(Method::GET, target, "", scheme, stamp)?,
            Payload::empty(),
        )
    }

    /// `POST` of nothing.
    pub(super) fn post(
        &self,
        target: Target<'_>,
        scheme: Scheme,
        stamp: &Stamp,
    ) -> Result<Request<Payload>, Error> {
        let builder = self.api(Method::POST, target, "", scheme, stamp)?;
        finish(builder.header(header::CONTENT_LENGTH, 0), Payload::empty())
    }

    /// `POST` of a form, with a query that begins with `?` or is empty.
    pub(super) fn post_form(
        &self,
        target: Target<'_>,
        query: &str,
        form: Form,
        scheme: Scheme,
        stamp: &Stamp,
    ) -> Result<Request<Payload>, Error> {
        let (content_type, body) = form.finish();
        let builder = self
            .api(Method::POST, target, query, scheme, stamp)?
            .header(header::CONTENT_TYPE, content_type)
            .header(header::CONTENT_LENGTH, body.len());
        finish(builder, body)
    }

    /// `GET` of a file itself, from the download host (section 6.6).
    ///
    /// How processing and signature share one query is not documented (section 14): the processing
    /// comes first.
    pub(super) fn get_file(
        &self,
        file_id: &FileId,
        mut target: String,
        range: ByteRange,
        stamp: &Stamp,
    ) -> Result<Request<Payload>, Error> {
        let token = match &self.0.leave {
            Leave::Nobody => None,
            Leave::HandedOut(token) => Some(token.clone()),
            Leave::Signer(signer) => {
                let until = Expiry::after(self.0.signature_lifetime);
                Some(signer.sign(&Grant::multi_use_for(file_id, until), stamp)?)
            }
        };
        if let Some(token) = token {
            push_signature(&mut target, &token);
        }
        self.0.download.get(&target, range)
    }

    /// The address of a file on the download host, with a permission in it.
    pub(super) fn signed_address(
        &self,
        file_id: &FileId,
        target: &str,
        until: Expiry,
        stamp: &Stamp,
    ) -> Result<String, InputError> {
        let Leave::Signer(signer) = &self.0.leave else {
            return Err(InputError::Unsigned);
        };
        let token = signer.sign(&Grant::multi_use_for(file_id, until), stamp)?;
        let origin = self.0.download.endpoint().as_str();
        // Escaped, a signature is at most three times as long: no copy of it is left behind.
        let room = origin.len() + target.len() + token.expose().len() * 3 + 6;
        let mut address = String::with_capacity(room);
        address.push_str(origin);
        address.push_str(target);
        push_signature(&mut address, &token);
        Ok(address)
    }

    /// The address of a file on the download host.
    pub(super) fn address(&self, target: &str) -> String {
        format!("{}{target}", self.0.download.endpoint())
    }

    /// The path of a file on the download host (section 6.6): `style` is a style's name, encoded,
    /// with its separator where the generation has one.
    pub(super) fn download_path(&self, file_id: &FileId, style: Option<&str>) -> String {
        let Settings {
            area, app, user, ..
        } = &*self.0;
        let (id, name) = (file_id.encoded(), style.unwrap_or("original"));
        match area {
            Area::Photos { enhanced: true, .. } => format!("/{id}{}", style.unwrap_or_default()),
            Area::Photos { bucket, .. } => {
                format!("/{bucket}-{app}/{}/{id}/{name}", segment(user))
            }
            Area::PhotosV1 | Area::Videos => format!("/{app}/{}/{id}/{name}", segment(user)),
        }
    }

    fn api(
        &self,
        method: Method,
        target: Target<'_>,
        query: &str,
        scheme: Scheme,
        stamp: &Stamp,
    ) -> Result<request::Builder, Error> {
        let token = match &self.0.leave {
            Leave::Nobody => return Err(InputError::Unsigned.into()),
            Leave::HandedOut(token) => {
                check_handed_out(token, target)?;
                token.clone()
            }
            Leave::Signer(signer) => signer.sign(&self.grant(target), stamp)?,
        };
        let value = match scheme {
            Scheme::QCloud => authorization(&format!("QCloud {}", token.expose()))?,
            Scheme::Bare => authorization(token.expose())?,
        };
        Ok(Request::builder()
            .method(method)
            .uri(format!("{}{}{query}", self.0.api, self.path(target)))
            .header(header::AUTHORIZATION, value))
    }

    fn grant(&self, target: Target<'_>) -> Grant {
        let until = Expiry::after(self.0.signature_lifetime);
        match target {
            Target::New => Grant::multi_use(until),
            Target::File(file_id) => Grant::multi_use_for(file_id, until),
            Target::Copy(file_id) | Target::Delete(file_id) => Grant::single_use(file_id),
        }
    }

    /// Section 4.
    fn path(&self, target: Target<'_>) -> String {
        let Settings {
            area, app, user, ..
        } = &*self.0;
        let user = segment(user);
        let base = match area {
            Area::PhotosV1 => format!("/photos/v1/{app}/{user}"),
            Area::Photos { bucket, .. } => format!("/photos/v2/{app}/{bucket}/{user}"),
            Area::Videos => format!("/videos/v1/{app}/{user}"),
        };
        match target {
            Target::New => base,
            Target::File(file_id) => format!("{base}/{}", file_id.encoded()),
            Target::Copy(file_id) => format!("{base}/{}/copy", file_id.encoded()),
            Target::Delete(file_id) => format!("{base}/{}/del", file_id.encoded()),
        }
    }
}

impl fmt::Debug for Space {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Space")
            .field("area", &self.0.area)
            .field("app", &self.0.app.number())
            .field("at", &self.0.api)
            .finish_non_exhaustive()
    }
}

/// Refuses a signature that cannot serve: the service would say no more than that it does not
/// verify. One that cannot be read is sent as it is.
fn check_handed_out(token: &Token, target: Target<'_>) -> Result<(), InputError> {
    let Ok(signature) = Signature::decode(token.expose()) else {
        return Ok(());
    };
    let (once, file_id) = match target {
        Target::New => (false, None),
        Target::File(file_id) => (false, Some(file_id)),
        Target::Copy(file_id) | Target::Delete(file_id) => (true, Some(file_id)),
    };
    let bound = signature.file_id();
    let is_for_it = bound.is_empty() || Some(bound) == file_id.map(FileId::as_str);
    match signature.is_single_use() == once && is_for_it {
        true => Ok(()),
        false => Err(InputError::HandedOutForOther),
    }
}

fn segment(user: &UserId) -> String {
    let mut encoded = String::new();
    encode::push_query_value(&mut encoded, user.as_str());
    encoded
}

fn push_signature(target: &mut String, token: &Token) {
    target.push(if target.contains('?') { '&' } else { '?' });
    target.push_str("sign=");
    encode::push_query_value(target, token.expose());
}

fn finish(builder: request::Builder, body: Payload) -> Result<Request<Payload>, Error> {
    // All parts were checked when their types were made, but an upload's own parameters may be long.
    builder
        .body(body)
        .map_err(|_| InputError::AddressTooLong.into())
}
