//! Porn detection (section 9): of pictures at addresses, and of files.

mod job;
mod verdict;

use http::{Method, request::Parts};
use serde_json::{Value, json};
use yunmei_core::wanxiang::sign::Call;

use super::{
    Halt, Wanxiang,
    answer::{Refusal, detection_failure},
    authorize::Wanted,
    target,
};
use crate::{
    address::{self, host_name, is_loopback},
    body::RequestBody,
    exchange::Exchange,
    presented,
};
use job::{Job, Picture, Source};
use verdict::judge;

/// The largest picture (section 11).
const PICTURE_LIMIT: u64 = 1024 * 1024;

/// The three spellings of the sources (section 1).
const PATHS: [&str; 3] = [
    "/detection/pornDetect/",
    "/detection/pornDetect",
    "/detection/porn_detect",
];

impl Wanxiang {
    /// The answer, which has no envelope but for one address (section 9).
    pub(super) async fn detect(
        &self,
        exchange: &mut Exchange<'_>,
        parts: &Parts,
        body: RequestBody,
    ) -> Result<Value, Halt> {
        exchange.op = Some("detect".to_owned());
        if parts.method != Method::POST || !PATHS.contains(&parts.uri.path()) {
            let problem = "detection is a POST to /detection/pornDetect/";
            return Err(Refusal::new(3, problem).into());
        }
        let app = self.account.app().to_string();
        let wanted = Wanted {
            app: &app,
            bucket: Some(self.account.bucket().as_str()),
            user: "",
            file_id: None,
            call: Call::Detection,
            now: self.now(),
        };
        let query = parts.uri.query().unwrap_or_default();
        let presented = presented::signature(&parts.headers, query);
        self.check_signature(presented.as_deref(), &wanted)?;
        let job = Job::read(parts, body).await?;
        self.check_job(&job)?;
        if !exchange.gate().await {
            return Err(Halt::Faulted);
        }
        Ok(self.answer_job(job, &self.ports(parts)).await?)
    }

    /// The body names account and bucket too.
    fn check_job(&self, job: &Job) -> Result<(), Refusal> {
        if job.app.parse() != Ok(self.account.app()) {
            return Err(Refusal::new(12, "appid in the body is another account"));
        }
        match job.bucket == self.account.bucket().as_str() {
            true => Ok(()),
            false => Err(Refusal::new(6, "bucket in the body is another bucket")),
        }
    }

    async fn answer_job(&self, job: Job, ports: &[u16]) -> Result<Value, Refusal> {
        let is_single = job.is_single;
        let pictures = job.pictures.into_iter();
        let sources =
            pictures.map(|Picture { label, source }| (label, self.resolved(source, ports)));
        let sources: Vec<_> = sources.collect();
        let mut entries = self
            .in_background(move || {
                let judged = sources.into_iter().map(|(label, source)| {
                    let mut entry = match source.and_then(|source| judge(&source)) {
                        Ok(data) => json!({"code": 0, "message": "success", "data": data}),
                        Err(refusal) => detection_failure(&refusal),
                    };
                    entry[label.name()] = label.text().into();
                    entry
                });
                Ok(judged.collect::<Vec<_>>())
            })
            .await?;
        if !is_single {
            return Ok(json!({"result_list": entries}));
        }
        let mut entry = entries.pop().unwrap_or_default();
        entry.as_object_mut().map(|entry| entry.remove("url"));
        Ok(entry)
    }

    /// Replaces an address by the picture that is stored there: at one of the account's hosts, or
    /// at this emulator, which has these ports. Nothing is fetched from elsewhere.
    fn resolved(&self, source: Source, ports: &[u16]) -> Result<Source, Refusal> {
        let Source::Address(url) = source else {
            return Ok(source);
        };
        if url.is_empty() {
            return Err(Refusal::new(-1301, "the address is empty"));
        }
        let address = job::parsed(&url)?;
        let presented = presented::signature(&http::HeaderMap::new(), &address.query);
        let shelves = match target::by_host(&address.host, &address.path) {
            Some(target::Place::Download(shelf)) => {
                vec![shelf.spelled_as(self.account.bucket().as_str())]
            }
            None if is_loopback(&address.host) && ports.contains(&address.port) => {
                self.own_shelves()
            }
            _ => Vec::new(),
        };
        let found = shelves
            .iter()
            .find_map(|shelf| self.find(shelf, &address.path, presented.as_deref()).ok());
        match found {
            Some(object) => Ok(Source::Stored(object)),
            None => Err(Refusal::new(-1308, "no picture is stored at this address")),
        }
    }

    /// By which the emulator is found on this machine.
    fn ports(&self, parts: &Parts) -> Vec<u16> {
        let mut ports = vec![self.port];
        if host_name(parts).is_some_and(|name| is_loopback(&name)) {
            // Where a port is mapped, clients call it by another one than its own.
            ports.push(address::port(parts).unwrap_or(80));
        }
        ports
    }

    fn own_shelves(&self) -> Vec<target::Shelf> {
        let app = self.account.app().to_string();
        let bucket = self.account.bucket().as_str().to_owned();
        vec![
            target::Shelf::Bucket {
                bucket,
                app: app.clone(),
            },
            target::Shelf::Account { app },
        ]
    }
}
