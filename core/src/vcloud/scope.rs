use std::fmt;

use super::{Dialect, Region, Service};
use crate::{Endpoint, error::InputError};

/// What signatures are for: a service in a region, in one dialect.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Scope {
    dialect: Dialect,
    service: Service,
    region: Region,
}

impl Scope {
    /// This service in this region.
    ///
    /// # Errors
    ///
    /// [`InputError::NoSuchRegion`] if the service is not there.
    pub fn new(dialect: Dialect, service: Service, region: Region) -> Result<Scope, InputError> {
        match service.host(dialect, &region) {
            Some(_) => Ok(Scope {
                dialect,
                service,
                region,
            }),
            None => Err(InputError::NoSuchRegion {
                service: service.signing_name(),
                region: region.as_str().to_owned(),
            }),
        }
    }

    /// Whose constants.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Which service.
    pub fn service(&self) -> Service {
        self.service
    }

    /// Where.
    pub fn region(&self) -> &Region {
        &self.region
    }

    /// The host that serves it.
    pub fn host(&self) -> String {
        (self.service.host(self.dialect, &self.region)).expect("checked when it was made")
    }

    /// That host over https, which all of them serve (section 1).
    pub fn endpoint(&self) -> Endpoint {
        Endpoint::https(&self.host())
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.region, self.service)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(dialect: Dialect, service: Service, region: &str) -> Option<String> {
        let region = Region::new(region).expect("a region");
        let scope = Scope::new(dialect, service, region).ok()?;
        assert_eq!(scope.endpoint().authority(), scope.host());
        Some(scope.host())
    }

    #[test]
    fn each_service_has_its_hosts_and_an_unknown_region_is_refused() {
        let of = |service, region| host(Dialect::TtvCloud, service, region);
        let vod = |region| of(Service::Vod, region);
        assert_eq!(vod("cn-north-1").as_deref(), Some("vod.bytedanceapi.com"));
        assert_eq!(
            vod("us-east-1").as_deref(),
            Some("vod.us-east-1.bytedanceapi.com")
        );
        assert_eq!(vod("us-east-2"), None);
        assert_eq!(of(Service::Iam, "us-east-1"), None);
        assert_eq!(of(Service::Sts, "cn-north-1"), None);
        assert_eq!(
            of(Service::Edit, "ap-singapore-1").as_deref(),
            Some("open.ap-singapore-1.bytedanceapi.com")
        );
        assert_eq!(
            of(Service::ImageX, "us-east-2").as_deref(),
            Some("imagex-us-east-2.bytevcloudapi.com")
        );
    }

    #[test]
    fn the_successor_has_other_hosts_and_video_in_any_region() {
        let of = |service, region| host(Dialect::Volcengine, service, region);
        assert_eq!(
            of(Service::Vod, "cn-north-1").as_deref(),
            Some("vod.volcengineapi.com")
        );
        assert_eq!(
            of(Service::Vod, "eu-new-7").as_deref(),
            Some("vod.eu-new-7.volcengineapi.com")
        );
        assert_eq!(
            of(Service::ImageX, "ap-singapore-1").as_deref(),
            Some("imagex-ap-singapore-1.volcengineapi.com")
        );
        assert_eq!(
            of(Service::ImageX, "ap-southeast-1").as_deref(),
            Some("imagex.ap-southeast-1.volcengineapi.com")
        );
        assert_eq!(
            of(Service::Sts, "cn-north-1").as_deref(),
            Some("sts.volcengineapi.com")
        );
        assert_eq!(of(Service::ImageX, "eu-new-7"), None);
        assert_eq!(of(Service::Edit, "us-east-1"), None);
    }
}
