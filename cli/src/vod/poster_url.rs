use clap::{Args, ValueEnum};
use serde_json::json;
use yunmei_core::vcloud::{
    Scheme,
    vod::poster::{DomainWeights, Format, PosterForm, Template, WeightTable},
};

use super::{Session, Space};
use crate::{
    exit::Failure,
    output::{say, shown},
    vcloud::Account,
};

/// Print the addresses of a poster: the main one, then one on another domain.
///
/// The domains are drawn by their weights, which the service is asked for; if it does not say,
/// those of --fallback serve.
#[derive(Args, Debug)]
pub(crate) struct PosterUrlCommand {
    /// The name of the poster, as upload or poster printed it
    #[arg(value_name = "URI")]
    uri: String,
    /// What is done to it
    #[arg(long, value_enum, default_value_t)]
    template: TemplateName,
    /// With resize, crop and smart-crop: how large; for resize, one side may be 0
    #[arg(long, value_name = "WIDTHxHEIGHT", value_parser = parse_size)]
    size: Option<(u32, u32)>,
    /// In which format [default: as it is stored]
    #[arg(long, value_enum)]
    format: Option<FormatName>,
    /// Addresses that begin with http
    #[arg(long)]
    http: bool,
    /// A domain that serves if the service names none, with its weight; may be repeated
    #[arg(long, value_name = "DOMAIN=WEIGHT", value_parser = parse_weight)]
    fallback: Vec<(String, u64)>,
    #[command(flatten)]
    space: Space,
}

#[derive(ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
enum TemplateName {
    /// Nothing: the file itself
    Source,
    /// It is compressed
    #[default]
    Compressed,
    /// It is made smaller, in its own proportions
    Resize,
    /// Its middle is cut out
    Crop,
    /// What seems to matter in it is cut out
    SmartCrop,
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum FormatName {
    Jpeg,
    Png,
    Webp,
    Awebp,
    Gif,
    Heic,
}

pub(super) async fn run(session: &Session, command: PosterUrlCommand) -> Result<(), Failure> {
    let template = command.template()?;
    let fallback = DomainWeights::new(command.fallback.iter().cloned());
    let fallback = fallback
        .map_err(|_| Failure::Usage("--fallback: must be like example.com=10".to_owned()))?;
    let account = session.vcloud()?;
    let weights = command.weights(&account, fallback).await?;
    let mut form = PosterForm::new().template(template);
    if let Some(format) = command.format {
        form = form.format(format.into());
    }
    if command.http || account.scheme() == Scheme::Http {
        form = form.over(Scheme::Http);
    }
    let nonce = yunmei_host::stamp().nonce;
    let urls = form
        .urls(&weights, &command.uri, &nonce)
        .map_err(|error| Failure::operation(&command.uri, error))?;
    session.output.line(
        &shown_lines(&urls.main, &urls.backup),
        &json!({ "uri": command.uri, "url": urls.main, "backup_url": urls.backup }),
    )
}

fn shown_lines(main: &str, backup: &str) -> String {
    match main == backup {
        true => shown(main),
        false => format!("{}\n{}", shown(main), shown(backup)),
    }
}

impl PosterUrlCommand {
    fn template(&self) -> Result<Template, Failure> {
        let sized = |make: fn(u32, u32) -> Template| match self.size {
            Some((width, height)) => Ok(make(width, height)),
            None => Err(Failure::Usage(
                "--template resize, crop and smart-crop need --size WIDTHxHEIGHT".to_owned(),
            )),
        };
        match (self.template, self.size) {
            (TemplateName::Source | TemplateName::Compressed, Some(_)) => Err(Failure::Usage(
                "--size goes with --template resize, crop or smart-crop".to_owned(),
            )),
            (TemplateName::Source, None) => Ok(Template::Source),
            (TemplateName::Compressed, None) => Ok(Template::Compressed),
            (TemplateName::Resize, _) => sized(|width, height| Template::Resize { width, height }),
            (TemplateName::Crop, _) => {
                sized(|width, height| Template::CentreCrop { width, height })
            }
            (TemplateName::SmartCrop, _) => {
                sized(|width, height| Template::SmartCrop { width, height })
            }
        }
    }

    /// What the service says, or the fallback if it does not.
    async fn weights(
        &self,
        account: &Account<'_>,
        fallback: DomainWeights,
    ) -> Result<DomainWeights, Failure> {
        let space = self.space.of(account)?;
        let has_fallback = !fallback.is_empty();
        let weights = account.vod()?.domain_weights(&space);
        let answer = match account.run(&space, weights).await {
            Ok(weights) => Some(weights),
            Err(failure) if has_fallback => {
                say(format_args!(
                    "yunmei: warning: {failure}; --fallback serves"
                ));
                None
            }
            Err(failure) => return Err(failure),
        };
        let mut table = WeightTable::new(fallback);
        table.record(answer, yunmei_host::stamp().now);
        Ok(table.weights().clone())
    }
}

impl From<FormatName> for Format {
    fn from(name: FormatName) -> Format {
        match name {
            FormatName::Jpeg => Format::Jpeg,
            FormatName::Png => Format::Png,
            FormatName::Webp => Format::Webp,
            FormatName::Awebp => Format::AnimatedWebp,
            FormatName::Gif => Format::Gif,
            FormatName::Heic => Format::Heic,
        }
    }
}

fn parse_size(text: &str) -> Result<(u32, u32), &'static str> {
    let problem = "write it like 640x360";
    let (width, height) = text.split_once('x').ok_or(problem)?;
    let side = |digits: &str| {
        // `parse` alone would take a plus sign.
        let number = digits.parse().ok().filter(|_| !digits.starts_with('+'));
        number.ok_or(problem)
    };
    match (side(width)?, side(height)?) {
        (0, 0) => Err("one side must not be 0"),
        size => Ok(size),
    }
}

fn parse_weight(text: &str) -> Result<(String, u64), &'static str> {
    let problem = "write it like example.com=10";
    let (domain, weight) = text.split_once('=').ok_or(problem)?;
    let weight = weight.parse().map_err(|_| problem)?;
    Ok((domain.to_owned(), weight))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_two_numbers_of_which_one_may_be_0() {
        assert_eq!(parse_size("640x360"), Ok((640, 360)));
        assert_eq!(parse_size("640x0"), Ok((640, 0)));
        for bad in ["", "640", "x", "0x0", "-1x2", "+1x2", "1x2x3", "1*2"] {
            assert!(parse_size(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_weight_goes_with_its_domain() {
        assert_eq!(parse_weight("a.com=10"), Ok(("a.com".to_owned(), 10)));
        for bad in ["a.com", "a.com=", "a.com=x", "a.com=-1"] {
            assert!(parse_weight(bad).is_err(), "{bad}");
        }
    }
}
