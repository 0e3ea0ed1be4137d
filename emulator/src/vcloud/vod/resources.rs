//! What the actions are about, as policies name it (section 6.4).

use serde::Deserialize;

use crate::vcloud::asked::Asked;

/// A space of the query.
pub(super) fn space(asked: &Asked) -> Vec<String> {
    vec![of_space(asked, asked.text("SpaceName"))]
}

/// A space of the form in the body.
pub(super) fn space_of_form(asked: &Asked) -> Vec<String> {
    let form = asked.form().unwrap_or_default();
    let named = form.value("SpaceName");
    vec![of_space(
        asked,
        named.unwrap_or_else(|| asked.text("SpaceName")),
    )]
}

/// A video of the query, and how it is to be played.
pub(super) fn play(asked: &Asked) -> Vec<String> {
    let first = |names: [&str; 2]| {
        let mut values = names.map(|name| asked.text(name)).into_iter();
        values.find(|value| !value.is_empty())
    };
    let vid = first(["video_id", "Vid"]).unwrap_or_default();
    let stream_type = first(["stream_type", "StreamType"]);
    let watermark = first(["watermark", "Watermark"]);
    let mut resources = vec![of_video(vid)];
    resources.extend(stream_type.map(|name| format!("trn:vod:::stream_type/{name}")));
    resources.extend(watermark.map(|name| format!("trn:vod::*:watermark/{name}")));
    resources
}

/// A video of the document in the body.
pub(super) fn video_of_body(asked: &Asked) -> Vec<String> {
    #[derive(Deserialize)]
    struct Named {
        #[serde(rename = "Vid")]
        vid: String,
    }
    let named = asked.document::<Named>();
    vec![of_video(
        named.as_ref().map_or("", |named| named.vid.as_str()),
    )]
}

fn of_space(asked: &Asked, space: &str) -> String {
    format!("trn:vod:{}:*:space/{space}", asked.region)
}

fn of_video(vid: &str) -> String {
    format!("trn:vod::*:video_id/{vid}")
}
