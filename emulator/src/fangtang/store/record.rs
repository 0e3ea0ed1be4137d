//! A job as it is written down.

use std::io;

use serde::{Deserialize, Serialize};
use yunmei_core::fangtang::RepairType;

use super::{Job, Pictures};
use crate::{
    fangtang::repair::Format,
    storage::{Blob, Blobs},
};

#[derive(Deserialize, Serialize)]
pub(super) struct JobRecord {
    mdf: String,
    accepted: u64,
    done: u64,
    expires: u64,
    pictures: Option<PicturesRecord>,
}

#[derive(Deserialize, Serialize)]
struct PicturesRecord {
    format: Format,
    /// Missing where the repair was done before the upload was answered.
    repair_type: Option<RepairType>,
    /// Name and length.
    photo: (String, u64),
    /// The same; none before it is there.
    result: Option<(String, u64)>,
    result_name: String,
}

impl JobRecord {
    pub(super) fn of(id: &str, job: &Job) -> JobRecord {
        let named = |blob: &Blob| (blob.id().to_owned(), blob.length());
        JobRecord {
            mdf: id.to_owned(),
            accepted: job.accepted,
            done: job.done,
            expires: job.expires,
            pictures: job.pictures.as_ref().map(|pictures| PicturesRecord {
                format: pictures.format,
                repair_type: pictures.repair_type,
                photo: named(&pictures.photo),
                result: pictures.result.as_deref().map(named),
                result_name: pictures.result_name.clone(),
            }),
        }
    }

    /// The job; without its pictures if one of them is missing and cannot be made again.
    pub(super) fn job(self, blobs: &Blobs) -> io::Result<(String, Job)> {
        let pictures = match self.pictures {
            None => None,
            Some(record) => record.pictures(blobs)?,
        };
        let job = Job {
            accepted: self.accepted,
            done: self.done,
            expires: self.expires,
            pictures,
        };
        Ok((self.mdf, job))
    }
}

impl PicturesRecord {
    fn pictures(self, blobs: &Blobs) -> io::Result<Option<Pictures>> {
        let photo = blobs.kept(&self.photo.0, self.photo.1)?;
        let result = match &self.result {
            Some((id, length)) => blobs.kept(id, *length)?,
            None => None,
        };
        let is_lost = result.is_none() && self.repair_type.is_none();
        Ok(photo.filter(|_| !is_lost).map(|photo| Pictures {
            format: self.format,
            repair_type: self.repair_type,
            photo,
            result,
            failure: None,
            result_name: self.result_name,
        }))
    }
}
