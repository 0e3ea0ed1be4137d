//! What is said of a picture (section 9.4), by the rule of [`analysis`](super::super::analysis).

use serde_json::{Value, json};

use super::{PICTURE_LIMIT, job::Source};
use crate::wanxiang::{
    analysis::Pixels,
    answer::Refusal,
    picture::{self, Shape},
};

/// From here on a picture is porn, in percent (section 9.4).
const PORN: f64 = 91.0;
/// From here on it is suspicious.
const SUSPICIOUS: f64 = 83.0;

/// Looks at a picture; takes its time.
pub(super) fn judge(source: &Source) -> Result<Value, Refusal> {
    match source {
        Source::Bytes(bytes) => judge_bytes(bytes),
        Source::Stored(object) if object.facts.size > PICTURE_LIMIT => Err(too_large()),
        Source::Stored(object) => judge_bytes(&picture::read(&object.pieces)?),
        Source::TooLarge => Err(too_large()),
        // Those were looked up before.
        Source::Address(_) => Err(Refusal::new(-1308, "the address was not looked up")),
    }
}

fn too_large() -> Refusal {
    Refusal::new(
        20,
        format!("the picture has more than {PICTURE_LIMIT} bytes"),
    )
}

fn judge_bytes(bytes: &[u8]) -> Result<Value, Refusal> {
    if bytes.is_empty() {
        return Err(Refusal::new(-1300, "the picture is empty"));
    }
    if Shape::of(bytes).is_none() {
        return Err(Refusal::new(-1400, "these bytes are no picture"));
    }
    match Pixels::decode(bytes) {
        Some(pixels) => Ok(scores(100.0 * pixels.skin())),
        None => Err(Refusal::new(-1102, "the picture cannot be decoded")),
    }
}

/// The scores of a picture with so much skin, in percent: what is half of it is hot, more of it
/// porn, less of it normal.
fn scores(skin: f64) -> Value {
    let result = match skin {
        PORN.. => 1,
        SUSPICIOUS.. => 2,
        _ => 0,
    };
    json!({
        "result": result,
        "forbid_status": 0,
        "confidence": rounded(skin),
        "hot_score": rounded(100.0 - (2.0 * skin - 100.0).abs()),
        "normal_score": rounded(100.0 - skin),
        "porn_score": rounded(skin),
    })
}

fn rounded(score: f64) -> f64 {
    (score * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_result_follows_the_documented_thresholds() {
        for (skin, result) in [
            (0.0, 0),
            (82.9, 0),
            (83.0, 2),
            (90.9, 2),
            (91.0, 1),
            (100.0, 1),
        ] {
            assert_eq!(scores(skin)["result"], result, "{skin}");
        }
        let half = scores(50.0);
        assert_eq!(
            (&half["hot_score"], &half["normal_score"]),
            (&json!(100.0), &json!(50.0))
        );
    }

    #[test]
    fn what_is_no_picture_has_no_scores() {
        let code = |bytes: &[u8]| judge_bytes(bytes).err().map(|refusal| refusal.code);
        assert_eq!(code(b""), Some(-1300));
        assert_eq!(code(b"xyz"), Some(-1400));
        let head = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\x80\0\0\x01\xe0\x08\x02\0\0\0";
        assert_eq!(code(head), Some(-1102));
    }
}
