use std::{fmt, str::FromStr};

use super::{Dialect, Region};
use crate::error::InputError;

/// What there is to call, each on hosts of its own (sections 1 and 16.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Service {
    /// Video on demand.
    Vod,
    /// Users and their rights.
    Iam,
    /// Pictures.
    ImageX,
    /// Cutting and joining of videos.
    Edit,
    /// Temporary keys made by the service; only of Volcengine.
    Sts,
}

impl Service {
    /// All of them.
    pub const ALL: [Service; 5] = [
        Service::Vod,
        Service::Iam,
        Service::ImageX,
        Service::Edit,
        Service::Sts,
    ];

    /// The name in the scope of a signature, where capitals matter.
    pub fn signing_name(self) -> &'static str {
        match self {
            Service::Vod => "vod",
            Service::Iam => "iam",
            Service::ImageX => "ImageX",
            Service::Edit => "edit",
            Service::Sts => "sts",
        }
    }

    /// The host that serves a region; `None` where there is none.
    pub fn host(self, dialect: Dialect, region: &Region) -> Option<String> {
        let region = region.as_str();
        let known = match dialect {
            Dialect::TtvCloud => self.ttv_cloud_host(region),
            Dialect::Volcengine => self.volcengine_host(region),
        };
        match (known, dialect, self) {
            (Some(host), ..) => Some(host.to_owned()),
            // Any other region that there may come to be.
            (None, Dialect::Volcengine, Service::Vod) => {
                Some(format!("vod.{region}.volcengineapi.com"))
            }
            (None, ..) => None,
        }
    }

    fn ttv_cloud_host(self, region: &str) -> Option<&'static str> {
        Some(match (self, region) {
            (Service::Vod, "cn-north-1") => "vod.bytedanceapi.com",
            (Service::Vod, "ap-singapore-1") => "vod.ap-singapore-1.bytedanceapi.com",
            (Service::Vod, "us-east-1") => "vod.us-east-1.bytedanceapi.com",
            (Service::Iam, "cn-north-1") => "iam.bytedanceapi.com",
            (Service::Edit, "cn-north-1") => "open.bytedanceapi.com",
            (Service::Edit, "ap-singapore-1") => "open.ap-singapore-1.bytedanceapi.com",
            (Service::Edit, "us-east-1") => "open.us-east-1.bytedanceapi.com",
            (Service::ImageX, "cn-north-1") => "imagex.bytedanceapi.com",
            (Service::ImageX, "ap-singapore-1") => "imagex.ap-singapore-1.bytedanceapi.com",
            (Service::ImageX, "us-east-1") => "imagex.us-east-1.bytedanceapi.com",
            // Another domain than all the others (section 1).
            (Service::ImageX, "us-east-2") => "imagex-us-east-2.bytevcloudapi.com",
            _ => return None,
        })
    }

    fn volcengine_host(self, region: &str) -> Option<&'static str> {
        Some(match (self, region) {
            (Service::Vod, "cn-north-1") => "vod.volcengineapi.com",
            (Service::Iam, "cn-north-1") => "iam.volcengineapi.com",
            (Service::Sts, "cn-north-1") => "sts.volcengineapi.com",
            (Service::Edit, "cn-north-1") => "vedit.volcengineapi.com",
            (Service::ImageX, "cn-north-1") => "imagex.volcengineapi.com",
            (Service::ImageX, "ap-singapore-1") => "imagex-ap-singapore-1.volcengineapi.com",
            (Service::ImageX, "us-east-1") => "imagex-us-east-1.volcengineapi.com",
            (Service::ImageX, "ap-southeast-1") => "imagex.ap-southeast-1.volcengineapi.com",
            _ => return None,
        })
    }
}

/// Reads the name in a scope; `imagex` too, which browsers write (section 1).
impl FromStr for Service {
    type Err = InputError;

    fn from_str(name: &str) -> Result<Service, InputError> {
        match name {
            "imagex" => Ok(Service::ImageX),
            _ => (Service::ALL.into_iter())
                .find(|service| service.signing_name() == name)
                .ok_or(InputError::VcloudService),
        }
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.signing_name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_found_by_the_name_in_a_scope() {
        for service in Service::ALL {
            assert_eq!(service.signing_name().parse(), Ok(service));
        }
        assert_eq!("imagex".parse(), Ok(Service::ImageX));
        for bad in ["", "VOD", "IMAGEX", "vod ", "s3"] {
            assert_eq!(bad.parse::<Service>(), Err(InputError::VcloudService));
        }
    }
}
