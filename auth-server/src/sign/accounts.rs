use yunmei_core::{
    Endpoint, Secret, cos,
    fangtang::ThirdCode,
    vcloud::{self, Dialect},
    wanxiang,
};

/// In whose names is signed; what is not there is not signed for.
#[derive(Clone, Debug, Default)]
pub struct Accounts {
    /// Of Tencent COS.
    pub cos: Option<CosAccount>,
    /// Of Tencent Wanxiang.
    pub wanxiang: Option<WanxiangAccount>,
    /// Of TTVcloud or Volcengine.
    pub vcloud: Option<VcloudAccount>,
    /// Of Fangtang.
    pub fangtang: Option<FangtangAccount>,
}

/// An account of Tencent COS.
#[derive(Clone, Debug)]
pub struct CosAccount {
    /// Its number.
    pub app: cos::AppId,
    /// Its keys.
    pub credentials: cos::Credentials,
    /// Where its buckets are.
    pub region: cos::Region,
    /// Where clients are sent instead.
    pub endpoint: Option<Endpoint>,
}

/// An account of Tencent Wanxiang.
#[derive(Clone, Debug)]
pub struct WanxiangAccount {
    /// Its number.
    pub app: wanxiang::AppId,
    /// Its keys.
    pub credentials: wanxiang::Credentials,
    /// Whether its buckets are of the enhanced version.
    pub enhanced: bool,
    /// Where clients are sent instead.
    pub endpoint: Option<Endpoint>,
}

/// An account of TTVcloud or Volcengine.
#[derive(Clone, Debug)]
pub struct VcloudAccount {
    /// Which of the two.
    pub dialect: Dialect,
    /// Where.
    pub region: vcloud::Region,
    /// Its keys.
    pub credentials: vcloud::Credentials,
    /// Where clients are sent instead.
    pub endpoint: Option<Endpoint>,
}

/// A partner of Fangtang.
#[derive(Clone, Debug)]
pub struct FangtangAccount {
    /// The public id.
    pub third_code: ThirdCode,
    /// The key.
    pub secret_key: Secret,
    /// Where clients are sent instead.
    pub endpoint: Option<Endpoint>,
}
