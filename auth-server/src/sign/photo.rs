use yunmei_core::{
    Nonce, Secret, Stamp, Timestamp, Token,
    error::InputError,
    fangtang::{Partner, token::token},
};

use super::{Answer, FangtangAccount};

/// By when a token is to be used. The service goes on to take it for some minutes; how many, is not
/// known (dossier of Fangtang, "Endpoint, credentials, token").
const LIFETIME: u64 = 60;

/// Ready to make tokens of the photo repair.
pub(super) struct Photo {
    key: Secret,
    partner: Partner,
}

impl Photo {
    pub(super) fn new(account: &FangtangAccount) -> Result<Photo, InputError> {
        let partner = Partner::new(account.third_code.clone(), account.secret_key.clone())?;
        Ok(Photo {
            key: account.secret_key.clone(),
            partner: match &account.endpoint {
                Some(endpoint) => partner.at(endpoint.clone()),
                None => partner,
            },
        })
    }

    pub(super) fn sign(&self, stamp: &Stamp) -> Answer {
        let token = token(&self.key, stamp.now);
        let url = format!("{}/api/third/photo/upload", self.partner.endpoint());
        let mut answer = Answer::new(token.clone(), "POST", url, stamp.now, LIFETIME);
        answer.headers.push(("token", token));
        let code = Token::new(self.partner.third_code().as_str());
        answer.fields.push(("third_code", code));
        answer.file_field = Some("file");
        answer
    }
}

impl std::fmt::Debug for Photo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Photo")
            .field(&self.partner.third_code())
            .finish()
    }
}

/// For requests that are made only to see where they would go.
pub(super) fn any_stamp() -> Stamp {
    Stamp::new(
        Timestamp::from_seconds(1_500_000_000),
        Nonce::from_bytes([0; 32]),
    )
}
