//! What comes of a job.

use serde_json::Value;
use yunmei_core::Timestamp;

use super::job::{Failure, Order, Outcome};
use crate::vcloud::{answer::Refusal, vod::Vod};

/// A source is not there (section 13.7).
const SOURCE_MISSING: i64 = 22_021_001;
/// There is nothing to make it of.
const NO_TRACK: i64 = 29_090_001;

/// Carries a job out.
pub(super) fn make(vod: &Vod, order: &Order, now: Timestamp) -> Result<Outcome, Refusal> {
    let mut sources = Vec::new();
    collect(&order.description, &mut sources);
    for source in &sources {
        let vid = source.strip_prefix("vid://").unwrap_or(source);
        if let Some(copy) = vod.copy(vid, &order.video_name, now)? {
            return Ok(Outcome::Video(copy));
        }
    }
    let (number, reason) = match sources.first() {
        Some(_) => (
            SOURCE_MISSING,
            "none of the sources is a video of the account",
        ),
        None => (NO_TRACK, "no video is named as a source"),
    };
    Ok(Outcome::Failed(Failure {
        number,
        reason: reason.into(),
    }))
}

/// All members `Source`, at any depth; those of a list in its order.
fn collect<'a>(description: &'a Value, sources: &mut Vec<&'a str>) {
    match description {
        Value::Array(elements) => {
            for element in elements {
                collect(element, sources);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(text) if name == "Source" => sources.push(text),
                    other => collect(other, sources),
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn sources_are_found_at_any_depth() {
        let description = json!({
            "Source": "a",
            "Segments": [{"Elements": [{"Type": "video", "Source": "vid://b"}]}],
            "Text": "c",
            "GlobalElements": [{"Source": 7}],
        });
        let mut sources = Vec::new();
        collect(&description, &mut sources);
        sources.sort_unstable();
        assert_eq!(sources, ["a", "vid://b"]);
    }
}
