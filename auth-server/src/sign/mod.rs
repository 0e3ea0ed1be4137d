//! What was granted, as the services want it: signature, address, header and form fields.
//!
//! Keys are prepared once, and time and chance are passed in.

mod accounts;
mod answer;
mod cos;
mod error;
mod image;
mod imagex;
mod photo;
#[cfg(test)]
mod tests;
mod vod;

pub use accounts::{Accounts, CosAccount, FangtangAccount, VcloudAccount, WanxiangAccount};
pub use answer::{Answer, NextStep};
pub use error::{SetupError, SignError};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use yunmei_core::Stamp;

use crate::policy::{Granted, Policy, Rule, Scope};

/// What is escaped in the value of a query.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// Signs what the rules of one policy grant.
#[derive(Debug)]
pub struct Signatory(Vec<Prepared>);

/// What is ready for one rule.
#[derive(Debug)]
enum Prepared {
    Cos(Box<cos::Cos>),
    Image(Box<image::Image>),
    Vod(Box<vod::Vod>),
    ImageX(Box<imagex::ImageX>),
    Photo(Box<photo::Photo>),
}

impl Signatory {
    /// Prepares the keys for every rule.
    ///
    /// # Errors
    ///
    /// [`SetupError`] for a rule without an account, or one that the account's service cannot keep.
    pub fn new(policy: &Policy, accounts: &Accounts) -> Result<Signatory, SetupError> {
        let prepared = policy
            .rules()
            .iter()
            .map(|rule| prepare(rule, accounts).map_err(|what| SetupError::new(rule.name(), what)));
        prepared.collect::<Result<_, _>>().map(Signatory)
    }

    /// Signs what was granted.
    ///
    /// # Errors
    ///
    /// [`SignError`] if the service has no signature for it.
    pub fn sign(&self, granted: &Granted<'_>, stamp: &Stamp) -> Result<Answer, SignError> {
        let prepared = self.0.get(granted.index).ok_or(SignError::NoSuchRule)?;
        match prepared {
            Prepared::Cos(cos) => cos.sign(granted, stamp),
            Prepared::Image(image) => image.sign(granted, stamp),
            Prepared::Vod(vod) => vod.sign(granted, stamp),
            Prepared::ImageX(imagex) => imagex.sign(granted, stamp),
            Prepared::Photo(photo) => Ok(photo.sign(stamp)),
        }
    }
}

fn prepare(rule: &Rule, accounts: &Accounts) -> Result<Prepared, String> {
    let text = |error: yunmei_core::Error| error.to_string();
    Ok(match rule.scope() {
        Scope::Cos { bucket, path, .. } => {
            let account = known(&accounts.cos, "COS")?;
            let cos = cos::Cos::new(account, bucket).map_err(text)?;
            if cos.is_ambiguous(&path.to_string()) {
                return Err(SignError::Ambiguous.to_string());
            }
            Prepared::Cos(Box::new(cos))
        }
        Scope::Image { bucket, .. } => {
            let account = known(&accounts.wanxiang, "Wanxiang")?;
            let image = image::Image::new(account, bucket).map_err(text)?;
            Prepared::Image(Box::new(image))
        }
        Scope::Vod { space, .. } => {
            let account = known(&accounts.vcloud, "TTVcloud")?;
            let vod = vod::Vod::new(account, space.as_deref(), rule)?;
            Prepared::Vod(Box::new(vod))
        }
        Scope::ImageX { service, path } => {
            let account = known(&accounts.vcloud, "TTVcloud")?;
            let imagex = imagex::ImageX::new(account, service, path.is_some(), rule)?;
            Prepared::ImageX(Box::new(imagex))
        }
        Scope::Photo => {
            let account = known(&accounts.fangtang, "Fangtang")?;
            let photo = photo::Photo::new(account).map_err(|error| error.to_string())?;
            Prepared::Photo(Box::new(photo))
        }
    })
}

fn known<'a, A>(account: &'a Option<A>, name: &str) -> Result<&'a A, String> {
    (account.as_ref()).ok_or_else(|| format!("there is no account of {name} in the configuration"))
}

/// Appends `sign=…` to an address that has no query.
fn with_signature(mut url: String, signature: &str) -> String {
    url.push_str("?sign=");
    url.extend(utf8_percent_encode(signature, QUERY));
    url
}
