//! Video V1.

use serde_json::Value;
use yunmei_fixtures::form::Part;

use crate::{
    photos::played,
    recorded,
    recordings::{Ours, Recorded},
    results,
};

const CLIP: &[u8] = &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

recorded! {
    attributes_and_deletion_are_asked_for_as_the_reference_does_it: [
        "video-stat",
        "video-delete",
    ] => |recording| {
        let (sent, outcome) = played(recording);
        let theirs = &recording.exchanges[0].request;
        assert_eq!(sent[0].differences(theirs), [].into(), "{}", recording.name);
        results::assert_same(recording, &outcome);
    };

    /// The reference sends texts as files, which other clients do not (section 12.11).
    texts_are_plain_parts_and_mean_the_same: ["video-upload"] => |recording| {
        let (sent, outcome) = played(recording);
        same_but_for_framing(&sent[0], &recording.exchanges[0].request);
        let names: Vec<String> = sent[0].parts().into_iter().map(|part| part.name).collect();
        assert_eq!(names, ["FileContent", "Sha", "Title", "Desc", "MagicContext"]);
        results::assert_same(recording, &outcome);
    };

    /// The reference sends them all the same (section 8.1).
    empty_texts_are_left_out: ["video-upload-empty-fields"] => |recording| {
        let (sent, outcome) = played(recording);
        same_but_for_framing(&sent[0], &recording.exchanges[0].request);
        let names: Vec<String> = sent[0].parts().into_iter().map(|part| part.name).collect();
        assert_eq!(names, ["FileContent", "Sha"]);
        results::assert_same(recording, &outcome);
    };

    slices_are_sent_as_the_reference_does_it: ["video-upload-slice"] => |recording| {
        let (sent, outcome) = recording.play();
        assert_eq!(sent.len(), recording.exchanges.len());
        for (ours, exchange) in sent.iter().zip(&recording.exchanges) {
            same_but_for_framing(ours, &exchange.request);
        }
        let slices: Vec<Vec<u8>> = sent[1..].iter().map(slice).collect();
        assert_eq!(slices, [&CLIP[..4], &CLIP[4..8], &CLIP[8..]]);
        results::assert_same(recording, &outcome);
    };

    /// The reference reads the file from its beginning, wherever the service wants it to go on
    /// (section 12.10): what arrives is no video.
    an_upload_that_goes_on_sends_the_bytes_at_the_offset: [
        "video-upload-slice-resume",
    ] => |recording| {
        let (sent, outcome) = recording.play();
        assert_eq!(sent.len(), recording.exchanges.len());
        same_but_for_framing(&sent[0], &recording.exchanges[0].request);
        for (index, (wrong, right)) in [(0..4, 4..8), (4..8, 8..10)].into_iter().enumerate() {
            let (ours, theirs) = (&sent[index + 1], &recording.exchanges[index + 1].request);
            assert_eq!(named(&theirs.parts(), "filecontent"), &CLIP[wrong]);
            assert_eq!(slice(ours), &CLIP[right.clone()]);
            for parts in [ours.parts(), theirs.parts()] {
                assert_eq!(named(&parts, "offset"), right.start.to_string().as_bytes());
                assert_eq!(named(&parts, "session"), b"sess-0002");
            }
        }
        results::assert_same(recording, &outcome);
    };

    /// The reference goes on, with an empty slice for an empty session (section 12.10).
    content_that_the_service_has_is_not_sent: ["video-upload-slice-instant-hit"] => |recording| {
        let (sent, outcome) = recording.play();
        assert_eq!((sent.len(), recording.exchanges.len()), (1, 2));
        same_but_for_framing(&sent[0], &recording.exchanges[0].request);
        empty_slice(&recording.exchanges[1].request);
        assert_eq!(recording.sdk_returned["value"]["code"], -5983);
        let data = &recording.exchanges[0].response.body["data"];
        assert_eq!(outcome["result"]["file_id"], data["fileid"]);
        assert_eq!(outcome["result"]["url"], data["url"]);
        assert_eq!(outcome["result"]["download_url"], data["download_url"]);
    };

    /// The reference goes on likewise, and reports what comes of that (section 12.10).
    a_refused_opening_is_the_result: ["video-upload-slice-prepare-error"] => |recording| {
        let (sent, outcome) = recording.play();
        assert_eq!((sent.len(), recording.exchanges.len()), (1, 2));
        same_but_for_framing(&sent[0], &recording.exchanges[0].request);
        empty_slice(&recording.exchanges[1].request);
        assert_eq!(recording.sdk_returned["value"]["code"], -5983);
        assert_eq!(outcome["error"]["code"], -5998);
        assert_eq!(outcome["error"]["message"], "sign format error");
        assert_eq!(outcome["error"]["status"], 400);
    };

    /// The reference opens an upload that it cannot carry out, and raises (section 12.10).
    an_empty_file_is_refused_before_anything_is_sent: [
        "video-upload-slice-empty-file",
    ] => |recording| {
        assert_eq!(recording.exchanges.len(), 1);
        assert_eq!(recording.sdk_returned["raises"], "UnboundLocalError");
        let (sent, outcome) = recording.play();
        assert!(sent.is_empty());
        assert_eq!(outcome["error"]["variant"], "input");
        assert_eq!(outcome["error"]["retry"], Value::from("Never"));
    };
}

/// The same names and contents in the same order, but for empty ones; only the content is a file. The
/// rest of the request is the same.
fn same_but_for_framing(ours: &Ours, theirs: &Recorded) {
    assert_eq!(ours.differences(theirs), ["body"].into());
    let (ours, theirs) = (ours.parts(), theirs.parts());
    let said = |parts: &[Part]| -> Vec<(String, Vec<u8>)> {
        let said = parts.iter().filter(|part| !part.value.is_empty());
        said.map(|part| (part.name.clone(), part.value.clone()))
            .collect()
    };
    assert_eq!(said(&ours), said(&theirs));
    for part in theirs {
        let is_content = part.name.eq_ignore_ascii_case("filecontent");
        assert!(is_content || part.file_name.as_ref() == Some(&part.name));
    }
    for part in ours {
        let is_content = part.name.eq_ignore_ascii_case("filecontent");
        assert_eq!(part.file_name.is_some(), is_content, "{}", part.name);
        // The reference sends the session in any case, and so does the core (section 8.4).
        assert!(
            !part.value.is_empty() || part.name == "session",
            "{}",
            part.name
        );
    }
}

fn slice(ours: &Ours) -> Vec<u8> {
    named(&ours.parts(), "filecontent").to_vec()
}

fn empty_slice(theirs: &Recorded) {
    let parts = theirs.parts();
    assert_eq!(named(&parts, "filecontent"), b"");
    assert_eq!(named(&parts, "session"), b"");
}

fn named<'a>(parts: &'a [Part], name: &str) -> &'a [u8] {
    let part = parts.iter().find(|part| part.name == name);
    &part.unwrap_or_else(|| panic!("no {name}")).value
}
