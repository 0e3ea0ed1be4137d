use percent_encoding::percent_decode_str;
use proptest::prelude::*;
use yunmei_core::cos::{Destination, FilePath, FolderPath, PathPrefix};

use crate::{file_paths, tries};

/// Texts that come close to being paths.
fn near_paths() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("/".to_owned()),
        Just(".".to_owned()),
        Just(" ".to_owned()),
        "[a-z%?*:|\\\\<>\"]{0,3}",
        any::<String>(),
    ];
    proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

/// No segment that a library between us and the service would resolve, and none it would drop.
fn stays_where_it_is(path: &str) -> bool {
    let key = path.strip_prefix('/').expect("a leading slash");
    let key = key.strip_suffix('/').unwrap_or(key);
    let climbs = |segment: &str| [".", ".."].contains(&segment) || segment.trim().is_empty();
    key.is_empty() || !key.split('/').any(climbs)
}

proptest! {
    #![proptest_config(tries(320))]

    #[test]
    fn no_text_makes_a_path_that_climbs(text in near_paths()) {
        if let Ok(path) = FilePath::new(&text) {
            prop_assert!(stays_where_it_is(&text) && !text.ends_with('/'));
            prop_assert!(!text.contains(['?', '*', ':', '|', '\\', '<', '>', '"']));
            prop_assert!(!text.contains(char::is_control));
            prop_assert_eq!(path.as_str(), &text);
            prop_assert_eq!(format!("{}{}", path.folder(), path.name()), text.as_str());
            prop_assert!(path.folder().file(path.name()) == Ok(path));
        }
        if let Ok(path) = FilePath::with_any_characters(&text) {
            prop_assert!(stays_where_it_is(path.as_str()));
        }
        if let Ok(path) = FolderPath::with_any_characters(&text) {
            prop_assert!(stays_where_it_is(path.as_str()) && text.ends_with('/'));
        }
        if let Ok(path) = PathPrefix::with_any_characters(&text) {
            prop_assert!(stays_where_it_is(path.as_str()));
        }
        if Destination::beside(&text).is_ok() {
            let path = format!("/{text}");
            prop_assert!(stays_where_it_is(&path));
        }
    }

    #[test]
    fn decoding_undoes_percent_encoding(path in file_paths()) {
        let encoded = path.encoded();
        let decoded = percent_decode_str(encoded).decode_utf8().expect("text");
        prop_assert_eq!(decoded, path.as_str());
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~/%".contains(&byte);
        prop_assert!(encoded.bytes().all(plain), "{}", encoded);
        let mut escapes = encoded.split('%').skip(1).map(|escape| &escape[..2]);
        prop_assert!(escapes.all(|digits| digits == digits.to_ascii_uppercase()));
    }
}
