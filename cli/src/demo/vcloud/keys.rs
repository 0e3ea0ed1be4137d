//! Temporary keys that are made without asking anybody.

use std::{error::Error as AnyError, time::Duration};

use yunmei_core::{
    Token,
    vcloud::{
        Credentials, Dialect,
        imagex::{ImageX, NewImage},
        sts2::{Issuer, Policy, TemporaryKeys},
        vod::Vod,
    },
};

use super::{Stage, refused, tokens::changed_behind};
use crate::demo::{
    report::{Report, same},
    transport::Body,
};

const HOUR: Duration = Duration::from_secs(3600);

pub(super) fn run(report: &mut Report, stage: &Stage<'_>, vid: &str) {
    playing(report, stage, vid);
    uploads(report, stage);
    pictures(report, stage);
}

fn issue(
    stage: &Stage<'_>,
    policy: &Policy,
    lifetime: Duration,
) -> Result<TemporaryKeys, Box<dyn AnyError>> {
    let issuer = Issuer::new(stage.emulator.vcloud_account().credentials())?;
    Ok(issuer.issue(Some(policy), lifetime, &stage.stamp())?)
}

fn vod_with(stage: &Stage<'_>, keys: &TemporaryKeys) -> Result<Vod, Box<dyn AnyError>> {
    Ok(stage.vod_of(keys.credentials()?)?)
}

/// Keys for one video.
fn playing(report: &mut Report, stage: &Stage<'_>, vid: &str) {
    let policy = Policy::video_play(&[vid], &[], &[]);
    report.step("temporary keys to play one video", "nothing", || {
        let before = stage.emulator.log().len();
        let keys = issue(stage, &policy, HOUR)?;
        same("requests", stage.emulator.log().len(), before)?;
        let played = stage.run(vod_with(stage, &keys)?.play_info(vid))?;
        same("id", played.vid.as_str(), vid)?;
        Ok("made without asking, for an hour; they play it".into())
    });
    report.step("play another one with them", "v0another", || {
        let vod = vod_with(stage, &issue(stage, &policy, HOUR)?)?;
        refused(
            stage.run(vod.play_info("v0another")),
            100_013,
            "AccessDenied",
        )
    });
    report.step("do something else with them", "GetCdnDomainWeights", || {
        let vod = vod_with(stage, &issue(stage, &policy, HOUR)?)?;
        let weights = vod.domain_weights(stage.space());
        refused(stage.run(weights), 100_013, "AccessDenied")
    });
    report.step("their token with one byte changed", "GetPlayInfo", || {
        let keys = issue(stage, &policy, HOUR)?;
        let middle = &keys.session_token().expose()[..40];
        let changed = changed_behind(keys.session_token(), middle)?;
        let vod = stage.vod_of(of(&keys, changed)?)?;
        refused(stage.run(vod.play_info(vid)), 100_026, "InvalidSecretToken")
    });
    report.step(
        "play when their time is over",
        "a minute and a second later",
        || {
            let keys = issue(stage, &policy, Duration::from_secs(60))?;
            let vod = vod_with(stage, &keys)?;
            stage.run(vod.play_info(vid))?;
            stage.clock.put_forward(Duration::from_secs(61));
            refused(stage.run(vod.play_info(vid)), 100_026, "InvalidSecretToken")
        },
    );
}

/// The same keys with another token.
fn of(keys: &TemporaryKeys, token: Token) -> Result<Credentials, Box<dyn AnyError>> {
    let pair = Credentials::new(keys.access_key(), keys.secret_key().expose())?;
    Ok(pair.with_session_token(token)?)
}

/// Keys to upload videos with.
pub(super) fn uploads(report: &mut Report, stage: &Stage<'_>) {
    let clip = &stage.media.clip;
    report.step(
        "temporary keys to upload with",
        format!("{} bytes", clip.len()),
        || {
            let policy = match stage.dialect {
                Dialect::TtvCloud => Policy::video_upload(),
                Dialect::Volcengine => Policy::video_upload_volcengine(),
            };
            let vod = vod_with(stage, &issue(stage, &policy, HOUR)?)?;
            let uploaded = stage.uploaded(&vod, clip)?;
            let vid = uploaded.vid().ok_or("there is no video")?;
            refused(stage.run(vod.play_info(vid)), 100_013, "AccessDenied")?;
            stage.plays(vid, clip)?;
            Ok(format!("{vid}; they do not play it: 100013 AccessDenied"))
        },
    );
}

/// Keys to upload pictures with.
fn pictures(report: &mut Report, stage: &Stage<'_>) {
    let grey = &stage.media.grey;
    report.step("temporary keys for pictures", grey.summary(), || {
        let account = stage.emulator.vcloud_account();
        let service = account.service();
        let services = std::slice::from_ref(service);
        let keys = stage
            .imagex()?
            .upload_keys(services, HOUR, &stage.stamp())?;
        let region = account.region().clone();
        let imagex = ImageX::new(stage.dialect, region, keys.credentials()?)?;
        let imagex = imagex.at(stage.emulator.endpoint());
        let upload = imagex.upload(service, [NewImage::new(stage.content(&grey.bytes)?)]);
        let uploaded = stage.send(upload, Body::Bytes(grey.bytes.clone()))?;
        let uri = &uploaded.images.first().ok_or("there is no picture")?.uri;
        let delete = imagex.delete(service, [uri]);
        refused(stage.run(delete), 100_013, "AccessDenied")?;
        stage.run(stage.imagex()?.delete(service, [uri]))?;
        Ok(format!("{uri}; they do not delete it: 100013 AccessDenied"))
    });
}
