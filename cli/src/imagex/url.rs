use std::collections::BTreeMap;

use clap::Args;
use serde_json::json;
use yunmei_core::{
    Endpoint,
    vcloud::{
        Parameters, Scheme,
        imagex::{ImageX, PictureUrl, ServiceId},
        vod::poster::DomainWeights,
    },
};

use super::{Service, Session, parse_uri};
use crate::{exit::Failure, output::shown, vcloud::Account};

/// Print the address under which a picture is served, as a template makes it.
///
/// Whether there is such a picture is not known. Without --domain, the service is asked for its
/// domains, and one is drawn by their weights.
#[derive(Args, Debug)]
pub(crate) struct UrlCommand {
    /// The name of the picture, as upload and ls print it
    #[arg(value_name = "URI", value_parser = parse_uri)]
    uri: String,
    /// The template, with its numbers: such as tplv-imagex-rs:300:200
    #[arg(long, value_name = "NAME")]
    template: String,
    /// In which format, such as webp [default: as it is stored]
    #[arg(long, value_name = "NAME")]
    format: Option<String>,
    /// What is variable in the template; may be repeated
    #[arg(long = "variable", value_name = "NAME=VALUE", value_parser = crate::vcloud::parse_pair)]
    variables: Vec<(String, String)>,
    /// On this domain, such as img.example.com
    #[arg(long, value_name = "DOMAIN")]
    domain: Option<String>,
    /// An address that begins with http
    #[arg(long)]
    http: bool,
    /// Sign it, with image_key in the table vcloud of the configuration
    #[arg(long)]
    sign: bool,
    #[command(flatten)]
    service: Service,
}

pub(super) async fn run(session: &Session, command: UrlCommand) -> Result<(), Failure> {
    let account = session.vcloud()?;
    let key = match command.sign {
        true => Some(account.image_key()?),
        false => None,
    };
    let picture = command.picture();
    let domain = command.domain(&account).await?;
    let failed = |error| Failure::operation(&command.uri, error);
    let url = match key {
        Some(key) => picture.signed(&domain, key).map_err(failed)?,
        None => yunmei_core::SignedUrl::new(picture.plain(&domain).map_err(failed)?),
    };
    session.output.line(
        &shown(url.expose()),
        &json!({ "uri": command.uri, "url": url.expose() }),
    )
}

impl UrlCommand {
    fn picture(&self) -> PictureUrl {
        let picture = PictureUrl::new(&self.uri, &self.template);
        let picture = match &self.format {
            Some(format) => picture.format(format),
            None => picture,
        };
        let variables = self.variables.iter();
        variables.fold(picture, |picture, (name, value)| picture.pair(name, value))
    }

    async fn domain(&self, account: &Account<'_>) -> Result<Endpoint, Failure> {
        let (domain, told) = match &self.domain {
            Some(domain) => (domain.clone(), "--domain"),
            None => (self.drawn(account).await?, "the service's domain"),
        };
        let scheme = match self.http {
            true => Scheme::Http,
            false => account.scheme(),
        };
        Endpoint::parse(&format!("{scheme}://{domain}")).map_err(|_| {
            let problem = "is no domain such as img.example.com";
            Failure::Usage(shown(&format!("{told}: {domain:?} {problem}")))
        })
    }

    async fn drawn(&self, account: &Account<'_>) -> Result<String, Failure> {
        let (imagex, service) = (account.imagex()?, self.service.of(account)?);
        let weights = weights(account, &imagex, &service).await?;
        match weights.draw(&yunmei_host::stamp().nonce) {
            Some(domains) => Ok(domains.main.to_owned()),
            None => Err(
                Failure::Missing(format!("{service}: the service names no domain"))
                    .advised("--domain names one"),
            ),
        }
    }
}

/// The domains that serve the pictures (dossier of TTVcloud, section 9).
async fn weights(
    account: &Account<'_>,
    imagex: &ImageX,
    service: &ServiceId,
) -> Result<DomainWeights, Failure> {
    let parameters = Parameters::new()
        .with("ServiceId", service.as_str().to_owned())
        .with("ProductLine", "imagex");
    let call = imagex.call("GetCdnDomainWeights", "2019-07-01");
    let answer = account.run(service, call.parameters(&parameters).may_repeat());
    let mut services: BTreeMap<String, Option<DomainWeights>> =
        serde_json::from_value(answer.await?.result).map_err(|error| {
            Failure::Content(shown(&format!("{service}: its domains: {error}")))
        })?;
    Ok(services
        .remove(service.as_str())
        .flatten()
        .unwrap_or_default())
}
