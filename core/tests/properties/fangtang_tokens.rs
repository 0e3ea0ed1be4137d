use proptest::prelude::*;
use serde_json::json;
use yunmei_core::{
    Secret, Timestamp,
    fangtang::{
        Job, RepairType, Rgb,
        token::{Refusal, SignedToken, token},
    },
};

use crate::{answers::values, tries};

fn keys() -> impl Strategy<Value = Secret> {
    "\\PC{1,80}".prop_map(Secret::new)
}

fn repairs() -> impl Strategy<Value = RepairType> {
    prop_oneof![
        Just(RepairType::SuperResolution),
        Just(RepairType::Restoration),
        Just(RepairType::Colouring),
        any::<(u8, u8, u8)>()
            .prop_map(|(red, green, blue)| { RepairType::Background(Rgb::new(red, green, blue)) }),
    ]
}

proptest! {
    #![proptest_config(tries(192))]

    #[test]
    fn a_token_is_taken_apart_and_its_maker_recognised(key in keys(), time in any::<u64>()) {
        let made = token(&key, Timestamp::from_seconds(time));
        let signed = SignedToken::decode(made.expose()).expect("well formed");
        let encoded = signed.encode();
        prop_assert_eq!(encoded.expose(), made.expose());
        prop_assert_eq!(signed.time().seconds(), time);
        prop_assert_eq!(signed.verify(&key), Ok(()));
        // Not a digit: `k1` at 2 and `k` at 12 have one digest.
        let other = Secret::new(format!("{}x", key.expose()));
        prop_assert_eq!(signed.verify(&other), Err(Refusal::Digest));
        prop_assert!(made.expose().len() <= 53);
    }

    #[test]
    fn nothing_one_character_away_from_a_token_is_one(
        key in keys(),
        time in any::<u64>(),
        place in any::<prop::sample::Index>(),
        character in prop_oneof!["[0-9a-f,]", "[A-F+ -]", "\\PC"],
    ) {
        let made = token(&key, Timestamp::from_seconds(time));
        let mut text = made.expose().to_owned();
        let at = place.index(text.len());
        if text[at..=at] == character {
            return Ok(());
        }
        text.replace_range(at..=at, &character);
        let verified = SignedToken::decode(&text).and_then(|signed| signed.verify(&key));
        prop_assert!(verified.is_err(), "{}", text);
        text.replace_range(at..at + character.len(), "");
        let verified = SignedToken::decode(&text).and_then(|signed| signed.verify(&key));
        prop_assert!(verified.is_err(), "{}", text);
    }

    #[test]
    fn no_text_makes_decoding_panic(text in ".*", digits in "[0-9]{0,30}") {
        let verified = |text: &str| {
            SignedToken::decode(text).is_ok_and(|signed| signed.verify(&Secret::new("key")).is_ok())
        };
        prop_assert!(!verified(&text));
        let zeros = format!("{},{digits}", "0".repeat(32));
        prop_assert!(!verified(&zeros));
    }

    #[test]
    fn a_job_survives_being_saved(
        third_code in "\\PC{1,40}",
        id in "[A-Za-z0-9_-]{1,128}",
        repair in repairs(),
        submitted in any::<u64>(),
        picture_url in any::<String>(),
    ) {
        let saved = json!({
            "version": 1,
            "third_code": third_code,
            "id": id,
            "repair": repair,
            "submitted": submitted,
            "picture_url": picture_url,
        });
        let job: Job = serde_json::from_value(saved.clone()).expect("a job");
        prop_assert_eq!(job.third_code.as_str(), third_code);
        prop_assert_eq!((job.id.as_str(), job.repair), (id.as_str(), repair));
        prop_assert_eq!(job.submitted.seconds(), submitted);
        let again = serde_json::to_value(&job).expect("JSON");
        prop_assert_eq!(&again, &saved);
        let text = serde_json::to_string(&job).expect("JSON");
        prop_assert_eq!(serde_json::from_str::<Job>(&text).ok(), Some(job));
    }

    #[test]
    fn no_text_makes_reading_a_job_panic(text in ".*", value in values(vec![
        "version", "third_code", "id", "repair", "type", "rgb", "submitted", "picture_url",
    ])) {
        prop_assert!(serde_json::from_str::<Job>(&text).is_err());
        let _ = serde_json::from_value::<Job>(value);
    }

    #[test]
    fn a_colour_is_read_as_it_is_written_and_nothing_else_is_one(
        parts in any::<(u8, u8, u8)>(),
        numbers in any::<(u16, u16, u16)>(),
        text in prop_oneof!["[0-9, +-]{0,12}", any::<String>()],
    ) {
        let rgb = Rgb::new(parts.0, parts.1, parts.2);
        prop_assert_eq!(rgb.to_string().parse(), Ok(rgb));
        let (red, green, blue) = numbers;
        let fits = red.max(green).max(blue) <= 255;
        prop_assert_eq!(format!("{red},{green},{blue}").parse::<Rgb>().is_ok(), fits);
        if let Ok(rgb) = text.parse::<Rgb>() {
            prop_assert_eq!(rgb.to_string().parse(), Ok(rgb));
            prop_assert!(text.split(',').count() == 3 && !text.contains(['+', '-']));
        }
    }

    #[test]
    fn a_kind_of_repair_has_a_colour_or_has_none(
        repair in repairs(),
        name in prop_oneof![Just("bg".to_owned()), "(sr)?[,;]?(repair)?[,;]?(colour)?"],
        rgb in prop::option::of(any::<(u8, u8, u8)>()),
    ) {
        prop_assert_eq!(RepairType::parse(repair.as_str(), repair.rgb()), Ok(repair));
        let rgb = rgb.map(|(red, green, blue)| Rgb::new(red, green, blue));
        if let Ok(parsed) = RepairType::parse(&name, rgb) {
            prop_assert_eq!((parsed.as_str(), parsed.rgb()), (name.as_str(), rgb));
            prop_assert_eq!(rgb.is_some(), name == "bg");
        }
    }
}
