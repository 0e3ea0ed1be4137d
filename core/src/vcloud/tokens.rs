//! Tokens for players and uploaders: signed queries, wrapped for their software (sections 7.11, 11
//! and 16.3).

use base64::Engine;
use http::Method;
use serde_json::Value;

use super::{Dialect, Parameters, Service, sign::Signer};
use crate::{Timestamp, Token, encode, error::InputError};

impl Signer {
    /// A token with which a player may ask for the addresses of a video: base64 of a JSON text with a
    /// signed `GetPlayInfo`.
    ///
    /// The parameters name the video, and with [`Dialect::expires_name`] for how long it serves.
    ///
    /// # Errors
    ///
    /// [`InputError::NoSuchToken`] if this does not sign for video on demand, and the errors of
    /// [`Signer::sign_query`].
    pub fn play_token(&self, parameters: &Parameters, now: Timestamp) -> Result<Token, InputError> {
        let (version, kind) = match (self.scope().service(), self.scope().dialect()) {
            (Service::Vod, Dialect::TtvCloud) => ("2019-03-15", ["Version", "v1"]),
            (Service::Vod, Dialect::Volcengine) => ("2020-08-01", ["TokenVersion", "V2"]),
            _ => return Err(InputError::NoSuchToken),
        };
        let query = action("GetPlayInfo", version, parameters);
        let signed = self.sign_query(&Method::GET, "/", &query, now)?;
        Ok(wrap(kind, &[("GetPlayInfoToken", signed)]))
    }

    /// A token with which an uploader may begin and end an upload: base64 of a JSON text with both
    /// actions signed.
    ///
    /// The parameters name the space, or the service of ImageX, and with [`Dialect::expires_name`]
    /// for how long it serves.
    ///
    /// # Errors
    ///
    /// [`InputError::NoSuchToken`] if this does not sign for video on demand or ImageX of TTVcloud,
    /// and the errors of [`Signer::sign_query`].
    pub fn upload_token(
        &self,
        parameters: &Parameters,
        now: Timestamp,
    ) -> Result<Token, InputError> {
        let (apply, commit, version) = match (self.scope().service(), self.scope().dialect()) {
            (Service::Vod, Dialect::TtvCloud) => ("ApplyUpload", "CommitUpload", "2018-01-01"),
            (Service::ImageX, Dialect::TtvCloud) => {
                ("ApplyImageUpload", "CommitImageUpload", "2018-08-01")
            }
            _ => return Err(InputError::NoSuchToken),
        };
        let signed =
            |method, name| self.sign_query(method, "/", &action(name, version, parameters), now);
        let tokens = [
            ("ApplyUploadToken", signed(&Method::GET, apply)?),
            ("CommitUploadToken", signed(&Method::POST, commit)?),
        ];
        Ok(wrap(["Version", "v1"], &tokens))
    }
}

/// What one name in a token stands for: the signed query, as it goes behind a `?`. `None` if it is
/// no such token, or has no such name.
pub fn unwrap(token: &str, name: &str) -> Option<Token> {
    let json = encode::base64().decode(token).ok()?;
    let object: Value = serde_json::from_slice(&json).ok()?;
    object.get(name)?.as_str().map(Token::new)
}

/// What the caller gives may replace the version, but nothing may be there twice: signing refuses that.
fn action(name: &'static str, version: &'static str, parameters: &Parameters) -> Parameters {
    let query = Parameters::of_action(name, version);
    (parameters.iter()).fold(query, |query, (name, value)| {
        let (name, value) = (name.to_owned(), value.to_owned());
        match name.as_str() {
            "Version" => query.with(name, value),
            _ => query.with_repeated(name, value),
        }
    })
}

/// In the reference's order, with its blanks.
fn wrap([name, version]: [&str; 2], tokens: &[(&str, Token)]) -> Token {
    let mut json = format!(r#"{{"{name}": "{version}""#);
    for (name, token) in tokens {
        // A signed query has no character that JSON would escape.
        json += &format!(r#", "{name}": "{}""#, token.expose());
    }
    json.push('}');
    Token::new(encode::base64().encode(json))
}
