use http::Uri;
use percent_encoding::percent_decode_str;
use proptest::prelude::*;
use yunmei_core::{
    ByteRange, Download,
    wanxiang::{
        AppId, Bucket, BucketName, Credentials, FileId, UserId, processing::Processing,
        sign::Signature,
    },
};

use crate::{stamps, tries};

pub(crate) fn app() -> AppId {
    AppId::new(10_000_001).expect("an appid")
}

pub(crate) fn bucket_name() -> BucketName {
    BucketName::new("examplebucket").expect("a name")
}

pub(crate) fn credentials() -> Credentials {
    Credentials::new("AKIDEXAMPLE", "EXAMPLEKEY").expect("credentials")
}

pub(crate) fn bucket() -> Bucket {
    Bucket::v2_enhanced(app(), bucket_name()).signed_with(credentials())
}

/// Texts with what would mean something in an address or a signed text.
fn texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[/.?#+%&=;: ]{1,3}",
        Just("&b=".to_owned()),
        Just("&f=".to_owned()),
        Just("%2F%41".to_owned()),
        "[a-z]{0,4}",
        any::<String>(),
    ];
    proptest::collection::vec(piece, 0..5).prop_map(|pieces| pieces.concat())
}

pub(crate) fn file_ids() -> impl Strategy<Value = FileId> {
    texts().prop_filter_map("no file id", |text| FileId::new(&text).ok())
}

/// Texts that come close to being queries.
fn near_queries() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("imageView2/1/w/200".to_owned()),
        Just("sign".to_owned()),
        Just("S%49gn".to_owned()),
        "[&;=?#%|/!]{1,2}",
        "%[0-9A-Fa-f]{0,2}",
        "\\PC{0,3}",
    ];
    proptest::collection::vec(piece, 0..7).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(tries(256))]

    #[test]
    fn a_file_id_is_one_segment_that_decodes_to_it(file_id in file_ids()) {
        let encoded = file_id.encoded();
        let decoded = percent_decode_str(encoded).decode_utf8().expect("text");
        prop_assert_eq!(decoded, file_id.as_str());
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~%".contains(&byte);
        prop_assert!(encoded.bytes().all(plain), "{}", encoded);
        prop_assert!(![".", ".."].contains(&encoded));

        let address = format!("https://host/{encoded}/copy");
        let uri: Uri = address.parse().expect("an address");
        prop_assert_eq!(uri.to_string(), address);
        let segments: Vec<_> = uri.path().split('/').collect();
        prop_assert_eq!(segments, ["", encoded, "copy"]);
    }

    #[test]
    fn what_is_no_file_id_is_refused_and_the_rest_taken_as_it_is(text in texts()) {
        let climbs = matches!(text.as_str(), "." | "..");
        let fits = (1..=128).contains(&text.len()) && !climbs && !text.contains('\0');
        let file_id = FileId::new(&text);
        prop_assert_eq!(file_id.is_ok(), fits);
        if let Ok(file_id) = file_id {
            prop_assert_eq!(file_id.as_str(), &text);
        }
    }

    #[test]
    fn a_user_id_ends_neither_a_field_nor_a_segment(text in texts()) {
        if let Ok(user) = UserId::new(&text) {
            prop_assert!(!user.as_str().contains(['&', '/', '?', '#']));
            prop_assert!(!user.as_str().contains(char::is_control));
            prop_assert!(user.as_str().chars().count() <= 64);
        }
    }

    #[test]
    fn a_query_as_it_stands_is_a_query_and_holds_no_signature(
        query in near_queries(),
        file_id in file_ids(),
        stamp in stamps(),
    ) {
        let Ok(processing) = Processing::raw(&query) else { return Ok(()) };
        prop_assert_eq!(processing.query(), &query);
        let download = bucket().photo(&file_id).processed(processing).download(ByteRange::ALL);
        let request = download.request(ByteRange::ALL, &stamp).expect("a request");
        prop_assert_eq!(request.uri().path(), format!("/{}", file_id.encoded()));
        let sent = request.uri().query().expect("a query");
        let (before, sign) = sent.rsplit_once("&sign=").expect("a signature");
        prop_assert_eq!(before, &query);
        let is_sign = |pair: &str| {
            let name = pair.split('=').next().unwrap_or_default();
            let name = percent_decode_str(name).decode_utf8_lossy().to_ascii_lowercase();
            name == "sign"
        };
        prop_assert!(!before.split(['&', ';']).any(is_sign), "{}", before);
        let sign = percent_decode_str(sign).decode_utf8().expect("text");
        let signature = Signature::decode(&sign).expect("well formed");
        prop_assert_eq!(signature.file_id(), file_id.as_str());
    }
}
