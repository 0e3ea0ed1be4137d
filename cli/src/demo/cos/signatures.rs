use yunmei_core::{
    ByteRange, Stamp, Timestamp, Token,
    cos::{
        Bucket, Content, Credentials, DownloadUrl, Expiry, PathPrefix, SignaturePlace,
        sign::{Grant, Signer},
    },
    error::InputError,
};

use super::Stage;
use crate::demo::{
    report::{Report, refused, same},
    transport::Body,
};

pub(super) fn run(report: &mut Report, stage: &Stage<'_>) {
    handed_out(report, stage);
    refusals(report, stage);
}

/// The story of the mini-program: a server signs, a client without the secret uploads.
fn handed_out(report: &mut Report, stage: &Stage<'_>) {
    let Stage {
        transport,
        bucket,
        media,
        ..
    } = stage;
    let photo = || Body::Bytes(media.photo.clone());
    let content = Content::unchecked(media.photo.len() as u64);
    let own = stage.file("alice/wx_0123.png");
    let foreign = stage.file("alice2/wx_0123.png");
    let handed_out = || -> Result<Bucket, Box<dyn std::error::Error>> {
        let prefix = PathPrefix::new(&format!("{}alice/", stage.folder))?;
        let grant = Grant::multi_use(prefix, Expiry::after_seconds(60));
        let token = signer(stage).sign(&grant, &yunmei_host::stamp())?;
        Ok(stage.unsigned().with_signature(token)?)
    };
    report.step("upload with a handed-out signature", &own, || {
        Ok(transport
            .send(handed_out()?.upload(&own, &content), photo())?
            .source_url)
    });
    report.step("the same in another folder", &foreign, || {
        refused(
            transport.send(handed_out()?.upload(&foreign, &content), photo()),
            -63,
        )
    });
    report.step("signature in the query", &own, || {
        let bucket = (*bucket).clone().signature_in(SignaturePlace::Query);
        Ok(format!("{} bytes", transport.run(bucket.stat(&own))?.size))
    });
    report.step("download from a signed address", &own, || {
        let url = bucket.signed_url(&own, Expiry::after_seconds(60), &yunmei_host::stamp())?;
        let shown = format!("{}?sign=…", url.without_query());
        let download = DownloadUrl::new(url, ByteRange::ALL)?;
        let (_, received) = transport.download(download)?;
        same("content", received == media.photo, true)?;
        Ok(format!("{} bytes, the same, from {shown}", received.len()))
    });
}

fn refusals(report: &mut Report, stage: &Stage<'_>) {
    let Stage {
        transport, media, ..
    } = stage;
    let path = stage.file("once.png");
    report.step("a wrong key", "stat", || {
        let credentials = Credentials::new(stage.account.credentials().secret_id(), "not the key")?;
        refused(
            transport.run(stage.unsigned().signed_with(credentials).stat(&path)),
            -97,
        )
    });
    report.step("an expired signature", "stat", || {
        let fresh = yunmei_host::stamp();
        let hour_ago = Timestamp::from_seconds(fresh.now.seconds() - 3600);
        let grant = Grant::multi_use(&path, Expiry::after_seconds(60));
        let token = signer(stage).sign(&grant, &Stamp::new(hour_ago, fresh.nonce))?;
        refused(transport.run(with(stage, token)?.stat(&path)), -96)
    });
    report.step("a single-use signature, used twice", "delete", || {
        let content = Content::unchecked(media.photo.len() as u64);
        let photo = || Body::Bytes(media.photo.clone());
        let token = signer(stage).sign(&Grant::single_use(&path), &yunmei_host::stamp())?;
        let once = with(stage, token)?;
        transport.send(stage.bucket.upload(&path, &content), photo())?;
        transport.run(once.delete(&path))?;
        transport.send(stage.bucket.upload(&path, &content), photo())?;
        refused(transport.run(once.delete(&path)), -77)
    });
}

fn signer(stage: &Stage<'_>) -> Signer {
    let account = stage.account;
    Signer::new(account.app(), account.bucket(), account.credentials())
}

fn with(stage: &Stage<'_>, token: Token) -> Result<Bucket, InputError> {
    stage.unsigned().with_signature(token)
}
