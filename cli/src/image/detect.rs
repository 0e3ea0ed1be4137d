use std::{ffi::OsString, path::Path};

use clap::Args;
use serde_json::json;
use yunmei_core::{
    Error,
    wanxiang::{Detected, Detector, PICTURES_LIMIT, Picture, Verdict, VerdictClass},
};

use yunmei_hyper::Source;

use super::Session;
use crate::{
    exit::{Failure, each_batch},
    output::shown,
    transfer,
};

/// The files of one request, in bytes, unless it is a single one: what sister pages of the vendor
/// take (section 11).
const REQUEST_LIMIT: u64 = 6_000_000;

/// Let the service judge whether pictures are porn.
///
/// Prints one line for each picture, in the order they were given: normal, porn or suspicious, and
/// the service's combined score, 0 to 100: from 83 on a picture is suspicious. Up to 20 are sent at
/// a time. The exit status is 0 if there is a verdict on each picture, whatever it is.
#[derive(Args, Debug)]
pub(crate) struct DetectCommand {
    /// Files on this machine, or addresses that begin with http:// or https://
    #[arg(required = true, value_name = "FILE_OR_URL")]
    pictures: Vec<OsString>,
}

pub(super) async fn run(session: &Session, command: DetectCommand) -> Result<(), Failure> {
    let detection = Detection {
        session,
        detector: session.config.wanxiang_needed()?.detector(),
    };
    each_batch(&command.pictures, PICTURES_LIMIT, async |batch| {
        let judged = detection.judge(batch).await.into_iter();
        Ok(
            judged
                .map(|result| result.and_then(|(input, verdict)| show(session, &input, &verdict))),
        )
    })
    .await
}

/// A verdict with what it is about, or why there is none.
type Judged = Result<(String, Verdict), Failure>;

struct Detection<'a> {
    session: &'a Session,
    detector: Detector,
}

impl Detection<'_> {
    /// The verdicts on up to 20 pictures, in their order: addresses go in one request, files in
    /// another.
    async fn judge(&self, pictures: &[OsString]) -> Vec<Judged> {
        let urls = pictures.iter().filter_map(url).collect();
        let files = pictures.iter().filter(|picture| url(picture).is_none());
        let files = files.map(Path::new).collect();
        let mut of_urls = self.judge_urls(urls).await.into_iter();
        let mut of_files = self.judge_files(files).await.into_iter();
        pictures
            .iter()
            .filter_map(|picture| match url(picture) {
                Some(_) => of_urls.next(),
                None => of_files.next(),
            })
            .collect()
    }

    async fn judge_urls(&self, urls: Vec<&str>) -> Vec<Judged> {
        if urls.is_empty() {
            return Vec::new();
        }
        let urls: Vec<String> = urls.into_iter().map(str::to_owned).collect();
        let detect = self.detector.detect_urls(urls.clone());
        judged(&urls, self.session.client.run(detect).await)
    }

    /// A file that cannot be read does not keep the others from being judged.
    async fn judge_files(&self, files: Vec<&Path>) -> Vec<Judged> {
        let mut opened = Vec::new();
        for file in &files {
            opened.push(transfer::open(file, "detect").await);
        }
        let mut readable = Vec::new();
        let mut sources = Vec::new();
        let unreadable: Vec<Option<Failure>> = opened
            .into_iter()
            .zip(&files)
            .map(|(opened, file)| match opened {
                Ok(source) => {
                    readable.push(file.to_string_lossy().into_owned());
                    sources.push(source);
                    None
                }
                Err(failure) => Some(failure),
            })
            .collect();
        let mut verdicts = self
            .judge_readable(&readable, &mut sources)
            .await
            .into_iter();
        unreadable
            .into_iter()
            .filter_map(|failure| failure.map(Err).or_else(|| verdicts.next()))
            .collect()
    }

    /// In as few requests as they fit into.
    async fn judge_readable(&self, files: &[String], sources: &mut [Source]) -> Vec<Judged> {
        let (mut files, mut sources, mut verdicts) = (files, sources, Vec::new());
        while !sources.is_empty() {
            let count = fitting(sources.iter().map(Source::len));
            let (now, later) = sources.split_at_mut(count);
            let (names, others) = files.split_at(count);
            let pictures = names.iter().zip(&*now);
            let pictures = pictures.map(|(file, source)| Picture::new(file, source.len()));
            let detect = self.detector.detect_files(pictures.collect());
            let result = self.session.client.send_all(detect, now).await;
            verdicts.extend(judged(names, result));
            (files, sources) = (others, later);
        }
        verdicts
    }
}

/// How many of these files go in one request: at least one.
fn fitting(lengths: impl IntoIterator<Item = u64>) -> usize {
    let mut sum: u64 = 0;
    let fit = lengths.into_iter().take_while(|length| {
        sum = sum.saturating_add(*length);
        sum <= REQUEST_LIMIT
    });
    fit.count().max(1)
}

/// The picture, if it is an address and no file.
fn url(picture: &OsString) -> Option<&str> {
    let text = picture.to_str()?;
    let is_url = text.starts_with("http://") || text.starts_with("https://");
    is_url.then_some(text)
}

/// One result for each input: a failure of the whole request is told with the first.
fn judged(inputs: &[String], result: Result<Vec<Detected>, Error>) -> Vec<Judged> {
    match result {
        Ok(detected) => detected
            .into_iter()
            .map(|one| match one.verdict {
                Ok(verdict) => Ok((one.input, verdict)),
                Err(refusal) => Err(Failure::operation(&one.input, refusal)),
            })
            .collect(),
        Err(error) => failed_together(inputs, error),
    }
}

fn failed_together(inputs: &[String], error: Error) -> Vec<Judged> {
    let first = inputs.first().map_or("", |first| first.as_str());
    let about = match inputs.len() {
        1 => first.to_owned(),
        2 => format!("{first} and another"),
        count => format!("{first} and {} others", count - 1),
    };
    let mut failures = vec![Err(Failure::operation(about, error))];
    failures.resize_with(inputs.len(), || Err(Failure::Reported));
    failures
}

fn show(session: &Session, input: &str, verdict: &Verdict) -> Result<(), Failure> {
    let class = word(verdict.class);
    let blocked = match verdict.blocked {
        Some(true) => "  (blocked)",
        _ => "",
    };
    let text = format!("{class:<10}  {:>7.3}  {input}{blocked}", verdict.confidence);
    session.output.line(
        &shown(&text),
        &json!({
            "input": input,
            "result": class,
            "confidence": verdict.confidence,
            "normal_score": verdict.normal_score,
            "hot_score": verdict.hot_score,
            "porn_score": verdict.porn_score,
            "blocked": verdict.blocked,
        }),
    )
}

fn word(class: VerdictClass) -> String {
    match class {
        VerdictClass::Normal => "normal".into(),
        VerdictClass::Porn => "porn".into(),
        VerdictClass::Suspicious => "suspicious".into(),
        VerdictClass::Other(number) => format!("unknown-{number}"),
        _ => "unknown".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_are_too_large_together_go_in_several_requests() {
        assert_eq!(fitting([300_000; 20]), 20);
        assert_eq!(fitting([1_000_000; 20]), 6);
        assert_eq!(fitting([REQUEST_LIMIT + 1, 1]), 1);
        assert_eq!(fitting([1, REQUEST_LIMIT, 1]), 1);
        assert_eq!(fitting([u64::MAX, u64::MAX]), 1);
    }
}
