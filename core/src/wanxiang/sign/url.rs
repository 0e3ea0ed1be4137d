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
        let (host, segments) = split(url)?;
        let is_api = [PHOTO_HOST, VIDEO_HOST]
            .iter()
            .any(|api| host.eq_ignore_ascii_case(api));
        let (app, user, file_id, operation) = match (is_api, segments.as_slice()) {
            (true, ["", "photos" | "videos", "v1", app, user]) => (*app, *user, "", ""),
            (true, ["", "photos" | "videos", "v1", app, user, file_id]) => {
                (*app, *user, *file_id, "")
            }
            (true, ["", "photos" | "videos", "v1", app, user, file_id, operation]) => {
                (*app, *user, *file_id, *operation)
            }
            (false, ["", app, user, file_id, _style]) => (*app, *user, *file_id, ""),
            _ => return Err(InputError::SignedAddress),
        };
        Fields::checked(app, user, file_id, operation)
    }

    /// `/photos/v2/A/B/U[/F[/OP]]`, or for downloads `/B-A/U/F/STYLE`.
    fn v2(url: &'a str) -> Result<Fields<'a>, InputError> {
        let (host, segments) = split(url)?;
        let is_api = host.eq_ignore_ascii_case(PHOTO_HOST);
        let (app, user, file_id, operation) = match (is_api, segments.as_slice()) {
            (true, ["", "photos", "v2", app, _, user]) => (*app, *user, "", ""),
            // Upload and stat look alike: the vendor's client leaves the file out of both.
            (true, ["", "photos", "v2", app, _, user, _]) => (*app, *user, "", ""),
            (true, ["", "photos", "v2", app, _, user, file_id, operation]) => {
                let bound = if operation.is_empty() { "" } else { file_id };
                (*app, *user, bound, *operation)
            }
            (false, ["", place, user, file_id, style]) => {
                let (bucket, app) = place.split_once('-').ok_or(InputError::SignedAddress)?;
                if bucket.is_empty() || app.contains('-') {
                    return Err(InputError::SignedAddress);
                }
                let bound = if style.is_empty() { "" } else { file_id };
                (app, *user, bound, "")
            }
            _ => return Err(InputError::SignedAddress),
        };
        Fields::checked(app, user, file_id, operation)
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
        UserId::check(user)?;
        Ok(Fields {
            app,
            user,
            file_id,
            operation,
        })
    }
}

/// The host without its port, and the segments of the path; query and fragment are dropped.
fn split(url: &str) -> Result<(&str, Segments<'_>), InputError> {
    let rest = url
        .split_once(':')
        .and_then(|(_, rest)| rest.strip_prefix("//"));
    let rest = rest.ok_or(InputError::SignedAddress)?;
    let end = rest
        .bytes()
        .position(|byte| matches!(byte, b'/' | b'?' | b'#'));
    let (authority, path) = rest.split_at(end.ok_or(InputError::SignedAddress)?);
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default();
    match host.is_empty() || !path.starts_with('/') {
        true => Err(InputError::SignedAddress),
        false => Ok((host, Segments::of(path)?)),
    }
}

/// The segments of a path, on the stack.
struct Segments<'a> {
    found: [&'a str; 8],
    count: usize,
}

impl<'a> Segments<'a> {
    /// Those of the longest form, `/photos/v2/A/B/U/F/OP`, are eight with the empty one in front.
    /// Found byte by byte: to search for one after the other takes as long as to sign them.
    fn of(path: &'a str) -> Result<Segments<'a>, InputError> {
        let (mut found, mut count, mut start) = ([""; 8], 0, 0);
        let mut end = path.len();
        for (at, byte) in path.bytes().enumerate() {
            match byte {
                b'/' => {
                    *found.get_mut(count).ok_or(InputError::SignedAddress)? = &path[start..at];
                    count += 1;
                    start = at + 1;
                }
                b'?' | b'#' => {
                    end = at;
                    break;
                }
                _ => {}
            }
        }
        *found.get_mut(count).ok_or(InputError::SignedAddress)? = &path[start..end];
        let count = count + 1;
        Ok(Segments { found, count })
    }

    fn as_slice(&self) -> &[&'a str] {
        &self.found[..self.count]
    }
}
