use std::{fmt, sync::Arc};

use memchr::memchr3;

use super::{grant::Use, signer::push_times};
use crate::{
    Stamp, Token,
    error::InputError,
    tencent::{SignedText, SigningKey},
    wanxiang::{Credentials, UserId},
};

/// The hosts of the management API; any other host is one for downloads (section 3.4).
const PHOTO_HOST: &str = "web.image.myqcloud.com";
const VIDEO_HOST: &str = "web.video.myqcloud.com";

/// Makes signatures from addresses, as the vendor's `app_sign` and `app_sign_v2` do: for programs
/// that were written around these. Account, user and file come from the address, unescaped nothing
/// (section 3.2).
///
/// The [`Signer`](super::Signer) is the one to take otherwise: it cannot be given an address that
/// means something else, and its V2 signatures name the bucket.
#[derive(Clone)]
pub struct UrlSigner(Arc<Prepared>);

struct Prepared {
    key: SigningKey,
    /// `&k={secret_id}&e=`
    id: String,
}

impl UrlSigner {
    /// Prepares the key.
    pub fn new(credentials: &Credentials) -> UrlSigner {
        UrlSigner(Arc::new(Prepared {
            key: SigningKey::new(credentials),
            id: format!("&k={}&e=", credentials.secret_id()),
        }))
    }

    /// A V1 signature, for photos and videos, from a management or download address.
    ///
    /// The address decides (section 3.5): a copy or deletion makes it single-use, whatever `usage`
    /// says.
    ///
    /// # Errors
    ///
    /// [`InputError::SignedAddress`] for an address of no known form; [`InputError::UserId`] for a
    /// user id that cannot be; [`InputError::FileId`] for a single use of no file;
    /// [`InputError::Expiry`] and [`InputError::SignatureLength`] as elsewhere.
    pub fn app_sign(&self, url: &str, usage: Use, stamp: &Stamp) -> Result<Token, InputError> {
        let mut signed = SignedText::new();
        self.write(&mut signed, Fields::v1(url)?, usage, stamp)?;
        Ok(signed.token())
    }

    /// A V2 signature without a bucket in it, from a management or download address. Of an address
    /// that ends with the file id, the file is left out (section 3.5).
    ///
    /// Whether the service still takes signatures without a bucket is not established (section 14).
    ///
    /// # Errors
    ///
    /// As [`UrlSigner::app_sign`].
    pub fn app_sign_v2(&self, url: &str, usage: Use, stamp: &Stamp) -> Result<Token, InputError> {
        let mut signed = SignedText::new();
        self.write(&mut signed, Fields::v2(url)?, usage, stamp)?;
        Ok(signed.token())
    }

    fn write(
        &self,
        signed: &mut SignedText,
        fields: Fields<'_>,
        usage: Use,
        stamp: &Stamp,
    ) -> Result<(), InputError> {
        let usage = match fields.operation {
            "copy" | "del" => Use::Once,
            _ => usage,
        };
        if usage == Use::Once && fields.file_id.is_empty() {
            return Err(InputError::FileId);
        }
        signed.push("a=");
        signed.push(fields.app);
        signed.push(&self.0.id);
        push_times(signed, usage.resolve(stamp.now)?, stamp);
        signed.push("&u=");
        signed.push(fields.user);
        signed.push("&f=");
        signed.push(fields.file_id);
        signed.seal(&self.0.key)
    }
}

impl fmt::Debug for UrlSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UrlSigner(..)")
    }
}

/// What an address says, as it stands there.
struct Fields<'a> {
    app: &'a str,
    user: &'a str,
    file_id: &'a str,
    operation: &'a str,
}

