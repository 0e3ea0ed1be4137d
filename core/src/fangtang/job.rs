use serde::{Deserialize, Serialize};

use super::{Accepted, PhotoId, RepairType, ThirdCode};
use crate::Timestamp;

/// The form in which jobs are written. It grows when an older reader would misunderstand a newer
/// form; what is only added, an older reader passes over.
const VERSION: u32 = 1;

/// A photo under repair, to be waited for: now, or later by another process.
///
/// It can be saved, as JSON for example: it holds no secret, but whose photo it is and where the
/// uploaded picture lies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Saved", into = "Saved")]
#[non_exhaustive]
pub struct Job {
    /// Which partner began it.
    pub third_code: ThirdCode,
    /// The photo.
    pub id: PhotoId,
    /// What is being done to it.
    pub repair: RepairType,
    /// When it was sent.
    pub submitted: Timestamp,
    /// The address of the picture as it was uploaded.
    pub picture_url: String,
}

impl Job {
    /// A job out of what the caller kept of it: which partner sent `accepted` off, for what, and
    /// when.
    pub fn new(
        third_code: ThirdCode,
        accepted: Accepted,
        repair: RepairType,
        submitted: Timestamp,
    ) -> Job {
        Job {
            third_code,
            id: accepted.id,
            repair,
            submitted,
            picture_url: accepted.picture_url,
        }
    }
}

/// What is written.
#[derive(Serialize, Deserialize)]
struct Saved {
    version: u32,
    third_code: ThirdCode,
    id: PhotoId,
    repair: RepairType,
    /// Seconds since 1970.
    submitted: u64,
    /// Nothing depends on it.
    #[serde(default)]
    picture_url: String,
}

impl From<Job> for Saved {
    fn from(job: Job) -> Saved {
        Saved {
            version: VERSION,
            third_code: job.third_code,
            id: job.id,
            repair: job.repair,
            submitted: job.submitted.seconds(),
            picture_url: job.picture_url,
        }
    }
}

impl TryFrom<Saved> for Job {
    type Error = String;

    fn try_from(saved: Saved) -> Result<Job, String> {
        if saved.version != VERSION {
            let version = saved.version;
            return Err(format!(
                "a job of form {version}, where {VERSION} is known: was it saved by a newer program?"
            ));
        }
        Ok(Job {
            third_code: saved.third_code,
            id: saved.id,
            repair: saved.repair,
            submitted: Timestamp::from_seconds(saved.submitted),
            picture_url: saved.picture_url,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fangtang::{
        Rgb,
        tests::{job, partner},
    };

    fn read(json: &str) -> Result<Job, serde_json::Error> {
        serde_json::from_str(json)
    }

    #[test]
    fn a_job_survives_being_saved() {
        let job = Job {
            repair: RepairType::Background(Rgb::new(255, 255, 255)),
            ..job()
        };
        let json = serde_json::to_string_pretty(&job).expect("a document");
        assert_eq!(read(&json).ok(), Some(job), "{json}");
    }

    #[test]
    fn a_saved_job_holds_no_secret() {
        let json = serde_json::to_string(&job()).expect("a document");
        assert!(!json.contains("hiliad"), "{json}");
        assert!(!format!("{:?} {:?}", job(), partner()).contains("hiliad"));
    }

    /// This form must be read for ever.
    #[test]
    fn the_first_form_is_read_with_additions_and_without_what_is_not_needed() {
        let json = r#"{"version":1,"third_code":"example","id":"0cc175b9c0f1b6a831c399e269772661",
            "repair":{"type":"sr,repair"},"submitted":1629962357,"added":{"later":true}}"#;
        let expected = Job {
            picture_url: String::new(),
            ..job()
        };
        assert_eq!(read(json).ok(), Some(expected));
    }

    #[test]
    fn what_is_no_job_or_one_of_a_newer_form_is_refused() {
        let json = serde_json::to_string(&job()).expect("a document");
        for (part, other) in [
            ("\"version\":1", "\"version\":2"),
            ("\"version\":1,", ""),
            ("\"third_code\":\"example\"", "\"third_code\":\"\""),
            ("\"id\":\"0cc1", "\"id\":\"../0cc1"),
            ("sr,repair", "new"),
            ("1629962357", "-1"),
        ] {
            let bad = json.replace(part, other);
            assert_ne!(bad, json);
            assert!(read(&bad).is_err(), "{bad}");
        }
    }
}
