use clap::{Args, ValueEnum};
use yunmei_core::wanxiang::{PhotoAddress, StyleSeparator, processing::Processing};

use crate::exit::Failure;

/// What is downloaded: the original, or what the service makes of it.
#[derive(Args, Debug)]
pub(super) struct Variant {
    /// The picture in this style of the service's console
    #[arg(long, value_name = "NAME")]
    style: Option<String>,
    /// What stands between id and style, in a bucket of V2 enhanced
    #[arg(
        long,
        value_enum,
        value_name = "WORD",
        default_value = "exclamation",
        requires = "style"
    )]
    separator: Separator,
    /// Have the picture processed, such as by imageView2/1/w/200/h/200
    #[arg(long, value_name = "QUERY", value_parser = query)]
    process: Option<Processing>,
}

#[derive(ValueEnum, Clone, Copy, Debug)]
enum Separator {
    /// !
    Exclamation,
    /// -
    Hyphen,
    /// _
    Underscore,
    /// /
    Slash,
}

impl From<Separator> for StyleSeparator {
    fn from(separator: Separator) -> StyleSeparator {
        match separator {
            Separator::Exclamation => StyleSeparator::Exclamation,
            Separator::Hyphen => StyleSeparator::Hyphen,
            Separator::Underscore => StyleSeparator::Underscore,
            Separator::Slash => StyleSeparator::Slash,
        }
    }
}

fn query(text: &str) -> Result<Processing, &'static str> {
    Processing::raw(text).map_err(|_| {
        "it must be a query of up to 4096 bytes without ? at its beginning, with other characters \
         escaped, and without sign"
    })
}

impl Variant {
    /// Whether it is what was uploaded.
    pub(super) fn is_original(&self) -> bool {
        self.style.is_none() && self.process.is_none()
    }

    /// The address of this variant of a picture.
    pub(super) fn of(&self, mut photo: PhotoAddress) -> Result<PhotoAddress, Failure> {
        if let Some(name) = &self.style {
            photo = photo
                .style_after(self.separator.into(), name)
                .map_err(|error| Failure::Usage(format!("--style: {error}")))?;
        }
        Ok(match &self.process {
            Some(processing) => photo.processed(processing.clone()),
            None => photo,
        })
    }
}
