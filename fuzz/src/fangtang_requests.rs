//! Requests of Fangtang: the bytes are a text that the caller or the service chose.

use std::time::Duration;

use yunmei_core::{
    Error, Operation, Secret, Timestamp,
    fangtang::{
        Partner, PhotoId, RepairType, Rgb, ThirdCode,
        token::{SignedToken, token, token_into},
    },
};

use crate::{
    sample::{
        self,
        fangtang::{REPAIRS, key, partner},
    },
    wire,
};

/// The text arrives unchanged, framed and with a token, or is refused; encode undoes decode.
pub fn check(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else {
        return;
    };
    decoding(text);
    keys(text);
    names(text);
    colours(text);
    file_names(text);
}

fn decoding(text: &str) {
    let Ok(token) = SignedToken::decode(text) else {
        return;
    };
    assert_eq!(token.encode().expose(), text);
    assert!(!format!("{token:?}").contains(&text[..32]));
    // Nobody knows this key, but whoever made the corpus.
    let made = yunmei_core::fangtang::token(&key(), token.time());
    assert_eq!(token.verify(&key()).is_ok(), made.expose() == text);
    let now = token.time();
    assert_eq!(token.allows(now, Duration::ZERO), Ok(()));
    if let Some(later) = now.checked_add(Duration::from_secs(301)) {
        assert!(token.allows(later, Duration::from_secs(300)).is_err());
        assert!(token.allows(later, Duration::from_secs(301)).is_ok());
    }
}

/// The text as a key, and its hash as a time.
fn keys(text: &str) {
    let key = Secret::new(text);
    let now = Timestamp::from_seconds(sample::hash(text.as_bytes()) >> (text.len() % 64));
    let made = token(&key, now);
    let mut appended = String::from("token=");
    token_into(&mut appended, &key, now);
    assert_eq!(appended.strip_prefix("token="), Some(made.expose()));
    let signed = SignedToken::decode(made.expose()).expect("what we make, we read");
    assert_eq!(signed.verify(&key), Ok(()));
    assert_eq!(signed.time(), now);
    let near = one_character_away(made.expose());
    let verified = SignedToken::decode(&near).and_then(|token| token.verify(&key));
    assert!(verified.is_err(), "{near}");
    let other = Secret::new(format!("{text}x"));
    assert!(signed.verify(&other).is_err());
}

/// The same text with another hex digit, or digit, somewhere.
fn one_character_away(text: &str) -> String {
    let hash = sample::hash(text.as_bytes()) as usize;
    let at = hash % text.len();
    let mut near = text.as_bytes().to_vec();
    near[at] = if near[at] == b'1' { b'2' } else { b'1' };
    String::from_utf8(near).expect("ASCII")
}

fn names(text: &str) {
    let stamp = sample::stamp(text.as_bytes());
    if let Ok(third_code) = ThirdCode::new(text) {
        let json = serde_json::to_string(&third_code).expect("a document");
        assert_eq!(serde_json::from_str(&json).ok(), Some(third_code.clone()));
        let partner = Partner::new(third_code, key()).expect("a key");
        let request = partner.quota().request(&stamp).expect("a request");
        wire::fangtang::check(&request, "company/nums", (text, &key()), &stamp);
        assert!(!format!("{partner:?}").contains(sample::fangtang::KEY) || text.contains("key"));
    }
    if let Ok(photo) = PhotoId::new(text) {
        let json = serde_json::to_string(&photo).expect("a document");
        assert_eq!(json, format!("\"{text}\""));
        let request = partner().result_address(&photo).request(&stamp);
        let request = request.expect("a request");
        let who = ("example", &key());
        let form = wire::fangtang::check(&request, "photo/download", who, &stamp);
        assert_eq!(wire::text(&form, "mdf"), Some(text.as_bytes()));
    }
}

fn colours(text: &str) {
    let rgb: Option<Rgb> = text.parse().ok();
    if let Some(rgb) = rgb {
        assert_eq!(rgb.to_string().parse(), Ok(rgb));
    }
    if let Ok(repair) = RepairType::parse(text, None) {
        assert_eq!(repair.as_str(), text);
    }
    if let Ok(repair) = serde_json::from_str::<RepairType>(text) {
        let json = serde_json::to_string(&repair).expect("a document");
        assert_eq!(serde_json::from_str(&json).ok(), Some(repair));
        let parsed = RepairType::parse(repair.as_str(), repair.rgb());
        assert_eq!(parsed, Ok(repair));
    }
}

/// Of the text as a path, the last part is sent.
fn file_names(text: &str) {
    let hash = sample::hash(text.as_bytes());
    let repair = REPAIRS[hash as usize % REPAIRS.len()];
    let size = hash % 0x100_0000;
    let stamp = sample::stamp(text.as_bytes());
    let request = match partner().upload(repair, text, size).request(&stamp) {
        Ok(request) => request,
        Err(Error::Input(_)) => return,
        Err(other) => panic!("{other}"),
    };
    let who = ("example", &key());
    let form = wire::fangtang::check(&request, "photo/upload", who, &stamp);
    let name = text.rsplit(['/', '\\']).next().unwrap_or_default();
    let file = form.iter().find(|field| field.name == "file");
    let file = file.expect("a picture");
    assert_eq!(file.file_name, Some(wire::quoted(name)));
    assert_eq!(file.value, wire::Value::Source(0..size));
    assert_eq!(
        wire::text(&form, "repair_type"),
        Some(repair.as_str().as_bytes())
    );
    let rgb = repair.rgb().map(|rgb| rgb.to_string());
    assert_eq!(wire::text(&form, "rgb"), rgb.as_deref().map(str::as_bytes));
}
