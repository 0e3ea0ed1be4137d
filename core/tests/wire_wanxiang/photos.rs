//! Photos V2 and V1.

use serde_json::Value;

use crate::{
    recorded,
    recordings::{Ours, Recording},
    results,
};

recorded! {
    pictures_are_uploaded_as_the_reference_does_it: [
        "v2-upload-file",
        "v2-upload-file-no-fileid",
        "v2-upload-binary-params-magic-context",
        "v2-upload-query-encoding",
        "v2-upload-file-with-info",
        "v1-upload-file",
        "v1-upload-binary-params",
    ] => |recording| drop(same(recording));

    attributes_are_asked_for_as_the_reference_does_it: [
        "v2-stat",
        "v1-stat",
    ] => |recording| drop(same(recording));

    /// The copy's id, which the answer does not name, is in its address (section 6.3).
    pictures_are_copied_as_the_reference_does_it: ["v2-copy", "v1-copy"] => |recording| {
        let outcome = same(recording);
        assert_eq!(outcome["result"]["file_id"], "7d8c1a52-0000-4000-8000-000000000001");
    };

    /// Without a scheme word (section 3.6).
    pictures_are_deleted_as_the_reference_does_it: ["v2-delete", "v1-delete"] => |recording| {
        let outcome = same(recording);
        assert_eq!(outcome["result"], Value::Null);
    };

    refusals_are_told_as_the_reference_tells_them: [
        "v2-upload-error",
        "v2-stat-error",
    ] => |recording| {
        let outcome = same(recording);
        assert_eq!(outcome["error"]["variant"], "service");
    };

    /// The reference signs for user 0 whatever user is in the address (section 12.5). Of V2, every
    /// user is user 0 (section 2): the core's handle has no other, so that both agree.
    a_named_user_is_neither_in_the_address_nor_in_the_signature_of_v2: [
        "v2-upload-named-userid",
    ] => |recording| {
        let (sent, outcome) = played(recording);
        let theirs = &recording.exchanges[0].request;
        assert_eq!(sent[0].differences(theirs), ["target"].into());
        assert_eq!(theirs.target, "/photos/v2/10000001/examplebucket/alice/bin3");
        assert_eq!(sent[0].target(), "/photos/v2/10000001/examplebucket/0/bin3");
        results::assert_same(recording, &outcome);
    };

    /// The reference loses the status and makes up a code (section 12.6). And it does not try again.
    an_answer_that_is_no_json_keeps_its_status_and_is_tried_again: [
        "v2-upload-error-not-json",
    ] => |recording| {
        let (sent, outcome) = recording.play();
        assert_eq!(sent.len(), 4);
        for ours in &sent {
            assert_eq!(ours.differences(&recording.exchanges[0].request), [].into());
        }
        let theirs = &recording.sdk_returned["value"];
        assert_eq!((&theirs["httpcode"], &theirs["code"]), (&0.into(), &(-2).into()));
        let error = &outcome["error"]["cause"];
        assert_eq!(error["variant"], "response");
        assert_eq!(error["status"], 502);
        assert_eq!(error["excerpt"], "<html>bad gateway</html>");
    };

    /// The reference raises, although the picture is stored (section 12.7).
    an_answer_without_width_and_height_is_a_success: [
        "v2-upload-file-info-absent",
    ] => |recording| {
        let (sent, outcome) = played(recording);
        assert_eq!(sent[0].differences(&recording.exchanges[0].request), [].into());
        assert_eq!(recording.sdk_returned["raises"], "KeyError");
        assert_eq!(outcome["result"]["file_id"], "s");
        assert_eq!(outcome["result"].get("width"), None);
    };
}

/// The same request, once, and the same result.
fn same(recording: &Recording) -> Value {
    let (sent, outcome) = played(recording);
    let theirs = &recording.exchanges[0].request;
    assert_eq!(sent[0].differences(theirs), [].into(), "{}", recording.name);
    results::assert_same(recording, &outcome);
    outcome
}

/// One request, like that of the reference.
pub(crate) fn played(recording: &Recording) -> (Vec<Ours>, Value) {
    let (sent, outcome) = recording.play();
    assert_eq!(sent.len(), 1, "{}", recording.name);
    assert_eq!(recording.exchanges.len(), 1, "{}", recording.name);
    (sent, outcome)
}
