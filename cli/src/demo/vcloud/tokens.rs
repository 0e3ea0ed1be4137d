//! Tokens for players and uploaders, who have no keys.

use std::{error::Error as AnyError, time::Duration};

use serde_json::json;
use yunmei_core::{
    Error, Token,
    vcloud::{
        Answer, Dialect, Parameters, SignedCall, tokens,
        upload_host::{PutObject, UploadAddress},
    },
};

use super::{Stage, refused};
use crate::demo::{
    report::{Outcome, Report, same},
    transport::Body,
};

/// How long a token serves here, in seconds.
const LIFETIME: u64 = 600;

pub(super) fn run(report: &mut Report, stage: &Stage<'_>, vid: &str) {
    play(report, stage, vid);
    upload(report, stage);
}

/// A token for a player.
pub(super) fn play(report: &mut Report, stage: &Stage<'_>, vid: &str) {
    let query = || -> Result<Token, Box<dyn AnyError>> {
        let name = match stage.dialect {
            Dialect::TtvCloud => "video_id",
            Dialect::Volcengine => "Vid",
        };
        let video = Parameters::new().with(name, vid.to_owned());
        let video = video.with_number(stage.dialect.expires_name(), LIFETIME);
        let now = stage.clock.now();
        let token = stage.vod()?.signer().play_token(&video, now)?;
        unwrapped(&token, "GetPlayInfoToken")
    };
    report.step("a token to play it", format!("{vid}, {LIFETIME} s"), || {
        let answer = called(stage, query()?)?;
        let text = answer.result.to_string();
        same("the video", text.contains(vid), true)?;
        Ok("called without keys, answered with where it can be played".into())
    });
    report.step("the same with one byte changed", "id, signature", || {
        let query = query()?;
        // The last byte of the id, and the first one of the signature.
        for before in [&vid[..vid.len() - 1], "Signature="] {
            let changed = changed_behind(&query, before)?;
            refused(called(stage, changed), 100_010, "SignatureDoesNotMatch")?;
        }
        Ok("refused as it should be, twice: 100010 SignatureDoesNotMatch".into())
    });
    report.step(
        "the same when its time is over",
        format!("{LIFETIME} s later"),
        || {
            let query = query()?;
            stage.clock.put_forward(Duration::from_secs(LIFETIME + 1));
            refused(called(stage, query), 100_006, "InvalidTimestamp")
        },
    );
}

/// A token for an uploader.
fn upload(report: &mut Report, stage: &Stage<'_>) {
    let mut token = None;
    report.step("a token to upload with", stage.space(), || {
        let space = Parameters::new().with("SpaceName", stage.space().to_owned());
        let space = space.with_number(stage.dialect.expires_name(), LIFETIME);
        let made = stage
            .vod()?
            .signer()
            .upload_token(&space, stage.clock.now())?;
        let outcome = uploaded(stage, &made)?;
        token = Some(made);
        Ok(outcome)
    });
    report.step("the same with one byte changed", "both signatures", || {
        let token = token.as_ref().ok_or("there is no token")?;
        for name in ["ApplyUploadToken", "CommitUploadToken"] {
            let changed = changed_behind(&unwrapped(token, name)?, "Signature=")?;
            let call = SignedCall::new(stage.emulator.endpoint(), changed)?;
            let call = match name {
                "ApplyUploadToken" => call,
                _ => call.json(json!({"SessionKey": "x"})),
            };
            refused(stage.run(call), 100_010, "SignatureDoesNotMatch")?;
        }
        Ok("refused as it should be, twice: 100010 SignatureDoesNotMatch".into())
    });
}

/// Apply, upload and commit as somebody does them who has nothing but the token.
fn uploaded(stage: &Stage<'_>, token: &Token) -> Outcome {
    let clip = &stage.media.clip;
    let applied = called(stage, unwrapped(token, "ApplyUploadToken")?)?;
    let address: UploadAddress = serde_json::from_value(applied.result["UploadAddress"].clone())?;
    let store = address.stores().first().ok_or("there is no store")?;
    let host = address.hosts().first().ok_or("there is no host")?;
    let put = PutObject::new(&address, store, host, stage.content(clip)?);
    stage.send(put, Body::Bytes(clip.clone()))?;
    let commit = unwrapped(token, "CommitUploadToken")?;
    let commit = SignedCall::new(stage.emulator.endpoint(), commit)?;
    let functions = json!([{"Name": "GetMeta", "Input": {}}]);
    let body = json!({"SessionKey": address.session_key(), "Functions": functions});
    let committed = stage.run(commit.json(body))?;
    let vid = committed.result["Results"][0]["Vid"].as_str();
    let vid = vid.ok_or("there is no video")?;
    stage.plays(vid, clip)?;
    Ok(format!("{vid}, uploaded without keys, plays"))
}

fn unwrapped(token: &Token, name: &str) -> Result<Token, Box<dyn AnyError>> {
    Ok(tokens::unwrap(token.expose(), name).ok_or("that is not in the token")?)
}

fn called(stage: &Stage<'_>, query: Token) -> Result<Answer, Error> {
    let call = SignedCall::new(stage.emulator.endpoint(), query)?;
    stage.run(call.may_repeat())
}

/// The same query, but for the byte behind a text.
pub(super) fn changed_behind(query: &Token, text: &str) -> Result<Token, Box<dyn AnyError>> {
    let query = query.expose();
    let at = query.rfind(text).ok_or("the text is not there")? + text.len();
    let new = match query.get(at..=at).ok_or("it ends there")? {
        "0" => "1",
        _ => "0",
    };
    Ok(Token::new(format!(
        "{}{new}{}",
        &query[..at],
        &query[at + 1..]
    )))
}
