use std::path::Path;

use yunmei_core::{
    error::{Language, ServiceError, ServiceErrorKind},
    wanxiang::FileId,
};

use crate::{exit::Advice, output::quoted};

const CONSOLE: &str = "styles are made in the service's console, and their separator is set there";

const WHICH_PICTURE: &str = "check the id, and generation in the table wanxiang of the \
                             configuration: the addresses of v2 and v2-enhanced differ, and \
                             pictures of V1 need --v1";

const TAKEN: &str = "choose another id, or delete what has this one";

/// Where something in a style is not found.
pub(super) const STYLE: &str =
    "the style may not exist, or the bucket may have another --separator";

/// What to do where a folder is to be uploaded.
pub(super) fn on_folder(folder: &Path) -> Advice {
    let folder = quoted(folder.to_string_lossy().trim_end_matches('/'));
    Advice::with_command(
        "to upload the files in it",
        format!("yunmei image upload {folder}/*"),
    )
}

/// What to do where a picture has this id already; `v1` if it is one of photos V1.
pub(super) fn on_taken_id(file_id: &FileId, v1: bool) -> Advice {
    let option = if v1 { " --v1" } else { "" };
    let file_id = quoted(file_id.as_str());
    Advice::with_command(TAKEN, format!("yunmei image rm{option} {file_id}"))
}

/// What to do about a refusal, where a style was asked for: what is not found may be the style, and
/// what is taken for the id the two together.
pub(super) fn on_style(refusal: &ServiceError) -> Option<Advice> {
    let is_unexplained = refusal.meaning(Language::English).is_none();
    match refusal.code() {
        -105 | -109 => Some(format!("{STYLE}; {CONSOLE}").into()),
        -6101 | -46628 => Some(format!("{STYLE}; otherwise {WHICH_PICTURE}").into()),
        _ if is_unexplained && refusal.kind() == ServiceErrorKind::NotFound => Some(STYLE.into()),
        _ => None,
    }
}

/// What to do about a refusal of Wanxiang.
pub(crate) fn on(refusal: &ServiceError) -> Option<&'static str> {
    Some(match (refusal.kind(), refusal.code()) {
        (_, -133) => "check bucket in the table wanxiang of the configuration",
        (_, -177) => TAKEN,
        (_, -105 | -109) => CONSOLE,
        (_, -154) => "originals are protected: --style NAME downloads a style",
        // Of the download host.
        (_, -46628 | -6101 | -106) => WHICH_PICTURE,
        (ServiceErrorKind::NotFound, -197) => {
            "check the id; pictures of V1 need --v1, and pictures of V1 and videos are those of \
             one user"
        }
        (_, -441 | -442 | -443 | -447) => {
            "check what --process asks for, and whether the original is a whole picture: without \
             --process it comes as it is"
        }
        (_, -124 | -29033 | -29034) => {
            "--range counts from 0, and begins within the picture: yunmei image stat tells its size"
        }
        // Of detection; a page about its sisters (section 11).
        (_, 20 | 23) => "send it smaller: the vendor names 1 MB as the most for a picture",
        (_, -1308 | -1403 | -1507) => "the service must be able to reach the address",
        (ServiceErrorKind::Signature, -46618) => {
            "check secret_id and secret_key in the table wanxiang of the configuration, and with \
             --style its --separator"
        }
        (ServiceErrorKind::Signature, _) => {
            "check appid, secret_id, secret_key and bucket in the table wanxiang of the \
             configuration, and this machine's clock"
        }
        (ServiceErrorKind::Throttled | ServiceErrorKind::Unavailable, _) => "try again later",
        _ => return None,
    })
}
