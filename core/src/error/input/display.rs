//! What is said of each.

use std::fmt;

use super::InputError;

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            InputError::Path(error) => error.fmt(f),
            InputError::AppId => f.write_str(
                "the appid must be the decimal account number (not a WeChat id such as wx…)",
            ),
            InputError::BucketName => f.write_str(
                "the bucket's bare name must be 1 to 40 lower-case letters, digits and hyphens, \
                 without the -appid suffix",
            ),
            InputError::Region => {
                f.write_str("the region must be a name such as gz or sh: letters, digits, hyphens")
            }
            InputError::Endpoint => {
                f.write_str("the endpoint must be http://host[:port] or https://host[:port]")
            }
            InputError::Address => {
                f.write_str("the address must begin with http:// or https:// and name a host")
            }
            InputError::Credentials => f.write_str(
                "the secret id and the secret key must not be empty, and the id must be printable \
                 ASCII without & and =",
            ),
            InputError::Unsigned => f.write_str(
                "this operation needs a signature: give the bucket credentials or a signature",
            ),
            InputError::HandedOut => f.write_str(
                "the signature that was handed out is empty, too long, or no header value",
            ),
            InputError::HandedOutForApi => f.write_str(
                "the signature that was handed out is for the API: a download takes one that was \
                 made with Grant::download",
            ),
            InputError::Expiry { limit } => write!(
                f,
                "the signature must not end before now, and must end within {limit} seconds"
            ),
            InputError::SignatureLength { length, limit } => write!(
                f,
                "the signature would have {length} bytes, the service reads {limit}: \
                 the path is too long"
            ),
            InputError::SliceSize { asked } => write!(
                f,
                "a slice size of {asked} bytes does not fit: with digests it is 1048576, like that \
                 of the digests; without, 65536 to 1048576, 2097152 or 3145728"
            ),
            InputError::NothingToSlice => {
                f.write_str("an empty file cannot be cut into slices: upload it in one request")
            }
            InputError::Range { start, end, length } => {
                write!(f, "the range from {start} to {end} is empty or backwards")?;
                match length {
                    Some(length) => write!(f, " or beyond the end of the content at {length}"),
                    None => Ok(()),
                }
            }
            InputError::TooLarge { length, limit } => {
                write!(
                    f,
                    "{length} bytes are too many, the operation takes {limit}"
                )
            }
            InputError::Attribute { name } => write!(
                f,
                "the value of {name} is empty, too long, or holds what cannot be sent"
            ),
            InputError::NothingToDo => f.write_str("the update changes nothing"),
            InputError::PictureBucket => {
                f.write_str("the bucket's name must be 1 to 63 letters, digits and hyphens")
            }
            InputError::UserId => f.write_str(
                "the user id must have at most 64 characters, without & / ? # and control \
                 characters",
            ),
            InputError::FileId => f.write_str(
                "the file id must have 1 to 128 bytes, must not be . or .., and must not hold NUL",
            ),
            InputError::SignedAddress => f.write_str(
                "the address is not of a form that can be signed: see the service's URL grammar",
            ),
            InputError::PictureTooLarge { length, limit } => write!(
                f,
                "a picture of {length} bytes is too large for one request, which takes {limit}: \
                 upload it by slices, with its digests, to a bucket of V2 or V2 enhanced"
            ),
            InputError::PictureSliceSize { asked, limit } => {
                write!(f, "a slice of {asked} bytes does not fit: 1 to {limit}")
            }
            InputError::SessionOfAnother => {
                f.write_str("the upload to be taken up is one of other content")
            }
            InputError::HandedOutForOther => f.write_str(
                "the signature that was handed out is for another file, or for another kind of \
                 operation: copying and deleting take one for a single use",
            ),
            InputError::Pictures { count: 0, .. } => f.write_str("there is no picture to look at"),
            InputError::Pictures { count, limit } => write!(
                f,
                "{count} pictures are too many for one request, which takes {limit}"
            ),
            InputError::Processing { name } => {
                write!(f, "the processing parameter {name} is out of range")
            }
            InputError::ThirdCode => f.write_str(
                "the partner's id (third_code) must have 1 to 256 bytes and no control characters",
            ),
            InputError::PartnerKey => f.write_str("the partner's secret key must not be empty"),
            InputError::PhotoId => f.write_str(
                "the photo's id must be 1 to 128 letters, digits, hyphens or underscores",
            ),
            InputError::RepairType => f.write_str(
                "the kind of repair must be sr, sr,repair, sr,repair,colour, or bg with a colour",
            ),
            InputError::Rgb => {
                f.write_str("a colour must be three numbers from 0 to 255, such as 255,255,255")
            }
            InputError::EmptyPicture => f.write_str("the picture is empty"),
            InputError::NothingLeft => {
                f.write_str("no uploads are left of those that were paid for")
            }
            InputError::JobOfAnother => {
                f.write_str("the job was begun by another partner than the one that asks now")
            }
            InputError::ResultExpired => f.write_str(
                "the repaired picture was deleted by the service, an hour after it was made",
            ),
            InputError::AccessKey => f.write_str(
                "the access key must not be empty, and must be printable ASCII without / , and |",
            ),
            InputError::SecretKey => f.write_str("the secret key must not be empty"),
            InputError::SessionToken => {
                f.write_str("the session token must not be empty, and must be printable ASCII")
            }
            InputError::NoCredentials { half } => write!(
                f,
                "there is no {half}: neither set, nor in the environment (which counts only with \
                 both variables), nor in the file in the home folder"
            ),
            InputError::CredentialsFile => {
                f.write_str("the file with credentials cannot be understood")
            }
            InputError::VcloudService => {
                f.write_str("the service must be vod, iam, ImageX, edit or sts")
            }
            InputError::VcloudRegion => f.write_str(
                "the region must be a name such as cn-north-1: small letters, digits, hyphens",
            ),
            InputError::NoSuchRegion { service, region } => {
                write!(f, "there is no {service} in the region {region}")
            }
            InputError::Parameter { name } => write!(
                f,
                "the parameter {name:?} cannot be sent as it is: empty, doubled, ambiguous, set by \
                 the signature, or not one of this dialect"
            ),
            InputError::Header { name } => write!(
                f,
                "the header {name:?} cannot be sent as it is: no name, blanks around its value, \
                 characters that no header has, doubled, or set by the signature"
            ),
            InputError::QueryExpiry { limit } => write!(
                f,
                "a query signature must live for a whole number of seconds from 1 to {limit}"
            ),
            InputError::Time => f.write_str("the time is beyond what can be written"),
            InputError::NoSuchToken => f.write_str("the service takes no tokens of that kind"),
            InputError::TemporaryKeys => f.write_str(
                "temporary keys cannot make temporary keys: use those of the account itself",
            ),
            InputError::PageSize => f.write_str("a page of a listing has 1 to 199 entries"),
            InputError::AddressTooLong => {
                f.write_str("the address would be too long: the position or the signature in it is")
            }
            InputError::NoSource { source } => {
                write!(
                    f,
                    "the request reads source {source}, which was not supplied: pass it along when \
                     sending"
                )
            }
            InputError::Ended => f.write_str("the flow has ended"),
            InputError::Count { name, count, limit } => {
                write!(
                    f,
                    "{count} {name} do not fit into one request: 1 to {limit}"
                )
            }
            InputError::EmptyContent => f.write_str("the content is empty: nothing to upload"),
            InputError::NoSuchAction { action } => {
                write!(
                    f,
                    "the service of this dialect has no action for it: {action}"
                )
            }
            InputError::NoDomain => f.write_str(
                "no domain is known from which posters are served: neither the service nor the \
                 fallback names one with a weight above zero",
            ),
            InputError::PartSize { asked } => write!(
                f,
                "a part size of {asked} bytes does not fit: it is a multiple of 20971520"
            ),
            InputError::PartsMissing => {
                f.write_str("not all parts are stored: there is nothing to join yet")
            }
        }
    }
}
