use std::fmt;

use yunmei_core::{
    Error, Flow, Secret,
    error::{InputError, ServiceErrorKind},
    vcloud::{
        Actions, Credentials, Dialect, Region, Scheme, Scope, Service,
        edit::Edit,
        iam::Iam,
        imagex::{ImageX, ServiceId},
        sts2::SessionToken,
        vod::Vod,
    },
};

use super::{advice, keys::Keys};
use crate::{config::VcloudSettings, exit::Failure, output::say, session::Session};

/// The account that commands of TTVcloud work for.
pub(crate) struct Account<'a> {
    pub(crate) session: &'a Session,
    settings: VcloudSettings,
    keys: Keys,
}

impl Session {
    /// The account of the configuration, with the keys that were found.
    pub(crate) fn vcloud(&self) -> Result<Account<'_>, Failure> {
        let settings = self.config.vcloud_account()?;
        let keys = Keys::find(&settings)?;
        if self.verbose {
            say(format_args!("yunmei: {}", keys.told()));
        }
        Ok(Account {
            session: self,
            settings,
            keys,
        })
    }
}

/// Makes the handle of a service, at the endpoint of the configuration if there is one.
macro_rules! handle {
    ($account:expr, $handle:ident, $region:expr) => {{
        let handle = $handle::new(
            $account.settings.dialect,
            $region,
            $account.keys.credentials.clone(),
        )
        .map_err(|error| $account.unusable(error))?;
        match $account.settings.endpoint.clone() {
            Some(endpoint) => handle.at(endpoint),
            None => handle,
        }
    }};
}

impl Account<'_> {
    pub(crate) fn dialect(&self) -> Dialect {
        self.settings.dialect
    }

    pub(crate) fn settings(&self) -> &VcloudSettings {
        &self.settings
    }

    pub(crate) fn credentials(&self) -> &Credentials {
        &self.keys.credentials
    }

    /// Whose account it is: of temporary keys, that of the keys that made them.
    pub(crate) fn owner(&self) -> String {
        let credentials = self.credentials();
        let token = credentials.session_token();
        let made_by = token.and_then(|token| SessionToken::decode(token.expose()).ok());
        match made_by {
            Some(token) => token.long_term_access_key().to_owned(),
            None => credentials.access_key().to_owned(),
        }
    }

    pub(crate) fn vod(&self) -> Result<Vod, Failure> {
        let vod = handle!(self, Vod, self.settings.region.clone());
        Ok(vod.uploads_over(self.scheme()))
    }

    pub(crate) fn imagex(&self) -> Result<ImageX, Failure> {
        let imagex = handle!(self, ImageX, self.settings.region.clone());
        Ok(imagex.uploads_over(self.scheme()))
    }

    pub(crate) fn edit(&self) -> Result<Edit, Failure> {
        Ok(handle!(self, Edit, self.settings.region.clone()))
    }

    /// Users are of the whole account: the service is in one region only (dossier of TTVcloud,
    /// section 1).
    pub(crate) fn iam(&self) -> Result<Iam, Failure> {
        Ok(handle!(self, Iam, Region::CN_NORTH_1))
    }

    /// A service whose actions are called by their names.
    pub(crate) fn actions(&self, service: Service) -> Result<Actions, Failure> {
        let region = match service {
            Service::Iam | Service::Sts => Region::CN_NORTH_1,
            _ => self.settings.region.clone(),
        };
        let scope = Scope::new(self.settings.dialect, service, region);
        let scope = scope.map_err(|error| self.unusable(error))?;
        let actions = Actions::new(scope, self.keys.credentials.clone());
        Ok(match self.settings.endpoint.clone() {
            Some(endpoint) => actions.at(endpoint),
            None => actions,
        })
    }

    /// How hosts are spoken to that the service names: as the service itself is.
    pub(crate) fn scheme(&self) -> Scheme {
        match &self.settings.endpoint {
            Some(endpoint) if endpoint.is_plain_http() => Scheme::Http,
            _ => Scheme::Https,
        }
    }

    /// The space of videos: the one that was named, or that of the configuration.
    pub(crate) fn space(&self, named: Option<&str>) -> Result<String, Failure> {
        let space = named.or(self.settings.space.as_deref()).map(str::to_owned);
        space.filter(|space| !space.is_empty()).ok_or_else(|| {
            Failure::Usage("no space is known: --space NAME names one, or space in the table vcloud of the configuration".into())
        })
    }

    /// The service of pictures: the one that was named, or that of the configuration.
    pub(crate) fn service_id(&self, named: Option<&ServiceId>) -> Result<ServiceId, Failure> {
        let id = named.or(self.settings.service_id.as_ref()).cloned();
        id.ok_or_else(|| {
            Failure::Usage("no service of ImageX is known: --service-id ID names one, or service_id in the table vcloud of the configuration".into())
        })
    }

    /// What signs the addresses of pictures.
    pub(crate) fn image_key(&self) -> Result<&Secret, Failure> {
        self.settings.image_key.as_ref().ok_or_else(|| {
            Failure::Usage(
                "--sign needs image_key in the table vcloud of the configuration: the signing key \
                 of the service, from its console"
                    .into(),
            )
        })
    }

    /// Carries out an operation or flow that sends no file.
    pub(crate) async fn run<F: Flow>(
        &self,
        about: impl fmt::Display,
        flow: F,
    ) -> Result<F::Output, Failure> {
        let result = self.session.client.run(flow).await;
        result.map_err(|error| self.failure(about, error))
    }

    /// A failure, with where the keys came from if it may be their fault.
    pub(crate) fn failure(&self, about: impl fmt::Display, error: impl Into<Error>) -> Failure {
        let error = error.into();
        let advice = match &error {
            Error::Service(refusal)
                if refusal.kind() == ServiceErrorKind::Signature
                    && !advice::is_permission(refusal) =>
            {
                Some(format!(
                    "{}; {}",
                    advice::on_signature(refusal),
                    self.keys.told()
                ))
            }
            _ => None,
        };
        let failure = Failure::operation(about, error);
        match advice {
            Some(advice) => failure.advised(advice),
            None => failure,
        }
    }

    fn unusable(&self, error: InputError) -> Failure {
        Failure::Usage(format!(
            "{error} of {}: check region and dialect in the table vcloud of the configuration",
            self.settings.dialect
        ))
    }
}
