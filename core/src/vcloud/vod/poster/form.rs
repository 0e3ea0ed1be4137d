use std::fmt;

use percent_encoding::utf8_percent_encode;

use super::{DomainWeights, Domains};
use crate::{
    Nonce, encode,
    error::InputError,
    vcloud::{Scheme, call::filled},
};

/// In which form a poster is wanted: `{scheme}://{domain}/{uri}~{template}.{format}`.
///
/// Over https, compressed and as it was stored, unless said otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PosterForm {
    scheme: Scheme,
    template: Template,
    format: Format,
}

/// What is done to a poster.
///
/// The vendor has one more, which needs a signature that none of its clients can make.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Template {
    /// Nothing: the file itself.
    Source,
    /// It is compressed.
    #[default]
    Compressed,
    /// It is made smaller, never larger, in its own proportions. A side of 0 follows from the other.
    Resize {
        /// In pixels.
        width: u32,
        /// In pixels.
        height: u32,
    },
    /// Its middle is cut out.
    CentreCrop {
        /// In pixels.
        width: u32,
        /// In pixels.
        height: u32,
    },
    /// What seems to matter in it is cut out.
    SmartCrop {
        /// In pixels.
        width: u32,
        /// In pixels.
        height: u32,
    },
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Template::Source => f.write_str("tplv-vod-obj"),
            Template::Compressed => f.write_str("tplv-vod-noop"),
            Template::Resize { width, height } => write!(f, "tplv-vod-rs:{width}:{height}"),
            Template::CentreCrop { width, height } => write!(f, "tplv-vod-cc:{width}:{height}"),
            Template::SmartCrop { width, height } => write!(f, "tplv-vod-cs:{width}:{height}"),
        }
    }
}

/// The format of a poster.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// As it was stored.
    #[default]
    Stored,
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// WebP.
    Webp,
    /// Animated WebP.
    AnimatedWebp,
    /// GIF.
    Gif,
    /// HEIC.
    Heic,
}

impl Format {
    /// The word at the end of the address.
    pub fn as_str(self) -> &'static str {
        match self {
            Format::Stored => "image",
            Format::Jpeg => "jpeg",
            Format::Png => "png",
            Format::Webp => "webp",
            Format::AnimatedWebp => "awebp",
            Format::Gif => "gif",
            Format::Heic => "heic",
        }
    }
}

/// Where a poster is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PosterUrls {
    /// To be asked first.
    pub main: String,
    /// To be asked if that one fails.
    pub backup: String,
}

impl PosterForm {
    /// As a poster is wanted mostly.
    pub fn new() -> PosterForm {
        PosterForm::default()
    }

    /// Over this.
    pub fn over(mut self, scheme: Scheme) -> PosterForm {
        self.scheme = scheme;
        self
    }

    /// With this done to it.
    pub fn template(mut self, template: Template) -> PosterForm {
        self.template = template;
        self
    }

    /// In this format.
    pub fn format(mut self, format: Format) -> PosterForm {
        self.format = format;
        self
    }

    /// The addresses of a poster, on domains that this nonce draws.
    ///
    /// # Errors
    ///
    /// [`InputError::NoDomain`] if none can be drawn; [`InputError::Parameter`] if `uri` is empty.
    pub fn urls(
        &self,
        weights: &DomainWeights,
        uri: &str,
        nonce: &Nonce,
    ) -> Result<PosterUrls, InputError> {
        let domains = weights.draw(nonce).ok_or(InputError::NoDomain)?;
        self.urls_on(domains, uri)
    }

    /// The addresses of a poster on these domains.
    ///
    /// # Errors
    ///
    /// [`InputError::Parameter`] if `uri` is empty.
    pub fn urls_on(&self, domains: Domains<'_>, uri: &str) -> Result<PosterUrls, InputError> {
        filled("uri", uri)?;
        let on = |domain| {
            format!(
                "{}://{domain}/{}~{}.{}",
                self.scheme,
                utf8_percent_encode(uri, encode::COS_PATH),
                self.template,
                self.format.as_str()
            )
        };
        Ok(PosterUrls {
            main: on(domains.main),
            backup: on(domains.backup),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn template_and_format_stand_behind_the_name() {
        let domains = Domains {
            main: "a.com",
            backup: "b.com",
        };
        let url = |form: PosterForm| form.urls_on(domains, "tos/影 片?").expect("addresses");
        let plain = url(PosterForm::new());
        let path = "tos/%E5%BD%B1%20%E7%89%87%3F";
        assert_eq!(
            plain.main,
            format!("https://a.com/{path}~tplv-vod-noop.image")
        );
        assert_eq!(
            plain.backup,
            format!("https://b.com/{path}~tplv-vod-noop.image")
        );
        let (width, height) = (600, 392);
        for (template, word) in [
            (Template::Source, "tplv-vod-obj"),
            (Template::Resize { width, height }, "tplv-vod-rs:600:392"),
            (
                Template::CentreCrop { width, height },
                "tplv-vod-cc:600:392",
            ),
            (Template::SmartCrop { width, height }, "tplv-vod-cs:600:392"),
        ] {
            let form = PosterForm::new().template(template).format(Format::Heic);
            let url = url(form.over(Scheme::Http)).main;
            assert_eq!(url, format!("http://a.com/{path}~{word}.heic"));
        }
    }

    #[test]
    fn an_address_without_a_host_or_a_name_is_never_made() {
        let nonce = Nonce::from_bytes([7; 32]);
        let form = PosterForm::new();
        let none = form.urls(&DomainWeights::default(), "a", &nonce);
        assert_eq!(none, Err(InputError::NoDomain));
        let weights = DomainWeights::new([("a.com", 1)]).expect("a domain");
        assert!(form.urls(&weights, "", &nonce).is_err());
        assert!(form.urls(&weights, "a", &nonce).is_ok());
    }
}
