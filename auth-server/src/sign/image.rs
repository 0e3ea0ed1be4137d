use yunmei_core::{
    Error, Operation as _, Stamp, Token,
    wanxiang::{
        Bucket, BucketName, Expiry, FileId, UserId,
        sign::{Grant, Signer},
    },
};

use super::{Answer, SignError, WanxiangAccount, with_signature};
use crate::policy::{Granted, Operation, Target};

/// Ready to sign for one bucket of Wanxiang.
#[derive(Debug)]
pub(super) struct Image {
    signer: Signer,
    bucket: Bucket,
    /// Up to the file id, with a slash at its end.
    api: String,
}

impl Image {
    pub(super) fn new(account: &WanxiangAccount, name: &BucketName) -> Result<Image, Error> {
        let user = UserId::default();
        let signer = Signer::v2(account.app, name, &user, &account.credentials);
        let bucket = match account.enhanced {
            true => Bucket::v2_enhanced(account.app, name.clone()),
            false => Bucket::v2(account.app, name.clone()),
        };
        let bucket = bucket.signed_with(&account.credentials);
        let bucket = match &account.endpoint {
            Some(endpoint) => bucket.at(endpoint.clone()),
            None => bucket,
        };
        let any = FileId::new("x")?;
        let address = bucket.stat(&any).request(&super::photo::any_stamp())?;
        let address = address.uri().to_string();
        Ok(Image {
            signer,
            bucket,
            api: address.strip_suffix('x').unwrap_or(&address).to_owned(),
        })
    }

    pub(super) fn sign(&self, granted: &Granted<'_>, stamp: &Stamp) -> Result<Answer, SignError> {
        let Target::Path(path) = &granted.target else {
            return Err(SignError::NoSuchRule);
        };
        if path.as_str().contains('&') {
            return Err(SignError::Ampersand);
        }
        let file_id = FileId::new(path.key())?;
        if granted.operation == Operation::Delete {
            let token = self.signer.sign(&Grant::single_use(&file_id), stamp)?;
            let url = format!("{}{}/del", self.api, file_id.encoded());
            let mut answer = Answer::new(token.clone(), "POST", url, stamp.now, granted.lifetime);
            answer.headers.push(("Authorization", token));
            answer.single_use = true;
            return Ok(answer);
        }
        let until = Expiry::after_seconds(granted.lifetime);
        let grant = Grant::multi_use_for(&file_id, until);
        let token = self.signer.sign(&grant, stamp)?;
        let url = format!("{}{}", self.api, file_id.encoded());
        let answer = match granted.operation {
            Operation::Download => {
                let url = self.bucket.photo(&file_id).public_url();
                let url = with_signature(url, token.expose());
                Answer::new(token, "GET", url, stamp.now, granted.lifetime)
            }
            operation => {
                let is_upload = operation == Operation::Upload;
                let method = if is_upload { "POST" } else { "GET" };
                let mut answer =
                    Answer::new(token.clone(), method, url, stamp.now, granted.lifetime);
                // The vendor's client has the word on these calls, and not on others (section 3.6).
                let value = Token::new(format!("QCloud {}", token.expose()));
                answer.headers.push(("Authorization", value));
                answer.file_field = is_upload.then_some("FileContent");
                answer
            }
        };
        Ok(answer)
    }
}
