//! What is known of a picture or a video (sections 6.4 and 8.2).

use serde_json::{Value, json};

use super::{
    Wanxiang,
    answer::Refusal,
    store::{Facts, Key},
};

/// ```text
/// GET {address}
/// ```
pub(super) fn answer(wanxiang: &Wanxiang, key: &Key) -> Result<Value, Refusal> {
    let contents = wanxiang.store.contents();
    let object = contents
        .object(key)
        .ok_or_else(|| Refusal::missing(key.file_id.as_str()))?;
    let facts = &object.facts;
    let mut data = json!({
        "file_url": wanxiang.download_url(key),
        "file_fileid": key.file_id.as_str(),
        "file_upload_time": facts.uploaded.to_string(),
        "file_size": facts.size.to_string(),
    });
    let more = match key.space.is_video() {
        true => of_video(facts),
        false => of_picture(facts),
    };
    if let (Some(data), Value::Object(more)) = (data.as_object_mut(), more) {
        data.extend(more);
    }
    Ok(data)
}

/// Texts, all of them (section 13). What is no picture has no dimensions, and says so.
fn of_picture(facts: &Facts) -> Value {
    let (width, height) = facts
        .shape
        .map_or((0, 0), |shape| (shape.width, shape.height));
    json!({
        "file_md5": facts.md5,
        "photo_width": width.to_string(),
        "photo_height": height.to_string(),
    })
}

/// Nothing is transcoded or reviewed here: the status is the initial one.
fn of_video(facts: &Facts) -> Value {
    json!({
        "file_sha": facts.sha,
        "video_status": "0",
        "video_status_msg": "",
        "video_play_time": 0,
        "video_title": facts.title,
        "video_desc": facts.description,
        "video_cover_url": "",
    })
}
