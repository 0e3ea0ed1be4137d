use super::*;

const FILE: Option<&str> = Some(r#"{"ak":"ak-from-file","sk":"sk-from-file","more":1}"#);

/// Access key and secret key, with their sources.
fn chosen(found: Found<'_>) -> Result<(String, Source, String, Source), InputError> {
    let chosen = found.choose()?;
    let credentials = &chosen.credentials;
    Ok((
        credentials.access_key().to_owned(),
        chosen.access_key_from,
        credentials.secret_key().expose().to_owned(),
        chosen.secret_key_from,
    ))
}

fn of(ak: &str, first: Source, sk: &str, second: Source) -> (String, Source, String, Source) {
    (ak.into(), first, sk.into(), second)
}

#[test]
fn the_environment_counts_before_the_file_and_only_if_it_is_complete() {
    let with = |variables| {
        chosen(Found {
            variables,
            json_file: FILE,
            ..Found::default()
        })
    };
    let environment = Source::Environment;
    let from_file = of(
        "ak-from-file",
        Source::JsonFile,
        "sk-from-file",
        Source::JsonFile,
    );
    assert_eq!(
        with([Some("ak-env"), Some("sk-env")]),
        Ok(of("ak-env", environment, "sk-env", environment))
    );
    for variables in [
        [None, None],
        [Some("ak-env"), None],
        [None, Some("sk-env")],
        [Some("ak-env"), Some("")],
    ] {
        assert_eq!(with(variables).as_ref(), Ok(&from_file), "{variables:?}");
    }
}

#[test]
fn each_explicit_half_counts_for_itself() {
    let found = Found {
        access_key: Some("ak-set"),
        json_file: FILE,
        ..Found::default()
    };
    assert_eq!(
        chosen(found),
        Ok(of(
            "ak-set",
            Source::Explicit,
            "sk-from-file",
            Source::JsonFile
        ))
    );
    let found = Found {
        secret_key: Some("sk-set"),
        variables: [Some("ak-env"), Some("sk-env")],
        ..Found::default()
    };
    assert_eq!(
        chosen(found),
        Ok(of(
            "ak-env",
            Source::Environment,
            "sk-set",
            Source::Explicit
        ))
    );
}

#[test]
fn a_half_that_is_nowhere_or_empty_fails_early() {
    let missing = |half| Err(InputError::NoCredentials { half });
    assert_eq!(chosen(Found::default()), missing("access key"));
    for file in [
        r#"{"ak":"a"}"#,
        r#"{"ak":"a","sk":""}"#,
        r#"{"ak":"a","sk":null}"#,
    ] {
        let found = Found {
            json_file: Some(file),
            ..Found::default()
        };
        assert_eq!(chosen(found), missing("secret key"), "{file}");
    }
    let found = Found {
        access_key: Some(""),
        json_file: FILE,
        ..Found::default()
    };
    assert_eq!(chosen(found), Err(InputError::AccessKey));
}

#[test]
fn a_file_that_cannot_be_read_matters_only_if_it_is_needed() {
    for file in ["", "no JSON", "[]", r#"{"ak":1}"#] {
        let mut found = Found {
            json_file: Some(file),
            ..Found::default()
        };
        assert_eq!(chosen(found), Err(InputError::CredentialsFile), "{file}");
        found.variables = [Some("ak"), Some("sk")];
        assert!(chosen(found).is_ok());
        found.variables = [None, None];
        (found.access_key, found.secret_key) = (Some("ak"), Some("sk"));
        assert!(chosen(found).is_ok());
    }
}

#[test]
fn the_successors_ini_file_hides_its_json_file() {
    let ini = "# a comment\n[other]\naccess_key_id = no\n\n[default]\r\n\
               Access_Key_Id = ak-ini\n; more\nsecret_access_key: sk=ini==\nregion = x\n";
    let found = Found {
        ini_file: Some(ini),
        json_file: FILE,
        ..Found::default()
    };
    assert_eq!(
        chosen(found),
        Ok(of("ak-ini", Source::IniFile, "sk=ini==", Source::IniFile))
    );
    let missing = Err(InputError::NoCredentials { half: "access key" });
    for (ini, expected) in [
        ("[default]", missing.clone()),
        ("access_key_id=a\nsecret_access_key=b", missing),
        ("[default\n", Err(InputError::CredentialsFile)),
        ("no pair", Err(InputError::CredentialsFile)),
    ] {
        let found = Found {
            ini_file: Some(ini),
            json_file: FILE,
            ..Found::default()
        };
        assert_eq!(chosen(found), expected, "{ini:?}");
    }
}

#[test]
fn an_explicit_session_token_goes_with_the_keys() {
    let found = Found {
        session_token: Some("STS2eyJ9"),
        json_file: FILE,
        ..Found::default()
    };
    let chosen = found.choose().expect("credentials");
    assert!(chosen.credentials.session_token().is_some());
    assert!(!format!("{found:?} {chosen:?}").contains("sk-from-file"));
}

#[test]
fn a_lone_variable_is_reported_unless_both_halves_were_set() {
    let ignored = |variables| {
        let found = Found {
            variables,
            json_file: FILE,
            ..Found::default()
        };
        found.choose().expect("credentials").ignored_variable
    };
    assert_eq!(ignored([Some("ak"), None]), Some(Half::AccessKey));
    assert_eq!(ignored([Some(""), Some("sk")]), Some(Half::SecretKey));
    assert_eq!(ignored([Some("ak"), Some("sk")]), None);
    assert_eq!(ignored([Some(""), None]), None);
    let explicit = Found {
        access_key: Some("ak"),
        secret_key: Some("sk"),
        variables: [None, Some("other")],
        ..Found::default()
    };
    assert_eq!(explicit.ignored_variable(), None);
    let places = Dialect::TtvCloud.credential_places();
    assert_eq!(places.variable(Half::SecretKey), "VCLOUD_SECRETKEY");
}

#[test]
fn a_file_is_needed_only_while_a_half_is_missing() {
    let mut found = Found {
        access_key: Some("ak"),
        variables: [None, Some("sk")],
        ..Found::default()
    };
    assert!(found.needs_file());
    found.variables[0] = Some("ak");
    assert!(!found.needs_file());
    found.variables = [None, None];
    found.secret_key = Some("sk");
    assert!(!found.needs_file());
}

#[test]
fn the_mark_that_some_editors_write_first_does_not_matter() {
    let json = format!("\u{feff}{}", FILE.expect("a file"));
    let found = Found {
        json_file: Some(&json),
        ..Found::default()
    };
    assert!(found.choose().is_ok());
    let found = Found {
        ini_file: Some("\u{feff}[default]\naccess_key_id=a\nsecret_access_key=b"),
        ..Found::default()
    };
    assert!(found.choose().is_ok());
}
