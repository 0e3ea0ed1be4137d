use yunmei_auth_server::{
    policy::{Policy, Service},
    sign::{Accounts, CosAccount, FangtangAccount, VcloudAccount, WanxiangAccount},
};

use crate::{
    config::{Config, Generation},
    exit::Failure,
    vcloud::Keys,
};

/// The accounts of the configuration, those that the policy has rules for.
pub(super) fn of(config: &Config, policy: &Policy) -> Result<Accounts, Failure> {
    let is_named = |service| policy.rules().iter().any(|rule| rule.service() == service);
    let mut accounts = Accounts::default();
    if is_named(Service::Cos) {
        accounts.cos = config.cos()?.map(|settings| CosAccount {
            app: settings.app,
            credentials: settings.credentials,
            region: settings.region,
            endpoint: settings.endpoint,
        });
    }
    if is_named(Service::Image) {
        accounts.wanxiang = config.wanxiang()?.map(|settings| WanxiangAccount {
            app: settings.app,
            credentials: settings.credentials,
            enhanced: settings.generation == Generation::V2Enhanced,
            endpoint: settings.endpoint,
        });
    }
    if is_named(Service::Vod) || is_named(Service::ImageX) {
        let settings = config.vcloud_account()?;
        let keys = Keys::find(&settings)?;
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
    Ok(accounts)
}
