//! The table against itself, and against the dossier.

use super::*;

#[track_caller]
fn known(code: i64) -> (Option<u16>, RetryClass, ServiceErrorKind) {
    let entry = lookup(code).expect("documented");
    assert_eq!(entry.code, code);
    (entry.status, entry.retry, entry.kind)
}

#[test]
fn the_table_is_sorted_and_has_no_duplicates() {
    assert!(CODES.is_sorted_by(|a, b| a.code < b.code));
}

#[test]
fn every_entry_says_in_both_languages_what_it_means() {
    for entry in CODES.iter().chain(RANGES.iter().map(|(_, entry)| entry)) {
        let (code, english, chinese) = (entry.code, entry.english, entry.chinese);
        assert!(english.is_ascii(), "{code}: {english}");
        assert!(
            english.starts_with(|c: char| c.is_ascii_lowercase()),
            "{code}: {english}"
        );
        assert!(!english.ends_with('.'), "{code}: {english}");
        assert!(
            chinese
                .chars()
                .any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)),
            "{code}"
        );
        assert!(
            !chinese.contains([',', '(', ')', '。']),
            "{code}: {chinese}"
        );
    }
}

#[test]
fn symbols_are_identifiers_or_empty_and_belong_to_one_code() {
    let mut seen = std::collections::BTreeSet::new();
    for entry in CODES.iter().filter(|entry| !entry.symbol.is_empty()) {
        let symbol = entry.symbol;
        assert!(
            symbol.starts_with("ERR") || symbol.starts_with("Err"),
            "{symbol}"
        );
        assert!(
            symbol
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '_'),
            "{symbol}"
        );
        assert!(seen.insert(symbol), "{symbol} twice");
    }
}

#[test]
fn statuses_are_error_statuses_and_fit_the_kind() {
    for entry in CODES {
        let code = entry.code;
        assert!(
            entry
                .status
                .is_none_or(|status| (400..600).contains(&status)),
            "{code}"
        );
        match entry.kind {
            NotFound => assert_eq!(entry.status, Some(404), "{code}"),
            Exists => assert_eq!(entry.status, Some(409), "{code}"),
            Signature => assert!(matches!(entry.status, None | Some(403)), "{code}"),
            Invalid => assert!(matches!(entry.status, None | Some(400)), "{code}"),
            _ => {}
        }
    }
}

#[test]
fn facts_of_the_dossier() {
    assert_eq!(known(-197), (Some(404), Never, NotFound));
    assert_eq!(known(-46628), (Some(404), Never, NotFound));
    assert_eq!(known(-133), (Some(404), Never, NotFound));
    assert_eq!(known(-177), (Some(409), Never, Exists));
    assert_eq!(known(-178), (Some(409), Never, Exists));
    assert_eq!(known(-97), (Some(403), Never, Signature));
    assert_eq!(known(-77), (Some(403), Resign, Replayed));
    for expired in [-59, -96, -46619] {
        assert_eq!(known(expired), (Some(403), Resign, Signature));
    }
    let throttled = (
        Some(503),
        RetryClass::Throttled,
        ServiceErrorKind::Throttled,
    );
    assert_eq!(known(-71), throttled);
    for overloaded in [-300, -29214] {
        assert_eq!(
            known(overloaded),
            (Some(503), Backoff, ServiceErrorKind::Throttled)
        );
    }
    assert_eq!(known(-195), (Some(500), Backoff, Unavailable));
    assert_eq!(known(-20034), (Some(409), Backoff, Other));
    assert_eq!(known(-4016), (Some(409), Never, Mismatch));
    assert_eq!(known(-29138), (Some(400), Backoff, Mismatch));
    assert_eq!(known(-4018), (Some(409), State, Exists));
    assert_eq!(known(-4019), (Some(409), State, Unfinished));
    assert_eq!(known(-4020), (Some(409), State, Unfinished));
    assert_eq!(known(-29096), (Some(400), State, Unfinished));
    assert_eq!(known(-29144), (Some(400), State, Unfinished));
    assert_eq!(known(-46646), (Some(451), Never, Denied));
    assert_eq!(
        lookup(-177).map(|entry| entry.symbol),
        Some("ERROR_CMD_COS_FILE_EXIST")
    );
}

#[test]
fn only_the_codes_of_the_dossier_are_retried_with_a_new_signature() {
    let resign = CODES
        .iter()
        .filter(|entry| entry.retry == Resign)
        .map(|entry| entry.code);
    assert_eq!(resign.collect::<Vec<_>>(), [-46619, -96, -77, -59]);
    let throttled = CODES
        .iter()
        .filter(|entry| entry.retry == RetryClass::Throttled);
    assert_eq!(throttled.map(|entry| entry.code).collect::<Vec<_>>(), [-71]);
}

#[test]
fn unnamed_internal_codes_are_known_by_their_range() {
    for (first, last) in [
        (-29000, -29175),
        (-29991, -29993),
        (-46001, -46313),
        (-6991, -6999),
    ] {
        for code in [first, last] {
            let entry = lookup(code).expect("documented");
            assert_eq!(
                (entry.code, entry.retry, entry.kind),
                (first, Backoff, Unavailable)
            );
        }
        assert_eq!(lookup(first + 1), None);
        assert_eq!(lookup(last - 1), None);
    }
    assert_eq!(lookup(-29050).map(|entry| entry.retry), Some(Backoff));
    assert_eq!(lookup(-46201).map(|entry| entry.retry), Some(Backoff));
    assert_eq!(known(-46200), (Some(400), Never, Invalid));
}

#[test]
fn success_and_local_codes_of_sdks_are_no_errors_of_the_service() {
    for code in [0, 1, -1, -2, -3, -4, i64::MIN, i64::MAX] {
        assert_eq!(lookup(code), None);
    }
}
