//! What the actions are about, as policies name it (section 6.4).

use serde::Deserialize;

use crate::vcloud::asked::Asked;

/// A space of the query.
pub(super) fn space(asked: &Asked) -> Vec<String> {
    vec![of_space(asked, asked.text("SpaceName"))]
}

/// A space of the form in the body.
pub(super) fn space_of_form(asked: &Asked) -> Vec<String> {
    let form = asked.form_of_post();
    vec![of_space(asked, form.value("SpaceName").unwrap_or_default())]
}

/// A space of the query, or else of the form.
pub(super) fn space_of_either(asked: &Asked) -> Vec<String> {
    let form = asked.form_of_post();
    vec![of_space(asked, asked.text_or_of(&form, "SpaceName"))]
}

/// A video of the query, and how it is to be played.
pub(super) fn play(asked: &Asked) -> Vec<String> {
    of_played(asked, ["Vid", "StreamType", "Watermark"])
}

/// The same in the words of the version of 2019 (section 7.2). Of a version, only its own words count:
/// a name in those of the other would be allowed in place of what is played.
pub(super) fn play_of_2019(asked: &Asked) -> Vec<String> {
    of_played(asked, ["video_id", "stream_type", "watermark"])
}

fn of_played(asked: &Asked, names: [&str; 3]) -> Vec<String> {
    let [vid, stream_type, watermark] = names.map(|name| asked.text(name));
    let given = |name: &str, resource: String| (!name.is_empty()).then_some(resource);
    let mut resources = vec![of_video(vid)];
    let stream = format!("trn:vod:::stream_type/{stream_type}");
    resources.extend(given(stream_type, stream));
    resources.extend(given(
        watermark,
        format!("trn:vod::*:watermark/{watermark}"),
    ));
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