impl<'a> Fields<'a> {
    /// `/photos/v1/A/U[/F[/OP]]`, `/videos/v1/…`, or for downloads `/A/U/F/STYLE`.
    fn v1(url: &'a str) -> Result<Fields<'a>, InputError> {
        let (host, path) = split(url)?;
        let is_api = is(host, PHOTO_HOST) || is(host, VIDEO_HOST);
        let behind = match is_api {
            true => path
                .strip_prefix("photos/v1/")
                .or_else(|| path.strip_prefix("videos/v1/")),
            false => Some(path),
        };
        let mut segments = Segments(behind);
        let mut next = || segments.next();
        let found = (is_api, next(), next(), next(), next(), next());
        let (app, user, file_id, operation) = match found {
            (true, Some(app), Some(user), file_id, operation, None) => (
                app,
                user,
                file_id.unwrap_or_default(),
                operation.unwrap_or_default(),
            ),
            (false, Some(app), Some(user), Some(file_id), Some(_style), None) => {
                (app, user, file_id, "")
            }
            _ => return Err(InputError::SignedAddress),
        };
        Fields::checked(app, user, file_id, operation)
    }

    /// `/photos/v2/A/B/U[/F[/OP]]`, or for downloads `/B-A/U/F/STYLE`.
    fn v2(url: &'a str) -> Result<Fields<'a>, InputError> {
        let (host, path) = split(url)?;
        if !is(host, PHOTO_HOST) {
            return Fields::v2_download(path);
        }
        let mut segments = Segments(path.strip_prefix("photos/v2/"));
        let mut next = || segments.next();
        let found = (next(), next(), next(), next(), next(), next());
        let (app, user, file_id, operation) = match found {
            // Upload and stat look alike: the vendor's client leaves the file out of both.
            (Some(app), Some(_), Some(user), _, None | Some(""), None) => (app, user, "", ""),
            (Some(app), Some(_), Some(user), Some(file_id), Some(operation), None) => {
                (app, user, file_id, operation)
            }
            _ => return Err(InputError::SignedAddress),
        };
        Fields::checked(app, user, file_id, operation)
    }

    fn v2_download(path: &'a str) -> Result<Fields<'a>, InputError> {
        let mut segments = Segments(Some(path));
        let mut next = || segments.next();
        let (Some(place), Some(user), Some(file_id), Some(style), None) =
            (next(), next(), next(), next(), next())
        else {
            return Err(InputError::SignedAddress);
        };
        let (bucket, app) = place.split_once('-').ok_or(InputError::SignedAddress)?;
        if bucket.is_empty() || app.contains('-') {
            return Err(InputError::SignedAddress);
        }
        let bound = if style.is_empty() { "" } else { file_id };
        Fields::checked(app, user, bound, "")
    }

    /// Nothing may end its field early: whoever chose the user id would choose the expiry too.
    fn checked(
        app: &'a str,
        user: &'a str,
        file_id: &'a str,
        operation: &'a str,
    ) -> Result<Fields<'a>, InputError> {
        if app.is_empty() || !app.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(InputError::SignedAddress);
        }
        // The one that the vendor wants needs no look.
        if user != "0" {
            UserId::check(user)?;
        }
        Ok(Fields {
            app,
            user,
            file_id,
            operation,
        })
    }
}

/// The host without its port, and what stands behind the first slash of the path.
fn split(url: &str) -> Result<(&str, &str), InputError> {
    let rest = url
        .strip_prefix("http://")
        .or_else(|| url.split_once("://").map(|(_, rest)| rest));
    let rest = rest.ok_or(InputError::SignedAddress)?;
    // To search takes a third as long as to sign: the usual host is known at once.
    if let Some(behind) = rest.strip_prefix(PHOTO_HOST)
        && let Some(path) = behind.strip_prefix('/')
    {
        return Ok((PHOTO_HOST, path));
    }
    let (authority, path) = cut(rest);
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default();
    match path {
        Some(path) if !host.is_empty() => Ok((host, path)),
        _ => Err(InputError::SignedAddress),
    }
}

fn is(host: &str, known: &str) -> bool {
    host == known || host.eq_ignore_ascii_case(known)
}

/// What stands before the first slash, and behind it; query and fragment are dropped.
#[inline]
fn cut(text: &str) -> (&str, Option<&str>) {
    match memchr3(b'/', b'?', b'#', text.as_bytes()) {
        Some(end) => (&text[..end], text[end..].strip_prefix('/')),
        None => (text, None),
    }
}

/// The segments of a path, if there is one.
struct Segments<'a>(Option<&'a str>);

impl<'a> Iterator for Segments<'a> {
    type Item = &'a str;

    #[inline]
    fn next(&mut self) -> Option<&'a str> {
        let (segment, rest) = cut(self.0?);
        self.0 = rest;
        Some(segment)
    }
}
