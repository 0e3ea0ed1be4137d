use std::fs;

use tempfile::TempDir;
use yunmei_core::{error::InputError, vcloud::chain::Source};

use super::*;

const JSON: &str = r#"{"ak":"ak-json","sk":"sk-json"}"#;
const INI: &str = "[default]\naccess_key_id = ak-ini\nsecret_access_key = sk-ini\n";

/// A home folder with one file in it.
fn home(name: &str, text: &str) -> TempDir {
    let home = tempfile::tempdir().expect("a folder");
    add(&home, name, text);
    home
}

fn add(home: &TempDir, name: &str, text: &str) {
    let path = home.path().join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    fs::write(path, text).expect("written");
}

fn at(home: &TempDir) -> Surroundings {
    Surroundings::new(Some(home.path().to_owned()))
}

fn find(
    dialect: Dialect,
    surroundings: &Surroundings,
) -> Result<FoundCredentials, CredentialsError> {
    vcloud_credentials(dialect, &ExplicitKeys::default(), surroundings)
}

fn access_key(found: &FoundCredentials) -> &str {
    found.chosen.credentials.access_key()
}

#[test]
fn the_file_in_the_home_folder_is_read_and_named() {
    let home = home(".vcloud/config", JSON);
    let found = find(Dialect::TtvCloud, &at(&home)).expect("credentials");
    assert_eq!(access_key(&found), "ak-json");
    assert_eq!(found.chosen.secret_key_from, Source::JsonFile);
    assert_eq!(found.file, Some(home.path().join(".vcloud/config")));
}

#[test]
fn the_successors_ini_file_comes_before_its_json_file() {
    let home = home(".volc/config", JSON);
    let of =
        |surroundings: &Surroundings| find(Dialect::Volcengine, surroundings).expect("credentials");
    assert_eq!(access_key(&of(&at(&home))), "ak-json");
    add(&home, ".volc/credentials", INI);
    let found = of(&at(&home));
    assert_eq!(access_key(&found), "ak-ini");
    assert_eq!(found.file, Some(home.path().join(".volc/credentials")));
    assert!(find(Dialect::TtvCloud, &at(&home)).is_err());
}

#[test]
fn a_broken_file_does_not_matter_where_the_environment_is_complete() {
    let home = home(".vcloud/config", "no JSON");
    let complete = at(&home)
        .with_variable("VCLOUD_ACCESSKEY", "ak-env")
        .with_variable("VCLOUD_SECRETKEY", "sk-env");
    let found = find(Dialect::TtvCloud, &complete).expect("credentials");
    assert_eq!(access_key(&found), "ak-env");
    assert_eq!(found.file, None);
    let error = find(Dialect::TtvCloud, &at(&home)).expect_err("a broken file");
    assert!(error.to_string().contains(".vcloud/config"), "{error}");
}

#[test]
fn a_lone_variable_is_ignored_and_reported() {
    let home = home(".vcloud/config", JSON);
    let lone = at(&home).with_variable("VCLOUD_SECRETKEY", "sk-env");
    let found = find(Dialect::TtvCloud, &lone).expect("credentials");
    assert_eq!(found.chosen.secret_key_from, Source::JsonFile);
    assert_eq!(found.ignored_variable, Some("VCLOUD_SECRETKEY"));
    let told = found.warnings().join("\n");
    assert!(told.contains("VCLOUD_SECRETKEY"), "{told}");
    let nowhere = Surroundings::new(None).with_variable("VCLOUD_SECRETKEY", "sk-env");
    let error = find(Dialect::TtvCloud, &nowhere).expect_err("no access key");
    assert!(error.to_string().contains("VCLOUD_SECRETKEY"), "{error}");
    assert!(!format!("{error}{error:?}{nowhere:?}").contains("sk-env"));
}

#[test]
fn without_a_home_folder_only_what_was_set_counts() {
    let nothing = Surroundings::default();
    let error = find(Dialect::TtvCloud, &nothing).expect_err("nothing");
    let expected = InputError::NoCredentials { half: "access key" };
    assert!(
        matches!(&error, CredentialsError::Unusable { error, .. } if *error == expected),
        "{error}"
    );
    let explicit = ExplicitKeys {
        access_key: Some("ak-set".into()),
        secret_key: Some(Secret::new("sk-set")),
        session_token: Some(Token::new("STS2eyJ9")),
    };
    let found = vcloud_credentials(Dialect::TtvCloud, &explicit, &nothing).expect("credentials");
    assert_eq!(found.chosen.access_key_from, Source::Explicit);
    assert!(found.chosen.credentials.session_token().is_some());
}

#[test]
fn what_is_no_ordinary_small_text_is_refused_and_a_missing_folder_is_not() {
    let refused = |home: &TempDir| {
        let error = find(Dialect::TtvCloud, &at(home)).expect_err("no text");
        assert!(matches!(error, CredentialsError::File { .. }), "{error}");
    };
    refused(&home(".vcloud/config/inner", "a folder"));
    refused(&home(".vcloud/config", &"x".repeat(100_000)));
    let home = home(".vcloud", "a file where the folder would be");
    let error = find(Dialect::TtvCloud, &at(&home)).expect_err("no file");
    assert!(
        matches!(error, CredentialsError::Unusable { .. }),
        "{error}"
    );
}

#[cfg(unix)]
#[test]
fn a_file_that_others_can_read_is_reported() {
    use std::os::unix::fs::PermissionsExt;
    let home = home(".vcloud/config", JSON);
    let with_mode = |mode| {
        let path = home.path().join(".vcloud/config");
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("rights");
        find(Dialect::TtvCloud, &at(&home)).expect("credentials")
    };
    assert!(with_mode(0o600).warnings().is_empty());
    for mode in [0o640, 0o604, 0o644] {
        let found = with_mode(mode);
        assert!(found.readable_by_others);
        let told = found.warnings().join("\n");
        assert!(told.contains("chmod 600"), "{told}");
        assert!(!told.contains("sk-json"));
    }
}

#[test]
fn two_accounts_can_be_found_side_by_side() {
    let (first, second) = (home(".vcloud/config", JSON), home(".volc/credentials", INI));
    let first = find(Dialect::TtvCloud, &at(&first)).expect("credentials");
    let second = find(Dialect::Volcengine, &at(&second)).expect("credentials");
    assert_eq!(
        (access_key(&first), access_key(&second)),
        ("ak-json", "ak-ini")
    );
}
