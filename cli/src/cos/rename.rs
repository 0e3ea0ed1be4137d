use yunmei_core::{
    cos::{BucketName, FilePath, FolderPath},
    error::PathError,
};

use super::{CosLocation, location::Object};
use crate::{exit::Advice, output::shown};

/// The path of a file that is refused, under a name that is not.
pub(super) fn file(bucket: Option<&BucketName>, path: &str) -> Option<Advice> {
    let object = FilePath::new(&plain(path)).map(Object::File);
    advice("copy it under another name", bucket, object.ok()?)
}

/// The path of a folder that is refused, under a name that is not.
pub(super) fn folder(bucket: Option<&BucketName>, path: &str) -> Option<Advice> {
    let object = FolderPath::new(&plain(path)).map(Object::Folder);
    advice("copy into a folder of another name", bucket, object.ok()?)
}

fn advice(text: &'static str, bucket: Option<&BucketName>, object: Object) -> Option<Advice> {
    let bucket = bucket.cloned();
    let place = CosLocation { bucket, object };
    Some(Advice::with_command(text, shown(&place.to_string())))
}

/// The same without the characters that are refused.
fn plain(path: &str) -> String {
    let is_refused = |character: char| {
        let path = FilePath::new(&format!("/a{character}"));
        let refusal = matches!(path, Err(PathError::Forbidden(_) | PathError::Control(_)));
        refusal || character == char::REPLACEMENT_CHARACTER
    };
    path.chars()
        .map(|character| {
            if is_refused(character) {
                '_'
            } else {
                character
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_refused_for_its_characters_is_proposed_without_them() {
        let proposed = |path: &str| file(None, path).map(|advice| advice.to_string());
        for (path, other) in [
            ("/a/12:30*.log", "cos:///a/12_30_.log"),
            ("/图\u{7}\u{fffd}", "cos:///图__"),
        ] {
            let told = format!("copy it under another name: {other}");
            assert_eq!(proposed(path), Some(told));
        }
        assert_eq!(proposed("/a/../b"), None);
        let told = folder(None, "/a:b/").map(|advice| advice.to_string());
        assert!(told.is_some_and(|told| told.ends_with(": cos:///a_b/")));
    }
}
