use yunmei_core::{
    Error, Operation as _, Stamp, Token,
    cos::{
        Bucket, BucketName, Expiry, FilePath, FolderPath, PathPrefix,
        sign::{Grant, Signer},
    },
    error::InputError,
};

use super::{Answer, CosAccount, SignError, with_signature};
use crate::{
    path::SafePath,
    policy::{Granted, Operation, Target},
};

/// Ready to sign for one bucket of COS.
#[derive(Debug)]
pub(super) struct Cos {
    signer: Signer,
    /// Up to the path.
    api: String,
    bucket: Bucket,
    /// What paths may not begin with.
    ambiguous: String,
}

impl Cos {
    pub(super) fn new(account: &CosAccount, name: &BucketName) -> Result<Cos, Error> {
        let signer = Signer::new(account.app, name, &account.credentials);
        let bucket = Bucket::new(account.app, name.clone(), account.region.clone());
        let bucket = bucket.signed_with(&account.credentials);
        let bucket = match &account.endpoint {
            Some(endpoint) => bucket.at(endpoint.clone()),
            None => bucket,
        };
        let any = FilePath::new("/x").map_err(InputError::Path)?;
        let address = bucket.stat(&any).request(&super::photo::any_stamp())?;
        let address = address.uri().to_string();
        let api = address
            .split_once('?')
            .map_or(&*address, |(front, _)| front);
        Ok(Cos {
            signer,
            api: api.strip_suffix("/x").unwrap_or(api).to_owned(),
            bucket,
            ambiguous: format!("/{}/", account.app),
        })
    }

    /// What a download is bound to is the bare path, and what a call is bound to has account and bucket
    /// in front (dossier, section 4.3): whether the one could be read as the other.
    pub(super) fn is_ambiguous(&self, path: &str) -> bool {
        path.starts_with(&self.ambiguous)
    }

    pub(super) fn sign(&self, granted: &Granted<'_>, stamp: &Stamp) -> Result<Answer, SignError> {
        let Target::Path(path) = &granted.target else {
            return Err(SignError::NoSuchRule);
        };
        if self.is_ambiguous(path.as_str()) {
            return Err(SignError::Ambiguous);
        }
        let prefix = PathPrefix::new(path.as_str())?;
        let grant = match granted.operation {
            Operation::Download => return self.download(path, prefix, granted.lifetime, stamp),
            Operation::Update | Operation::Delete => once(path)?,
            _ => Grant::multi_use(prefix.clone(), Expiry::after_seconds(granted.lifetime)),
        };
        let token = self.signer.sign(&grant, stamp)?;
        let url = format!("{}{}", self.api, prefix.encoded());
        Ok(call(granted, token, url, stamp))
    }

    fn download(
        &self,
        path: &SafePath,
        prefix: PathPrefix,
        lifetime: u64,
        stamp: &Stamp,
    ) -> Result<Answer, SignError> {
        let until = Expiry::after_seconds(lifetime);
        let token = self
            .signer
            .sign(&Grant::download(prefix.clone(), until), stamp)?;
        if path.is_folder() {
            // The root has an address of its own.
            let root = self.bucket.public_url(&FilePath::new("/x")?);
            let root = root.strip_suffix("/x").unwrap_or(&root);
            let url = format!("{root}{}", prefix.encoded());
            let mut answer = Answer::new(token.clone(), "GET", url, stamp.now, lifetime);
            answer.fields.push(("sign", token));
            return Ok(answer);
        }
        let url = self.bucket.public_url(&FilePath::new(path.as_str())?);
        let url = with_signature(url, token.expose());
        Ok(Answer::new(token, "GET", url, stamp.now, lifetime))
    }
}

/// The request that the signature is for, but a download.
fn call(granted: &Granted<'_>, token: Token, url: String, stamp: &Stamp) -> Answer {
    let (method, query) = match granted.operation {
        Operation::Stat => ("GET", "?op=stat"),
        Operation::List => ("GET", "?op=list"),
        _ => ("POST", ""),
    };
    let mut answer = Answer::new(
        token.clone(),
        method,
        url + query,
        stamp.now,
        granted.lifetime,
    );
    answer.single_use = matches!(granted.operation, Operation::Update | Operation::Delete);
    answer.headers.push(("Authorization", token));
    if method == "GET" {
        return answer;
    }
    answer
        .fields
        .push(("op", Token::new(granted.operation.as_str())));
    if granted.operation == Operation::Upload {
        // What is there already is not replaced (dossier, section 6.1).
        answer.fields.push(("insertOnly", Token::new("1")));
        answer.file_field = Some("filecontent");
    } else {
        answer
            .headers
            .push(("Content-Type", Token::new("application/json")));
    }
    answer
}

/// For this one file or folder.
fn once(path: &SafePath) -> Result<Grant, SignError> {
    Ok(match path.is_folder() {
        true => Grant::single_use_folder(&FolderPath::new(path.as_str())?),
        false => Grant::single_use(&FilePath::new(path.as_str())?),
    })
}
