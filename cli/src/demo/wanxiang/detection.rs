use yunmei_core::{
    error::InputError,
    wanxiang::{Credentials, Detected, Detector, FileId, PICTURES_LIMIT, Picture, VerdictClass},
};

use super::Stage;
use crate::demo::{
    media,
    report::{Outcome, Report, not_sent, refused, same},
    transport::Body,
};

/// What is normal and what is not, by a rule on colours that stands in for the real one.
pub(super) fn run(report: &mut Report, stage: &Stage<'_>) {
    let cards = cards(stage);
    let mut stored = Vec::new();
    report.step("store pictures to look at", cards.len(), || {
        for (picture, _) in cards {
            let body = Body::Bytes(picture.bytes.clone());
            let upload = stage.bucket.upload_new(&stage.content(body.clone())?);
            let uploaded = stage.transport.send(upload, body)?;
            stored.push((uploaded.file_id, uploaded.download_url));
        }
        Ok(format!("{} are there", stored.len()))
    });
    addresses(report, stage, &stored);
    files(report, stage);
    refusals(report, stage);
    report.step("delete those pictures", stored.len(), || {
        for (file_id, _) in &stored {
            stage.transport.run(stage.bucket.delete(file_id))?;
        }
        Ok("done".into())
    });
}

/// A picture, and the verdict on it.
type Card<'a> = (&'a media::Picture, VerdictClass);

fn cards<'a>(stage: &Stage<'a>) -> [Card<'a>; 3] {
    let media = stage.media;
    [
        (&media.haze, VerdictClass::Normal),
        (&media.bare, VerdictClass::Porn),
        (&media.mostly_bare, VerdictClass::Suspicious),
    ]
}

fn addresses(report: &mut Report, stage: &Stage<'_>, stored: &[(FileId, String)]) {
    let Stage { transport, .. } = stage;
    let detector = stage.detector();
    report.step("look at one address", "a hill", || {
        let (_, url) = stored.first().ok_or("no picture")?;
        let verdict = transport.run(detector.detect_url(url))?;
        same("class", verdict.class, VerdictClass::Normal)?;
        Ok(format!("{:?}, {}", verdict.class, verdict.confidence))
    });
    report.step(
        "look at several addresses",
        "three, and a missing one",
        || {
            let mut urls: Vec<String> = stored.iter().map(|(_, url)| url.clone()).collect();
            let missing = stage
                .official()
                .photo(&stage.file_id("missing"))
                .public_url();
            urls.insert(1, missing);
            let mut results = transport.run(detector.detect_urls(urls.clone()))?;
            let inputs: Vec<_> = results.iter().map(|result| result.input.clone()).collect();
            same("inputs", inputs, urls)?;
            let missing = refused(results.remove(1).verdict, -1308)?;
            Ok(format!("{}, and {missing}", judged(stage, results)?))
        },
    );
}

/// The verdicts, if they are the ones on the cards.
fn judged(stage: &Stage<'_>, results: Vec<Detected>) -> Outcome {
    let expected = cards(stage).map(|(_, class)| class);
    let verdicts = results.into_iter().map(|result| result.verdict);
    let found: Vec<_> = verdicts
        .map(|verdict| Ok::<_, yunmei_core::Error>(verdict?.class))
        .collect::<Result<_, _>>()?;
    same("classes", found.as_slice(), &expected)?;
    Ok(format!("{found:?}"))
}

fn files(report: &mut Report, stage: &Stage<'_>) {
    let Stage { transport, .. } = stage;
    report.step("look at several files", "three, two of one name", || {
        // Two of them are called alike once their folders are taken away.
        let names = ["a/hill.jpg", "b/card.png", "c/card.png"];
        let pictures = names
            .iter()
            .zip(cards(stage))
            .map(|(name, (picture, _))| Picture::new(*name, picture.bytes.len() as u64));
        let detect = stage.detector().detect_files(pictures.collect());
        let bodies = cards(stage).map(|(picture, _)| Body::Bytes(picture.bytes.clone()));
        let results = transport.send_all(detect, bodies.into())?;
        let inputs: Vec<&str> = results.iter().map(|result| result.input.as_str()).collect();
        same("inputs", inputs.as_slice(), &names)?;
        Ok(format!(
            "{} for {}",
            judged(stage, results)?,
            names.join(", ")
        ))
    });
    report.step("look at a file that is no picture", "5 bytes", || {
        let detect = stage
            .detector()
            .detect_files(vec![Picture::new("a.txt", 5)]);
        let results = transport.send_all(detect, vec![Body::Bytes("hello".into())])?;
        let verdict = results.into_iter().next().ok_or("no result")?.verdict;
        refused(verdict, -1400)
    });
}

fn refusals(report: &mut Report, stage: &Stage<'_>) {
    let Stage { transport, .. } = stage;
    report.step("look at 21 pictures at once", "addresses, files", || {
        let before = stage.asked("detect");
        let count = PICTURES_LIMIT + 1;
        let reason = InputError::Pictures {
            count,
            limit: PICTURES_LIMIT,
        };
        let urls = vec!["http://img.example.com/a.jpg".to_owned(); count];
        not_sent(transport.run(stage.detector().detect_urls(urls)), &reason)?;
        let pictures = vec![Picture::new("a.jpg", 5); count];
        let bodies = vec![Body::Bytes("hello".into()); count];
        let detect = stage.detector().detect_files(pictures);
        let outcome = not_sent(transport.send_all(detect, bodies), &reason)?;
        same("requests", stage.asked("detect"), before)?;
        Ok(outcome)
    });
    report.step("look at one with a wrong key", "an address", || {
        wrong_key(stage)
    });
}

fn wrong_key(stage: &Stage<'_>) -> Outcome {
    let account = stage.emulator.wanxiang_account();
    let wrong = Credentials::new(account.credentials().secret_id(), "not the key")?;
    let detector = Detector::new(account.app(), account.bucket().clone())
        .signed_with(&wrong)
        .at(stage.emulator.endpoint());
    let detect = detector.detect_url("http://img.example.com/a.jpg");
    refused(stage.transport.run(detect), 14)
}
