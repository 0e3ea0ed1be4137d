//! The leave to upload (sections 7.5 and 16.3).

use serde_json::{Value, json};

use super::Vod;
use crate::vcloud::{
    answer::{Refusal, request_id},
    asked::Asked,
    upload_host::{Order, Session},
};

/// The most objects of one apply.
const COUNT: i64 = 10;
/// The longest name of an object, in bytes.
const NAME_LIMIT: usize = 512;

impl Vod {
    /// ```text
    /// GET /?Action=ApplyUpload&Version=2018-01-01&SpaceName=…[&FileType=video][&UploadNum=1]
    ///     [&FileSize=…][&TosKeys=…][&SessionKey=…][&UploadHosts=1]
    /// ```
    pub(super) fn apply(&self, asked: &Asked) -> Result<Value, Refusal> {
        self.space(asked.needed("SpaceName")?)?;
        let file_type = match asked.text("FileType") {
            "" => "video",
            known @ ("video" | "image" | "object") => known,
            _ => return Err(Refusal::invalid("FileType", "video, image or object")),
        };
        check_size(asked)?;
        let count = asked.number("UploadNum")?.unwrap_or(1);
        if !(1..=COUNT).contains(&count) {
            return Err(Refusal::invalid("UploadNum", format_args!("1 to {COUNT}")));
        }
        let wanted = asked.text("TosKeys").split(',');
        let wanted = wanted.map(str::trim).filter(|name| !name.is_empty());
        let mut names: Vec<Option<String>> = Vec::new();
        for name in wanted {
            names.push(Some(checked_name("TosKeys", name)?));
        }
        if names.len() as i64 > count {
            return Err(Refusal::invalid("TosKeys", "more names than objects"));
        }
        // Between 1 and ten, so it fits.
        names.resize(count as usize, None);
        let session = self.grant(asked, file_type, names, String::new())?;
        Ok(json!({
            "RequestId": request_id(asked.now),
            "UploadAddress": address(asked, &session, json!({}), true),
        }))
    }

    /// ```text
    /// GET /?Action=ApplyUploadInfo&Version=2022-01-01&SpaceName=…[&FileType=media][&FileSize=…]
    ///     [&FileName=…][&FileExtension=.mp4][&SessionKey=…][…]
    /// ```
    pub(super) fn apply_successor(&self, asked: &Asked) -> Result<Value, Refusal> {
        self.space(asked.needed("SpaceName")?)?;
        let file_type = match asked.text("FileType") {
            "" | "media" | "video" => "media",
            known @ ("image" | "object") => known,
            _ => return Err(Refusal::invalid("FileType", "media, image or object")),
        };
        check_size(asked)?;
        let name = match asked.text("FileName") {
            "" => None,
            name => Some(checked_name("FileName", name)?),
        };
        let extension = match asked.text("FileExtension") {
            "" => String::new(),
            text => checked_extension(text)?,
        };
        let session = self.grant(asked, file_type, vec![name], extension)?;
        let address = address(asked, &session, json!([]), false);
        Ok(json!({"Data": {
            "UploadAddress": &address,
            "CandidateUploadAddresses": {
                "MainUploadAddresses": [&address],
                "BackupUploadAddresses": [],
                "FallbackUploadAddresses": [],
            },
        }}))
    }

    fn grant(
        &self,
        asked: &Asked,
        file_type: &str,
        names: Vec<Option<String>>,
        extension: String,
    ) -> Result<std::sync::Arc<Session>, Refusal> {
        // A hint to choose other hosts, of which there are none; but it has to be one.
        if !asked.text("SessionKey").is_empty() {
            self.uploads
                .session(asked.text("SessionKey"), &self.owner())?;
        }
        let order = Order {
            owner: self.owner(),
            letter: match file_type {
                "image" => 'p',
                "object" => 'o',
                _ => 'v',
            },
            names,
            extension,
            file_type: file_type.to_owned(),
        };
        self.uploads.apply(order, asked.now)
    }
}

/// What a client is told of a session.
fn address(asked: &Asked, session: &Session, header: Value, is_old: bool) -> Value {
    let stores = session.tickets.iter();
    let stores: Vec<Value> = stores
        .map(|ticket| json!({"StoreUri": ticket.uri, "Auth": ticket.auth}))
        .collect();
    let mut address = json!({
        "StoreInfos": stores,
        "UploadHosts": [&asked.authority],
        "UploadHeader": header,
        "SessionKey": session.key,
    });
    if is_old {
        address["AdvanceOption"] = json!({"Parallel": 3, "Stream": 2, "SliceSize": 524_288});
    }
    address
}

/// The successor's clients keep sizes as numbers with a point, and write `300000.0`.
fn check_size(asked: &Asked) -> Result<(), Refusal> {
    let size = match asked.text("FileSize") {
        "" => Some(0.0),
        text => text.parse::<f64>().ok(),
    };
    match size.is_some_and(|size| size.is_finite() && size >= 0.0 && size.fract() == 0.0) {
        true => Ok(()),
        false => Err(Refusal::invalid("FileSize", "this is no whole number")),
    }
}

/// The name that an object is to have.
fn checked_name(parameter: &str, name: &str) -> Result<String, Refusal> {
    let segments = || name.split('/');
    let is_plain = !segments().any(|segment| ["", ".", ".."].contains(&segment));
    match is_plain && name.len() <= NAME_LIMIT && !name.chars().any(char::is_control) {
        true => Ok(name.to_owned()),
        false => Err(Refusal::invalid(parameter, "this is no name of an object")),
    }
}

/// What a name is to end with: a dot and a few letters and digits.
pub(super) fn checked_extension(text: &str) -> Result<String, Refusal> {
    let bare = text.strip_prefix('.').unwrap_or(text);
    let plain = bare.bytes().all(|byte| byte.is_ascii_alphanumeric());
    match plain && (1..=16).contains(&bare.len()) {
        true => Ok(format!(".{bare}")),
        false => Err(Refusal::invalid("FileExtension", "a dot and letters")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_objects_lead_nowhere_else() {
        for bad in ["", "/a", "a/", "a//b", "..", "a/../b", "a\nb"] {
            assert!(checked_name("FileName", bad).is_err(), "{bad:?}");
        }
        assert!(checked_name("FileName", "影/片 1~2.mp4").is_ok());
        assert_eq!(checked_extension("mp4").ok().as_deref(), Some(".mp4"));
        for bad in ["", ".", "..mp4", "a/b", ".mp4\n"] {
            assert!(checked_extension(bad).is_err(), "{bad:?}");
        }
    }
}
