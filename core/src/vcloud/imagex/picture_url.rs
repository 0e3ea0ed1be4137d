use std::{collections::BTreeMap, fmt};

use base64::{Engine, engine::general_purpose::URL_SAFE};
use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::utf8_percent_encode;
use sha1::Sha1;

use crate::{
    Endpoint, Secret, SignedUrl, encode,
    error::InputError,
    vcloud::{Parameters, call::filled},
};

/// The address under which a picture is served (section 9): nothing is sent.
///
/// ```text
/// {endpoint}/{uri}~{template}.{format}?{pairs, sorted}&sig={signature}
/// ```
///
/// Only one of the vendor's clients knows how it is made and signed.
///
/// ```
/// use yunmei_core::{Endpoint, Secret, vcloud::imagex::PictureUrl};
///
/// let picture = PictureUrl::new("tos-cn-i-0/cat", "tplv-0-thumb:300:200").format("webp");
/// let domain = Endpoint::parse("https://p1.example.com")?;
/// assert_eq!(
///     picture.signed(&domain, &Secret::new("the signing key"))?.without_query(),
///     "https://p1.example.com/tos-cn-i-0/cat~tplv-0-thumb:300:200.webp",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct PictureUrl {
    uri: String,
    template: String,
    format: String,
    pairs: BTreeMap<String, String>,
}

/// The name of the pair with the signature.
const SIGNATURE: &str = "sig";

impl PictureUrl {
    /// The picture that was stored under this name, as this template makes it, in the format in which
    /// it was stored.
    pub fn new(uri: impl Into<String>, template: impl Into<String>) -> PictureUrl {
        PictureUrl {
            uri: uri.into(),
            template: template.into(),
            format: "image".to_owned(),
            pairs: BTreeMap::new(),
        }
    }

    /// In this format, such as `webp`.
    pub fn format(mut self, format: impl Into<String>) -> PictureUrl {
        self.format = format.into();
        self
    }

    /// With this in the query, for what is variable in the template; in place of one of the same name.
    pub fn pair(mut self, name: impl Into<String>, value: impl Into<String>) -> PictureUrl {
        self.pairs.insert(name.into(), value.into());
        self
    }

    /// The address on this domain.
    ///
    /// # Errors
    ///
    /// [`InputError::Parameter`] if a part of it is empty, or if a pair has the name of the signature.
    pub fn plain(&self, domain: &Endpoint) -> Result<String, InputError> {
        let path = self.path()?;
        Ok(match self.pairs.is_empty() {
            true => format!("{domain}{path}"),
            false => format!("{domain}{path}?{}", query(&self.pairs)),
        })
    }

    /// The same for a domain that asks for signatures, made with the key of the service for them.
    ///
    /// # Errors
    ///
    /// As [`PictureUrl::plain`]; [`InputError::SecretKey`] if the key is empty.
    pub fn signed(&self, domain: &Endpoint, key: &Secret) -> Result<SignedUrl, InputError> {
        if key.is_empty() {
            return Err(InputError::SecretKey);
        }
        let path = self.path()?;
        let mut mac = Hmac::<Sha1>::new_from_slice(key.expose().as_bytes())
            .expect("an HMAC key may have any length");
        // A bare question mark is signed where there are no pairs.
        mac.update(format!("{path}?{}", query(&self.pairs)).as_bytes());
        let signature = URL_SAFE.encode(mac.finalize().into_bytes());
        let mut pairs = self.pairs.clone();
        pairs.insert(SIGNATURE.to_owned(), signature);
        Ok(SignedUrl::new(format!("{domain}{path}?{}", query(&pairs))))
    }

    fn path(&self) -> Result<String, InputError> {
        filled("uri", &self.uri)?;
        filled("template", &self.template)?;
        filled("format", &self.format)?;
        if self.pairs.contains_key(SIGNATURE) {
            let name = SIGNATURE.to_owned();
            return Err(InputError::Parameter { name });
        }
        let escaped = |text| utf8_percent_encode(text, encode::COS_PATH);
        // Templates separate their numbers with colons, which stay as they are.
        let words = self.template.split(':');
        let words: Vec<String> = words.map(|word| escaped(word).to_string()).collect();
        let (uri, format) = (escaped(&self.uri), escaped(&self.format));
        Ok(format!("/{uri}~{}.{format}", words.join(":")))
    }
}

/// Sorted by name, in form encoding.
fn query(pairs: &BTreeMap<String, String>) -> String {
    let all = pairs.iter().fold(Parameters::new(), |all, (name, value)| {
        all.with(name.clone(), value.clone())
    });
    all.encode()
}

/// Names of the pairs only: among the values may be a permission.
impl fmt::Debug for PictureUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PictureUrl")
            .field("uri", &self.uri)
            .field("template", &self.template)
            .field("format", &self.format)
            .field("pairs", &self.pairs.keys())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn domain() -> Endpoint {
        Endpoint::parse("https://p1.example.com").expect("an endpoint")
    }

    fn picture() -> PictureUrl {
        PictureUrl::new("tos-cn-i-0/cat", "tplv-0-thumb:300:200")
    }

    #[test]
    fn pairs_are_sorted_and_there_may_be_none() {
        let plain = |picture: PictureUrl| picture.plain(&domain()).expect("an address");
        let path = "https://p1.example.com/tos-cn-i-0/cat~tplv-0-thumb:300:200";
        assert_eq!(plain(picture()), format!("{path}.image"));
        let with = picture().format("png").pair("b", "2 3").pair("a", "影");
        assert_eq!(plain(with), format!("{path}.png?a=%E5%BD%B1&b=2+3"));
    }

    #[test]
    fn the_signature_covers_path_and_pairs_and_stands_among_them() {
        let key = Secret::new("key");
        let signed = |picture: PictureUrl| {
            let url = picture.signed(&domain(), &key).expect("an address");
            let url = url.expose().to_owned();
            let (_, query) = url.split_once('?').expect("a query");
            query.to_owned()
        };
        // Reckoned with another implementation of HMAC.
        assert_eq!(signed(picture()), "sig=VlTJm12UvpW_Yg1EZBqinatLeN4%3D");
        assert_eq!(
            signed(picture().pair("z", "1").pair("a", "b c")),
            "a=b+c&sig=VG-Zc76cnX2n7T9RJD_IZ61G9lQ%3D&z=1"
        );
        let url = picture().signed(&domain(), &key).expect("an address");
        assert!(!format!("{url:?}").contains("sig="));
    }

    #[test]
    fn an_address_that_would_lack_a_part_is_not_made() {
        for bad in [
            PictureUrl::new("", "t"),
            PictureUrl::new("a", ""),
            picture().format(""),
            picture().pair("sig", "forged"),
        ] {
            let refused = bad.plain(&domain());
            assert!(
                matches!(refused, Err(InputError::Parameter { .. })),
                "{bad:?}"
            );
        }
        let refused = picture().signed(&domain(), &Secret::new(""));
        assert!(matches!(refused, Err(InputError::SecretKey)));
    }
}
