use bytes::Bytes;
use http::{Request, Response};
use serde::Deserialize;

use super::{Partner, envelope};
use crate::{Operation, Payload, Stamp, error::Error, loose};

/// Asks how many uploads are left: [`Partner::quota`].
///
/// ```text
/// POST /api/third/company/nums
/// third_code=…
/// ```
#[derive(Clone, Debug)]
pub struct CheckQuota {
    partner: Partner,
}

/// What [`CheckQuota`] finds.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[non_exhaustive]
pub struct Quota {
    /// Whose it is, in the service's words.
    #[serde(rename = "code", deserialize_with = "loose::text")]
    pub third_code: String,
    /// How many uploads are left.
    #[serde(rename = "nums", deserialize_with = "loose::number")]
    pub left: u64,
}

impl CheckQuota {
    pub(super) fn new(partner: Partner) -> CheckQuota {
        CheckQuota { partner }
    }
}

impl Operation for CheckQuota {
    type Output = Quota;

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        let form = self.partner.form(stamp);
        Ok(self.partner.post("/api/third/company/nums", form, stamp))
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<Quota, Error> {
        envelope::open(response)
    }

    fn repeatable(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fangtang::tests::{answer, partner};

    fn parse(body: &'static str) -> Result<Quota, Error> {
        partner().quota().parse(&answer(200, body))
    }

    #[test]
    fn a_quota_is_a_number_or_its_digits() {
        for body in [
            r#"{"code":200,"data":{"code":"hiliad","nums":42}}"#,
            r#"{"code":200,"data":{"code":"hiliad","nums":"42"}}"#,
        ] {
            let quota = parse(body).expect(body);
            assert_eq!((quota.third_code.as_str(), quota.left), ("hiliad", 42));
        }
    }

    #[test]
    fn what_is_no_number_of_uploads_is_not_taken_for_one() {
        for bad in [
            r#"{"code":200,"data":{"code":"hiliad","nums":-1}}"#,
            r#"{"code":200,"data":{"code":"hiliad","nums":1.5}}"#,
            r#"{"code":200,"data":{"code":"hiliad","nums":"many"}}"#,
            r#"{"code":200,"data":{"code":"hiliad","nums":null}}"#,
            r#"{"code":200,"data":{"nums":42}}"#,
            r#"{"code":200,"data":{"code":"hiliad"}}"#,
        ] {
            assert!(matches!(parse(bad), Err(Error::Response(_))), "{bad}");
        }
    }
}
