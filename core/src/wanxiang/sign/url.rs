use std::{fmt, sync::Arc};

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
        self.write(&mut signed, Fields::v1(url), usage, stamp)?;
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
        self.write(&mut signed, Fields::v2(url), usage, stamp)?;
        Ok(signed.token())
    }

    fn write(
        &self,
        signed: &mut SignedText,
        fields: Option<Fields<'_>>,
        usage: Use,
        stamp: &Stamp,
    ) -> Result<(), InputError> {
        let fields = fields.ok_or(InputError::SignedAddress)?;
        // Nothing may end its field early: whoever chose the user id would choose the expiry too. The
        // one that the vendor wants needs no look.
        if fields.user != "0" {
            UserId::check(fields.user)?;
        }
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
    fn v1(url: &'a str) -> Option<Fields<'a>> {
        let (host, path) = split(url)?;
        let is_api = is(host, PHOTO_HOST) || is(host, VIDEO_HOST);
        let mut path = Path(Some(path));
        if is_api {
            path = path.behind("photos/v1/").or(path.behind("videos/v1/"))?;
        }
        let (app, user) = (path.number()?, path.next()?);
        let (file_id, operation) = match is_api {
            true => (path.next(), path.next()),
            false => {
                let file_id = path.next()?;
                let _style = path.next()?;
                (Some(file_id), None)
            }
        };
        path.is_at_end().then_some(Fields {
            app,
            user,
            file_id: file_id.unwrap_or_default(),
            operation: operation.unwrap_or_default(),
        })
    }

    /// `/photos/v2/A/B/U[/F[/OP]]`, or for downloads `/B-A/U/F/STYLE`.
    fn v2(url: &'a str) -> Option<Fields<'a>> {
        let (host, path) = split(url)?;
        if !is(host, PHOTO_HOST) {
            return Fields::v2_download(Path(Some(path)));
        }
        let mut path = Path(Some(path)).behind("photos/v2/")?;
        let app = path.number()?;
        let _bucket = path.next()?;
        let user = path.next()?;
        let file_id = path.next().unwrap_or_default();
        let operation = path.next().unwrap_or_default();
        path.is_at_end().then_some(Fields {
            app,
            user,
            // Upload and stat look alike: the vendor's client leaves the file out of both.
            file_id: if operation.is_empty() { "" } else { file_id },
            operation,
        })
    }

    fn v2_download(mut path: Path<'a>) -> Option<Fields<'a>> {
        let (bucket, app) = path.next()?.split_once('-')?;
        let user = path.next()?;
        let (file_id, style) = (path.next()?, path.next()?);
        let is_number = !app.is_empty() && app.bytes().all(|byte| byte.is_ascii_digit());
        let is_whole = path.is_at_end() && is_number && !bucket.is_empty();
        is_whole.then_some(Fields {
            app,
            user,
            file_id: if style.is_empty() { "" } else { file_id },
            operation: "",
        })
    }
}

/// The host without its port, and what stands behind the first slash of the path.
fn split(url: &str) -> Option<(&str, &str)> {
    let rest = match url.strip_prefix("http://") {
        Some(rest) => rest,
        None => url.split_once("://")?.1,
    };
    // To search takes a third as long as to sign: the usual host is known at once.
    if let Some(behind) = rest.strip_prefix(PHOTO_HOST)
        && let Some(path) = behind.strip_prefix('/')
    {
        return Some((PHOTO_HOST, path));
    }
    let (authority, path) = cut(rest);
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default();
    path.filter(|_| !host.is_empty()).map(|path| (host, path))
}

fn is(host: &str, known: &str) -> bool {
    host == known || host.eq_ignore_ascii_case(known)
}

/// What is left of a path; nothing, behind its last segment.
#[derive(Clone, Copy)]
struct Path<'a>(Option<&'a str>);

impl<'a> Path<'a> {
    fn behind(self, known: &str) -> Option<Path<'a>> {
        self.0?.strip_prefix(known).map(|rest| Path(Some(rest)))
    }

    /// The next segment; query and fragment are none.
    #[inline]
    fn next(&mut self) -> Option<&'a str> {
        let (segment, rest) = cut(self.0?);
        self.0 = rest;
        Some(segment)
    }

    /// The next segment, if it consists of digits.
    #[inline]
    fn number(&mut self) -> Option<&'a str> {
        let text = self.0?;
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, behind) = text.split_at(digits);
        let (nothing, rest) = cut(behind);
        self.0 = rest;
        (digits > 0 && nothing.is_empty()).then_some(number)
    }

    fn is_at_end(self) -> bool {
        self.0.is_none()
    }
}

/// What stands before the first slash, and behind it; query and fragment are dropped.
#[inline]
fn cut(text: &str) -> (&str, Option<&str>) {
    let ends = |byte| matches!(byte, b'/' | b'?' | b'#');
    match text.bytes().position(ends) {
        Some(end) => (&text[..end], text[end..].strip_prefix('/')),
        None => (text, None),
    }
}
