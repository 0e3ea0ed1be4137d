mod display;

use super::PathError;

/// What the caller asked for cannot be sent. Nothing was.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InputError {
    /// A path in the bucket is not one.
    Path(PathError),
    /// The account number is not 1 to 20 decimal digits; a WeChat id such as `wx…` is none.
    AppId,
    /// The bucket's bare name is 1 to 40 lower-case letters, digits and hyphens.
    BucketName,
    /// The region is neither a known name nor a word that can stand in a host name.
    Region,
    /// The endpoint is not `http://host[:port]` or `https://host[:port]`.
    Endpoint,
    /// The address to download from is not an `http://` or `https://` one.
    Address,
    /// The secret id or secret key is empty, or the id holds characters that end a field.
    Credentials,
    /// The operation needs a signature, and there are no credentials to make one.
    Unsigned,
    /// The handed-out signature is empty, too long, or cannot stand in a header.
    HandedOut,
    /// The handed-out signature is for the API; in the address of a download it would give away
    /// more than the download.
    HandedOutForApi,
    /// The signature would end before it begins, or later than the service accepts.
    Expiry {
        /// The longest lifetime, in seconds.
        limit: u64,
    },
    /// The signature would be longer than the service reads.
    SignatureLength {
        /// What it would be, in bytes.
        length: usize,
        /// What the service reads, in bytes.
        limit: usize,
    },
    /// The slice size is outside what the service takes.
    SliceSize {
        /// What was asked for, in bytes.
        asked: u64,
    },
    /// There is nothing to cut into slices: an empty file is uploaded in one request.
    NothingToSlice,
    /// A range ends before it begins, or lies outside the content.
    Range {
        /// Where it begins, in bytes.
        start: u64,
        /// Where it ends (exclusive), in bytes.
        end: u64,
        /// The length of the content, where it is known.
        length: Option<u64>,
    },
    /// The content is larger than the operation takes.
    TooLarge {
        /// Its length in bytes.
        length: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// An attribute or header is too long, empty where it must not be, or holds what cannot be sent.
    Attribute {
        /// Which one.
        name: String,
    },
    /// An update that changes nothing.
    NothingToDo,
    /// The name of a picture bucket is 1 to 63 letters, digits and hyphens.
    PictureBucket,
    /// A user id has at most 64 characters, and none that ends a field or a segment of a path.
    UserId,
    /// A file id is empty, longer than 128 bytes, `.` or `..`, or holds NUL.
    FileId,
    /// The address is not of a form from which a signature can be made.
    SignedAddress,
    /// A picture is larger than one request takes.
    PictureTooLarge {
        /// Its length in bytes.
        length: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// A slice is larger than the service takes, or empty.
    PictureSliceSize {
        /// What was asked for, in bytes.
        asked: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// The upload to be taken up is one of other content.
    SessionOfAnother,
    /// The handed-out signature is for another file, or for another kind of operation.
    HandedOutForOther,
    /// There is nothing to look at, or more than one request takes.
    Pictures {
        /// How many there are.
        count: usize,
        /// How many one request takes.
        limit: usize,
    },
    /// A parameter for processing pictures is out of range.
    Processing {
        /// Which one.
        name: &'static str,
    },
    /// The partner's id, `third_code`, is empty, too long, or holds control characters.
    ThirdCode,
    /// The partner's secret key is empty.
    PartnerKey,
    /// The id of a photo is empty, too long, or holds what no id has.
    PhotoId,
    /// There is no such kind of repair, or it lacks its colour.
    RepairType,
    /// A colour is three numbers from 0 to 255.
    Rgb,
    /// The picture to repair is empty.
    EmptyPicture,
    /// The partner has no uploads left of those that were paid for.
    NothingLeft,
    /// The job is another partner's.
    JobOfAnother,
    /// The result of a repair was deleted before it was fetched.
    ResultExpired,
    /// The access key of TTVcloud is empty, or holds a character that ends a field.
    AccessKey,
    /// The secret key of TTVcloud is empty.
    SecretKey,
    /// The session token is empty, or cannot stand in a header.
    SessionToken,
    /// One half of the credentials was found nowhere.
    NoCredentials {
        /// Which half.
        half: &'static str,
    },
    /// The file with credentials cannot be understood.
    CredentialsFile,
    /// TTVcloud has no such service.
    VcloudService,
    /// The region of TTVcloud is no word that can stand in a host name.
    VcloudRegion,
    /// The service is not in that region.
    NoSuchRegion {
        /// Which service.
        service: &'static str,
        /// Which region.
        region: String,
    },
    /// A parameter of a request cannot be sent as it is, is set by the signature, or is none of the
    /// dialect.
    Parameter {
        /// Which one.
        name: String,
    },
    /// A header of a request cannot be sent as it is, is doubled, or is set by the signature.
    Header {
        /// Which one.
        name: String,
    },
    /// The life of a query signature is not a number of seconds within bounds.
    QueryExpiry {
        /// The longest, in seconds.
        limit: u64,
    },
    /// A time is later than the year 9999, or an offset from UTC a day or more.
    Time,
    /// The service takes no tokens of that kind.
    NoSuchToken,
    /// Temporary keys are made with an account's own keys, not with temporary ones.
    TemporaryKeys,
    /// A page of a listing has 1 to 199 entries.
    PageSize,
    /// The address would be longer than can be sent: a listing's position or a signature, made by
    /// somebody else, is too long.
    AddressTooLong,
    /// The request names a source that the caller did not supply.
    NoSource {
        /// Its number, counted from 0.
        source: usize,
    },
    /// The flow has ended; its result was handed out before.
    Ended,
    /// One request takes another number of things.
    Count {
        /// Of what.
        name: &'static str,
        /// How many there are.
        count: usize,
        /// How many one request takes; one at least.
        limit: usize,
    },
    /// There is nothing to upload: the content is empty.
    EmptyContent,
    /// The dialect has no such action.
    NoSuchAction {
        /// What was to be done.
        action: &'static str,
    },
    /// There is no domain from which a poster could be had.
    NoDomain,
    /// The parts of an upload are of a size that the service does not take.
    PartSize {
        /// What was asked for, in bytes.
        asked: u64,
    },
    /// The parts of an upload are to be joined before all of them are stored.
    PartsMissing,
}

impl std::error::Error for InputError {}
