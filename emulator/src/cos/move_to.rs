//! Moves within the bucket (section 6.5).

use serde_json::Value;

use super::{
    Cos,
    answer::Refusal,
    arguments::Arguments,
    store::{File, Held},
    target,
    upload::{exists, refuse_folder},
};
use crate::config::CosAccount;

/// ```text
/// POST {path}?op=move&dest_fileid=…&to_over_write=0
/// ```
pub(super) fn answer(cos: &Cos, path: &str, arguments: &Arguments) -> Result<Value, Refusal> {
    let destination = Destination::read(&cos.account, path, arguments)?;
    let mut contents = cos.store.contents();
    let file = destination.take(&contents, path)?;
    // Onto itself there is nothing to do.
    if destination.path != path {
        contents.put_file(&destination.path, file)?;
        contents.remove_file(path)?;
    }
    Ok(Value::Null)
}

/// Where a file goes to.
pub(super) struct Destination {
    pub(super) path: String,
    overwrite: bool,
}

impl Destination {
    /// Reads `dest_fileid`: from the root of the bucket with a leading slash, else beside the
    /// source; and `to_over_write`.
    pub(super) fn read(
        account: &CosAccount,
        source: &str,
        arguments: &Arguments,
    ) -> Result<Destination, Refusal> {
        let name = arguments.text("dest_fileid").unwrap_or_default();
        if name.is_empty() {
            return Err(Refusal::new(-5992, "no dest_fileid"));
        }
        // It never has account and bucket in front; a client that writes them means another bucket.
        if name.starts_with(&format!("/{}/", account.app())) {
            return Err(Refusal::new(
                -5973,
                "dest_fileid begins with the account: it is a path within the bucket",
            ));
        }
        let folder = &source[..source.rfind('/').map_or(0, |slash| slash + 1)];
        let path = match name.starts_with('/') {
            true => name.into_owned(),
            false => format!("{folder}{name}"),
        };
        target::checked(path.as_bytes())?;
        if path.ends_with('/') {
            return Err(Refusal::new(-5964, "dest_fileid is a folder"));
        }
        Ok(Destination {
            path,
            overwrite: arguments.switch("to_over_write", false)?,
        })
    }

    /// The file at `source`, if it may go here.
    pub(super) fn take(&self, contents: &Held<'_>, source: &str) -> Result<File, Refusal> {
        let file = contents
            .file(source)
            .ok_or_else(|| Refusal::missing(source))?;
        refuse_folder(contents, &self.path)?;
        match contents.file(&self.path) {
            Some(_) if !self.overwrite => Err(exists(&self.path)),
            _ => Ok(File::clone(file)),
        }
    }
}
