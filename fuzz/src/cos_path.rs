//! Paths of COS v4: the bytes are the text of one.

use http::Uri;
use yunmei_core::cos::{Destination, FilePath, FolderPath, PathPrefix};

use crate::{sample, wire};

/// What is accepted stays in the bucket, and is the same path on the wire.
pub fn check(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else {
        return;
    };
    // Texts are given without a slash in front, so that a mutation cannot lose it.
    let path = format!("/{text}");
    for candidate in [text, &path] {
        files_and_folders(candidate);
    }
    if Destination::beside(text).is_ok() {
        assert!(FilePath::new(&path).is_ok(), "{text:?}");
    }
    for (parent, child) in [("/photos/", text), ("/", text)] {
        let parent = FolderPath::new(parent).expect("a folder");
        if let Ok(file) = parent.file(child) {
            assert!(file.as_str().starts_with(parent.as_str()));
            accepted(file.as_str(), file.encoded());
        }
    }
}

fn files_and_folders(text: &str) {
    let file = FilePath::with_any_characters(text);
    let folder = FolderPath::with_any_characters(text);
    assert!(file.is_err() || folder.is_err(), "{text:?} is both");
    if let Ok(file) = &file {
        accepted(text, file.encoded());
        assert!(text.ends_with(file.name()) && !file.name().is_empty());
        assert_eq!(format!("{}{}", file.folder(), file.name()), text);
    }
    if let Ok(folder) = &folder {
        accepted(text, folder.encoded());
    }
    let strict_file = FilePath::new(text);
    let strict_folder = FolderPath::new(text);
    let prefix = PathPrefix::new(text);
    if let Ok(prefix) = &prefix {
        accepted(text, prefix.encoded());
    }
    // What is strictly a path is one without the check, too, and may be the beginning of others.
    if let Ok(strict) = strict_file {
        harmless(text);
        assert_eq!(file.as_ref(), Ok(&strict));
        assert_eq!(prefix.as_ref(), Ok(&PathPrefix::from(&strict)));
    }
    if let Ok(strict) = strict_folder {
        harmless(text);
        assert_eq!(folder.as_ref(), Ok(&strict));
        assert_eq!(prefix.as_ref(), Ok(&PathPrefix::from(&strict)));
    }
}

/// What the vendor's clients refuse.
fn harmless(text: &str) {
    let refused = |c: char| c.is_control() || r#"?*:|\<>""#.contains(c);
    assert!(!text.contains(refused), "{text:?}");
}

/// Section 5, and section 4.2 for the encoded form.
fn accepted(text: &str, encoded: &str) {
    let key = text.strip_prefix('/').expect("a leading slash");
    assert!(key.len() <= 850);
    if !key.is_empty() {
        for segment in key.strip_suffix('/').unwrap_or(key).split('/') {
            assert!(!matches!(segment, "." | ".."), "{text:?}");
            assert!(!segment.trim().is_empty(), "{text:?}");
        }
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~/%".contains(&byte);
    assert!(encoded.bytes().all(plain), "{encoded}");
    assert_eq!(wire::decode(encoded), text.as_bytes());
    let address = format!("https://gz.file.myqcloud.com{}{encoded}", sample::PREFIX);
    let uri: Uri = address.parse().expect("an address");
    assert_eq!(uri.path().strip_prefix(sample::PREFIX), Some(encoded));
    assert_eq!(uri.query(), None);
}
