use std::str::FromStr;

use yunmei_core::{
    Endpoint,
    wanxiang::{AppId, Bucket, BucketName, Credentials, Detector, PhotosV1, UserId, Videos},
};

use super::Config;
use crate::exit::Failure;

/// The `[profile.wanxiang]` table.
pub(crate) struct WanxiangSettings {
    pub(crate) app: AppId,
    pub(crate) credentials: Credentials,
    pub(crate) bucket: BucketName,
    pub(crate) generation: Generation,
    /// Of photos and videos V1.
    pub(crate) user: UserId,
    pub(crate) endpoint: Option<Endpoint>,
}

/// How the bucket was made: the addresses of downloads differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Generation {
    V2,
    #[default]
    V2Enhanced,
}

impl FromStr for Generation {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Generation, &'static str> {
        match text {
            "v2" => Ok(Generation::V2),
            "v2-enhanced" => Ok(Generation::V2Enhanced),
            _ => Err("must be v2 or v2-enhanced"),
        }
    }
}

impl Config {
    /// The settings for Wanxiang, where there are any.
    pub(crate) fn wanxiang(&self) -> Result<Option<WanxiangSettings>, Failure> {
        let Some(mut table) = self.table("wanxiang")? else {
            return Ok(None);
        };
        let pair = Credentials::new(table.text("secret_id")?, table.text("secret_key")?);
        let settings = WanxiangSettings {
            app: table.parsed("appid")?,
            credentials: pair.map_err(|error| table.wrong("secret_id, secret_key", error))?,
            bucket: table.parsed("bucket")?,
            generation: table.optional("generation")?.unwrap_or_default(),
            user: table.optional("user")?.unwrap_or_default(),
            endpoint: table.optional("endpoint")?,
        };
        table.end()?;
        Ok(Some(settings))
    }

    /// The same, for commands that cannot do without.
    pub(crate) fn wanxiang_needed(&self) -> Result<WanxiangSettings, Failure> {
        let keys = "appid, secret_id, secret_key and bucket";
        self.wanxiang()?
            .ok_or_else(|| self.nothing_known("Wanxiang", "wanxiang", keys))
    }
}

impl WanxiangSettings {
    /// The configured bucket.
    pub(crate) fn bucket(self) -> Bucket {
        let bucket = match self.generation {
            Generation::V2 => Bucket::v2(self.app, self.bucket),
            Generation::V2Enhanced => Bucket::v2_enhanced(self.app, self.bucket),
        };
        let bucket = bucket.signed_with(&self.credentials);
        match self.endpoint {
            Some(endpoint) => bucket.at(endpoint),
            None => bucket,
        }
    }

    /// The pictures of V1.
    pub(crate) fn photos_v1(self) -> PhotosV1 {
        let photos = PhotosV1::new(self.app, self.user).signed_with(&self.credentials);
        match self.endpoint {
            Some(endpoint) => photos.at(endpoint),
            None => photos,
        }
    }

    /// The videos.
    pub(crate) fn videos(self) -> Videos {
        let videos = Videos::new(self.app, self.user).signed_with(&self.credentials);
        match self.endpoint {
            Some(endpoint) => videos.at(endpoint),
            None => videos,
        }
    }

    /// Porn detection.
    pub(crate) fn detector(self) -> Detector {
        let detector = Detector::new(self.app, self.bucket).signed_with(&self.credentials);
        match self.endpoint {
            Some(endpoint) => detector.at(endpoint),
            None => detector,
        }
    }
}
