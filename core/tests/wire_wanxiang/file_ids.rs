//! File ids in addresses: the reference does not encode them (section 12.1), the core makes one
//! segment of each (section 4). Both sign them as they are, so that the signatures are the same.

use percent_encoding::percent_decode_str;
use yunmei_core::wanxiang::sign::Signature;

use crate::{photos::played, recorded, recordings::Recording, results};

recorded! {
    letters_of_all_scripts_blanks_and_a_lone_percent_sign_are_escaped_alike: [
        "v2-stat-fileid-cjk",
        "v2-stat-fileid-space",
        "v2-stat-fileid-percent",
        "v2-stat-fileid-brackets",
    ] => |recording| {
        let (sent, outcome) = played(recording);
        let theirs = &recording.exchanges[0].request;
        assert_eq!(sent[0].differences(theirs), [].into(), "{}", recording.name);
        results::assert_same(recording, &outcome);
    };

    a_plus_sign_is_escaped_so_that_no_server_takes_it_for_a_blank: [
        "v2-stat-fileid-plus",
    ] => |recording| {
        instead(recording, "/a+b.jpg", "/a%2Bb.jpg");
    };

    a_slash_is_escaped_so_that_it_does_not_make_two_segments: [
        "v2-stat-fileid-slash",
    ] => |recording| {
        instead(recording, "/album/cat.jpg", "/album%2Fcat.jpg");
    };

    what_looks_like_an_escape_is_escaped_so_that_it_still_fits_its_signature: [
        "v2-stat-fileid-percent-escape",
    ] => |recording| {
        instead(recording, "/a%2FbA", "/a%252Fb%2541");
    };

    a_question_mark_is_escaped_so_that_it_does_not_begin_a_query: [
        "v2-stat-fileid-question",
    ] => |recording| {
        instead(recording, "/what?x=1", "/what%3Fx%3D1");
    };

    a_hash_is_escaped_so_that_nothing_behind_it_is_lost: ["v2-stat-fileid-hash"] => |recording| {
        instead(recording, "/a", "/a%23b");
    };

    other_punctuation_is_escaped_too_and_means_the_same: [
        "v2-stat-fileid-subdelims",
    ] => |recording| {
        let escaped = "/a%21%24%26%27%28%29%2A%2C%3B%3D%3A%40b~._-";
        instead(recording, "/a!$&'()*,;=:@b~._-", escaped);
    };

    dots_between_slashes_are_escaped_so_that_no_other_picture_is_meant: [
        "v2-stat-fileid-dot-segments",
    ] => |recording| {
        instead(recording, "/b", "/a%2F..%2Fb");
    };

    a_question_mark_does_not_turn_a_deletion_into_an_upload: ["v2-delete-question"] => |recording| {
        instead(recording, "/what?x=1/del", "/what%3Fx%3D1/del");
    };

    a_hash_does_not_turn_a_deletion_into_an_upload: ["v2-delete-hash"] => |recording| {
        instead(recording, "/a", "/a%23b/del");
    };

    dots_between_slashes_do_not_delete_another_picture: ["v2-delete-dot-segments"] => |recording| {
        instead(recording, "/b/del", "/a%2F..%2Fb/del");
    };

    a_slash_is_one_segment_of_a_deletion_too: ["v2-delete-slash"] => |recording| {
        instead(recording, "/album/cat.jpg/del", "/album%2Fcat.jpg/del");
    };

    /// The reference encodes the signed text as ASCII and raises (section 12.8).
    other_characters_than_ascii_are_signed_in_v1_too: ["v1-stat-fileid-cjk"] => |recording| {
        assert_eq!(recording.sdk_returned["raises"], "UnicodeEncodeError");
        assert!(recording.exchanges.is_empty());
        let (sent, _) = recording.play();
        assert_eq!(sent[0].target(), "/photos/v1/10000001/0/%E5%9B%BE%E7%89%87");
        let authorization = sent[0].header("authorization").expect("a signature");
        let signature = Signature::decode(authorization).expect("well formed");
        assert_eq!(signature.file_id(), "图片");
    };
}

/// The id is at another place in the address, and nothing else differs; the server's decoding
/// (section 4) gives the id back.
fn instead(recording: &Recording, theirs: &str, ours: &str) {
    let (sent, outcome) = played(recording);
    let request = &recording.exchanges[0].request;
    assert_eq!(sent[0].differences(request), ["target"].into());

    let base = "/photos/v2/10000001/examplebucket/0";
    assert_eq!(request.target, format!("{base}{theirs}"));
    let target = sent[0].target();
    assert_eq!(target, format!("{base}{ours}"));

    let segments: Vec<&str> = target.split('/').collect();
    let decoded = percent_decode_str(segments[6]).decode_utf8().expect("text");
    assert_eq!(Some(decoded.as_ref()), recording.text("fileid").as_deref());
    assert!(segments.len() == 7 || segments[7..] == ["del"]);
    results::assert_same(recording, &outcome);
}
