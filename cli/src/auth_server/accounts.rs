use std::fmt;

use yunmei_auth_server::{
    policy::{Policy, Rule, Scope, Service},
    sign::{Accounts, CosAccount, FangtangAccount, VcloudAccount, WanxiangAccount},
};

use crate::{
    config::{Config, CosSettings, Generation, WanxiangSettings},
    exit::Failure,
    vcloud::Keys,
};

/// A rule about a place that is not the one of the configuration. The account may have both.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Elsewhere {
    rule: String,
    /// Bucket, space or service.
    kind: &'static str,
    place: String,
    configured: String,
}

/// The places that the configuration names.
#[derive(Debug, Default)]
struct Places {
    cos: Option<String>,
    pictures: Option<String>,
    space: Option<String>,
    service: Option<String>,
}

/// The accounts of the configuration, those that the policy has rules for; and the rules that are about
/// other places than the configuration.
pub(super) fn of(config: &Config, policy: &Policy) -> Result<(Accounts, Vec<Elsewhere>), Failure> {
    let is_named = |service| policy.rules().iter().any(|rule| rule.service() == service);
    let (mut accounts, mut places) = (Accounts::default(), Places::default());
    if is_named(Service::Cos)
        && let Some(settings) = config.cos()?
    {
        places.cos = Some(settings.bucket.as_str().to_owned());
        accounts.cos = Some(cos(settings));
    }
    if is_named(Service::Image)
        && let Some(settings) = config.wanxiang()?
    {
        places.pictures = Some(settings.bucket.as_str().to_owned());
        accounts.wanxiang = Some(pictures(settings));
    }
    if is_named(Service::Vod) || is_named(Service::ImageX) {
        let settings = config.vcloud_account()?;
        let keys = Keys::find(&settings)?;
        places.space = settings.space;
        places.service = settings.service_id.map(|id| id.as_str().to_owned());
        accounts.vcloud = Some(VcloudAccount {
            dialect: settings.dialect,
            region: settings.region,
            credentials: keys.credentials,
            endpoint: settings.endpoint,
        });
    }
    if is_named(Service::Photo) {
        accounts.fangtang = config.fangtang()?.map(|settings| FangtangAccount {
            third_code: settings.third_code,
            secret_key: settings.secret_key,
            endpoint: settings.endpoint,
        });
    }
    let rules = policy.rules().iter();
    let elsewhere = rules.filter_map(|rule| places.misses(rule)).collect();
    Ok((accounts, elsewhere))
}

fn cos(settings: CosSettings) -> CosAccount {
    CosAccount {
        app: settings.app,
        credentials: settings.credentials,
        region: settings.region,
        endpoint: settings.endpoint,
    }
}

fn pictures(settings: WanxiangSettings) -> WanxiangAccount {
    WanxiangAccount {
        app: settings.app,
        credentials: settings.credentials,
        enhanced: settings.generation == Generation::V2Enhanced,
        endpoint: settings.endpoint,
    }
}

impl Places {
    /// What a rule is about, if the configuration names another. Where it names none, it misses none.
    fn misses(&self, rule: &Rule) -> Option<Elsewhere> {
        let (kind, place, configured) = match rule.scope() {
            Scope::Cos { bucket, .. } => ("bucket", bucket.as_str(), &self.cos),
            Scope::Image { bucket, .. } => ("bucket", bucket.as_str(), &self.pictures),
            Scope::Vod { space, .. } => ("space", space.as_deref()?, &self.space),
            Scope::ImageX { service, .. } => ("service", service.as_str(), &self.service),
            _ => return None,
        };
        let configured = configured.as_deref()?;
        (configured != place).then(|| Elsewhere {
            rule: rule.name().to_owned(),
            kind,
            place: place.to_owned(),
            configured: configured.to_owned(),
        })
    }
}

impl fmt::Display for Elsewhere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Elsewhere {
            rule,
            kind,
            place,
            configured,
        } = self;
        write!(
            f,
            "rule {rule:?} signs for the {kind} {place:?}, and the configuration names \
             {configured:?}: unless the account has both, the service will refuse what is signed"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_that_the_configuration_lacks_is_told_with_its_rule() {
        let policy = Policy::parse(
            r#"
            [token]
            algorithm = "HS256"
            issuer = "i"
            audience = "a"

            [[rules]]
            name = "here"
            service = "cos"
            bucket = "examplebucket"
            path = "/{sub}/"
            operations = ["upload"]

            [[rules]]
            name = "there"
            service = "cos"
            bucket = "another"
            path = "/{sub}/"
            operations = ["upload"]

            [[rules]]
            name = "films"
            service = "vod"
            space = "cinema"
            operations = ["upload"]

            [[rules]]
            name = "only played"
            service = "vod"
            videos = ["v1"]
            operations = ["play"]

            [[rules]]
            name = "pictures"
            service = "imagex"
            service_id = "abc"
            operations = ["upload-keys"]
            "#,
        );
        let policy = policy.expect("a policy");
        let told = |places: &Places| -> Vec<String> {
            let rules = policy.rules().iter();
            let missed = rules.filter_map(|rule| places.misses(rule));
            missed.map(|one| one.to_string()).collect()
        };
        let mut places = Places {
            cos: Some("examplebucket".into()),
            ..Places::default()
        };
        let one = told(&places);
        assert_eq!(one.len(), 1, "{one:?}");
        for part in [
            r#"rule "there""#,
            r#"bucket "another""#,
            r#""examplebucket""#,
        ] {
            assert!(one[0].contains(part), "{one:?}");
        }
        places.space = Some("theatre".into());
        places.service = Some("abc".into());
        let both = told(&places);
        assert_eq!(both.len(), 2, "{both:?}");
        assert!(both[1].contains(r#"rule "films" signs for the space "cinema""#));
    }
}
