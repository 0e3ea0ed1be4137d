//! Porn detection, of which the repository's head is the reference.

use crate::{photos::played, recorded, recordings::Recording, results};

recorded! {
    one_picture_is_looked_at_as_the_reference_does_it: [
        "porn-detect",
        "porn-detect-non-ascii-url",
        "porn-detect-sign-error",
    ] => |recording| {
        let (sent, outcome) = played(recording);
        let theirs = &recording.exchanges[0].request;
        assert_eq!(sent[0].differences(theirs), [].into(), "{}", recording.name);
        // Compared by value above; nobody knows whether the service reads UTF-8 (section 9.1).
        assert!(sent[0].body.is_ascii());
        results::assert_same(recording, &outcome);
        let refused = recording.exchanges[0].response.status;
        assert_eq!(outcome["error"]["status"].as_u64().unwrap_or(200), u64::from(refused));
    };

    several_pictures_are_looked_at_as_the_reference_does_it: [
        "porn-detect-url",
        "porn-detect-file",
    ] => several;
}

fn several(recording: &Recording) {
    let (sent, outcome) = played(recording);
    let theirs = &recording.exchanges[0].request;
    assert_eq!(sent[0].differences(theirs), [].into(), "{}", recording.name);
    let theirs = recording.sdk_returned["value"]["result_list"].as_array();
    let ours = outcome["result"].as_array();
    let (theirs, ours) = (theirs.expect("results"), ours.expect("results"));
    assert_eq!(ours.len(), theirs.len());
    for (theirs, ours) in theirs.iter().zip(ours) {
        let input = theirs.get("url").or(theirs.get("filename"));
        assert_eq!(Some(&ours["input"]), input);
        results::assert_same_verdict(theirs, ours);
    }
}
