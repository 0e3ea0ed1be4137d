use yunmei_core::{
    Endpoint, Stamp,
    vcloud::{Dialect, Scope, Service, imagex::ServiceId, sts2::Policy},
};

use super::{Answer, SignError, VcloudAccount, vod::Keys};
use crate::policy::{Granted, Rule, Target};

/// Ready to make temporary keys for a service of ImageX.
#[derive(Debug)]
pub(super) struct ImageX {
    keys: Keys,
    service: ServiceId,
    dialect: Dialect,
    endpoint: Endpoint,
}

impl ImageX {
    pub(super) fn new(
        account: &VcloudAccount,
        service: &ServiceId,
        has_path: bool,
        rule: &Rule,
    ) -> Result<ImageX, String> {
        if has_path && account.dialect == Dialect::TtvCloud {
            return Err("keys of TTVcloud cannot be bound to a path: leave path out".into());
        }
        let scope = Scope::new(account.dialect, Service::ImageX, account.region.clone());
        let endpoint = match &account.endpoint {
            Some(endpoint) => endpoint.clone(),
            None => scope.map_err(|error| error.to_string())?.endpoint(),
        };
        Ok(ImageX {
            keys: Keys::new(account, rule)?,
            service: service.clone(),
            dialect: account.dialect,
            endpoint,
        })
    }

    pub(super) fn sign(&self, granted: &Granted<'_>, stamp: &Stamp) -> Result<Answer, SignError> {
        let services = [self.service.as_str()];
        let policy = match (&granted.target, self.dialect) {
            (Target::Rule, Dialect::TtvCloud) => Policy::image_upload(&services),
            (Target::Rule, Dialect::Volcengine) => {
                Policy::image_upload_volcengine(&services, None, &[])
            }
            // A path has no asterisk of its own.
            (Target::Path(path), Dialect::Volcengine) => {
                let pattern = format!("{}*", path.key());
                Policy::image_upload_volcengine(&services, Some(&pattern), &[])
            }
            _ => return Err(SignError::NoSuchRule),
        };
        self.keys
            .issue(&policy, granted.lifetime, &self.endpoint, stamp)
    }
}
