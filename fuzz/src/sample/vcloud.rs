//! Handles of TTVcloud and of its successor.

use std::sync::OnceLock;

use http::Request;
use yunmei_core::{
    Payload, Secret, Token,
    vcloud::{
        Actions, Credentials, Dialect, Region, Scope, Service,
        edit::Edit,
        iam::Iam,
        imagex::{ImageX, ServiceId},
        sign::Signer,
        sts2::Issuer,
        vod::Vod,
    },
};

/// The access key.
pub(crate) const ACCESS_KEY: &str = "AKLTFUZZ000000000000000000000000000001";

/// The secret key.
pub(crate) const KEY: &str = "a key for fuzzing";

/// What goes with temporary keys.
pub(crate) const TOKEN: &str =
    "STS2eyJBY2Nlc3NLZXlJZCI6IkFLVFBmdXp6IiwiRXhwaXJlZFRpbWUiOjE1MDM5OTA4MzN9Zm9yZnV6emluZw==";

/// The key, for whoever verifies.
pub(crate) fn secret() -> &'static Secret {
    static SECRET: OnceLock<Secret> = OnceLock::new();
    SECRET.get_or_init(|| Secret::new(KEY))
}

/// Keys of an account.
pub(crate) fn credentials() -> Credentials {
    Credentials::new(ACCESS_KEY, KEY).expect("a pair")
}

/// Temporary keys.
pub(crate) fn temporary() -> Credentials {
    let keys = credentials().with_session_token(Token::new(TOKEN));
    keys.expect("a token")
}

pub(crate) fn issuer() -> &'static Issuer {
    static ISSUER: OnceLock<Issuer> = OnceLock::new();
    ISSUER.get_or_init(|| Issuer::new(&credentials()).expect("keys of an account"))
}

pub(crate) fn scope(dialect: Dialect) -> Scope {
    Scope::new(dialect, Service::Vod, Region::default()).expect("a scope")
}

/// One for each dialect, with temporary keys, which keeps its key of the day.
pub(crate) fn signer(dialect: Dialect) -> &'static Signer {
    static SIGNERS: [OnceLock<Signer>; 2] = [OnceLock::new(), OnceLock::new()];
    SIGNERS[dialect as usize].get_or_init(|| Signer::new(scope(dialect), temporary()))
}

pub(crate) fn vod(dialect: Dialect) -> Vod {
    static HANDLES: [OnceLock<Vod>; 2] = [OnceLock::new(), OnceLock::new()];
    let handle = || Vod::new(dialect, Region::default(), temporary()).expect("a handle");
    HANDLES[dialect as usize].get_or_init(handle).clone()
}

pub(crate) fn imagex(dialect: Dialect) -> ImageX {
    static HANDLES: [OnceLock<ImageX>; 2] = [OnceLock::new(), OnceLock::new()];
    let handle = || ImageX::new(dialect, Region::default(), temporary()).expect("a handle");
    HANDLES[dialect as usize].get_or_init(handle).clone()
}

pub(crate) fn edit(dialect: Dialect) -> Edit {
    static HANDLES: [OnceLock<Edit>; 2] = [OnceLock::new(), OnceLock::new()];
    let handle = || Edit::new(dialect, Region::default(), temporary()).expect("a handle");
    HANDLES[dialect as usize].get_or_init(handle).clone()
}

pub(crate) fn iam(dialect: Dialect) -> Iam {
    static HANDLES: [OnceLock<Iam>; 2] = [OnceLock::new(), OnceLock::new()];
    let handle = || Iam::new(dialect, Region::default(), temporary()).expect("a handle");
    HANDLES[dialect as usize].get_or_init(handle).clone()
}

pub(crate) fn actions(dialect: Dialect) -> Actions {
    static HANDLES: [OnceLock<Actions>; 2] = [OnceLock::new(), OnceLock::new()];
    let handle = || Actions::new(scope(dialect), temporary());
    HANDLES[dialect as usize].get_or_init(handle).clone()
}

pub(crate) fn service() -> ServiceId {
    ServiceId::new("svcexample").expect("an id")
}

/// The signature in the header of a request: 64 digits.
pub(crate) fn signature(request: &Request<Payload>) -> &str {
    let value = request.headers()["authorization"].to_str().expect("text");
    let (_, signature) = value.rsplit_once("Signature=").expect("a signature");
    signature
}
