//! What must not be possible.

use std::{error::Error as AnyError, time::Duration};

use bytes::Bytes;
use http::Method;
use yunmei_core::{
    Error, Token,
    error::InputError,
    vcloud::{
        Content, Credentials, Parameters, Region, SignedCall,
        vod::{CommitFunction, FileType, Vod},
    },
};

use super::{Stage, refused};
use crate::demo::{
    report::{Report, not_sent, same},
    transport::Body,
};

/// Beyond what a signature lives.
const HOUR: Duration = Duration::from_secs(3600);

pub(super) fn run(report: &mut Report, stage: &Stage<'_>) {
    signatures(report, stage);
    regions(report, stage);
    actions(report, stage);
    uploads(report, stage);
}

fn signatures(report: &mut Report, stage: &Stage<'_>) {
    let account = stage.emulator.vcloud_account().credentials();
    report.step("a wrong secret key", "GetPlayInfo", || {
        let wrong = Credentials::new(account.access_key(), "not the key")?;
        let play = stage.vod_of(wrong)?.play_info("v0");
        refused(stage.run(play), 100_010, "SignatureDoesNotMatch")
    });
    report.step("an access key that nobody has", "GetPlayInfo", || {
        let nobody = Credentials::new("AKLTnobody", account.secret_key().expose())?;
        let play = stage.vod_of(nobody)?.play_info("v0");
        refused(stage.run(play), 100_009, "InvalidAccessKey")
    });
    report.step("a clock that is an hour slow", "GetPlayInfo", || {
        stage.clock.put_forward(HOUR);
        // By the clock of the system, which was not put forward.
        let play = stage.vod()?.play_info("v0");
        refused(stage.transport.run(play), 100_006, "InvalidTimestamp")
    });
    report.step("no signature at all", "GetPlayInfo", || {
        let query = "Action=GetPlayInfo&Version=2019-03-15&video_id=v0";
        refused(
            called(stage, query.into()),
            100_003,
            "MissingAuthenticationToken",
        )
    });
}

/// Signed for one region, and sent as if for another.
fn regions(report: &mut Report, stage: &Stage<'_>) {
    let signed_for = |region: &str| -> Result<String, Box<dyn AnyError>> {
        let query = Parameters::of_action("GetPlayInfo", "2019-03-15").with("video_id", "v0");
        let vod = stage.vod()?;
        let now = stage.clock.now();
        let signed = vod.signer().sign_query(&Method::GET, "/", &query, now)?;
        let own = format!("%2F{}%2F", vod.signer().scope().region().as_str());
        same("a region", signed.expose().contains(&own), true)?;
        Ok(signed.expose().replace(&own, &format!("%2F{region}%2F")))
    };
    report.step("signed for another region", "us-east-1", || {
        let call = called(stage, signed_for("us-east-1")?);
        refused(call, 100_010, "SignatureDoesNotMatch")
    });
    report.step("signed for a region that is none", "mars-1", || {
        refused(
            called(stage, signed_for("mars-1")?),
            100_007,
            "ServiceNotFound",
        )
    });
    report.step("a client in that region", "nothing", || {
        let keys = stage.emulator.vcloud_account().credentials().clone();
        let vod = Vod::new(stage.dialect, Region::new("mars-1")?, keys);
        let expected = InputError::NoSuchRegion {
            service: "vod",
            region: "mars-1".into(),
        };
        not_sent(vod.map_err(Error::from), &expected)
    });
}

fn called(stage: &Stage<'_>, query: String) -> Result<yunmei_core::vcloud::Answer, Error> {
    stage.run(SignedCall::new(
        stage.emulator.endpoint(),
        Token::new(query),
    )?)
}

fn actions(report: &mut Report, stage: &Stage<'_>) {
    report.step("an action that there is not", "MakeCoffee", || {
        let call = stage.vod()?.call("MakeCoffee", "2018-01-01");
        refused(stage.run(call), 100_008, "InvalidActionOrVersion")
    });
    report.step("a film that is not there", "v0missing", || {
        refused(stage.played("v0missing"), 0, "ResourceNotFound")
    });
}

fn uploads(report: &mut Report, stage: &Stage<'_>) {
    let film = &stage.media.clip;
    let send = |space: &str, content: Content, bytes: &Bytes| {
        let upload = stage.vod()?.upload_video(space, FileType::Video, content);
        let upload = upload.function(CommitFunction::GetMeta);
        stage.send(upload, Body::Bytes(bytes.clone()))
    };
    report.step("upload into a space of another", "nobodys-space", || {
        let sent = send("nobodys-space", stage.content(film)?, film);
        refused(sent, 0, "InvalidParameter.SpaceName")
    });
    report.step("a film that is damaged on its way", "wrong CRC-32", || {
        let damaged = Content::new(film.len() as u64, 7);
        match send(stage.space(), damaged, film) {
            // Upload hosts know requests by no ids.
            Err(Error::Service(refusal)) if refusal.code() == 4008 => {
                Ok(format!("refused as it should be: {refusal}"))
            }
            other => Err(format!("expected was 4008: {other:?}").into()),
        }
    });
    report.step("a text in place of a film", "readme.txt, GetMeta", || {
        let text = Bytes::from_static(b"not a film at all");
        let sent = send(stage.space(), stage.content(&text)?, &text);
        refused(sent, 0, "FailedOperation.GetMeta")
    });
    report.step("an empty film", "0 bytes", || {
        let empty = Bytes::new();
        let asked = stage.emulator.log().len();
        let sent = send(stage.space(), stage.content(&empty)?, &empty);
        let outcome = not_sent(sent, &InputError::EmptyContent)?;
        same("requests", stage.emulator.log().len(), asked)?;
        Ok(outcome)
    });
}
