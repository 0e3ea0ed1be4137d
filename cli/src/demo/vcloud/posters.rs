//! Posters, and from which domains they are had.

use yunmei_core::{
    Error,
    vcloud::{
        Scheme,
        vod::poster::{DomainWeights, Format, PosterForm, Template},
    },
};

use super::{Stage, picture_at};
use crate::demo::{
    report::{Report, same},
    transport::Body,
};

pub(super) fn run(report: &mut Report, stage: &Stage<'_>, vid: &str) {
    report.step("its poster, taken from the film", vid, || {
        let played = stage.played(vid)?;
        let stream = played.streams.first().ok_or("there is no stream")?;
        let (width, height, content) = picture_at(stage, &played.poster_url)?;
        let found = (Some(width.into()), Some(height.into()));
        same("dimensions", found, (stream.width, stream.height))?;
        Ok(format!("{width}x{height}, {} bytes", content.len()))
    });
    let poster_uri = upload(report, stage, vid);
    addresses(report, stage, &poster_uri);
}

/// Brings the name under which the poster is stored.
pub(super) fn upload(report: &mut Report, stage: &Stage<'_>, vid: &str) -> String {
    let mut poster_uri = String::new();
    let dish = &stage.media.dish;
    let sent = format!("JPEG, {}", dish.summary());
    report.step("upload another poster", sent, || {
        let content = stage.content(&dish.bytes)?;
        let upload = stage.vod()?.upload_poster(stage.space(), vid, content);
        poster_uri = stage.send(upload, Body::Bytes(dish.bytes.clone()))?;
        let url = stage.played(vid)?.poster_url;
        same("of the video", url.contains(poster_uri.as_str()), true)?;
        let (_, _, content) = picture_at(stage, &url)?;
        same("content", content == dish.bytes[..], true)?;
        Ok(format!("the same bytes from {url}"))
    });
    poster_uri
}

fn addresses(report: &mut Report, stage: &Stage<'_>, poster_uri: &str) {
    let weights = || -> Result<DomainWeights, Error> {
        stage.run(stage.vod()?.domain_weights(stage.space()))
    };
    report.step("from which domains posters are had", stage.space(), || {
        let weights = weights()?;
        let shown: Vec<_> = weights.iter().collect();
        same("domains", shown.len(), 1)?;
        Ok(format!("{shown:?}"))
    });
    report.step("draw by weight, all 15 draws", "10 p1, 5 p3, 0 p9", || {
        let pairs = [("p1", 10), ("p3", 5), ("p9", 0)];
        let weights =
            DomainWeights::new(pairs.map(|(name, weight)| (format!("{name}.com"), weight)))?;
        let mut drawn = [0; 2];
        for first in 1..=15 {
            let domains = weights.pick([first, 1]).ok_or("nothing was drawn")?;
            drawn[usize::from(domains.main == "p3.com")] += 1;
            same("another beside it", domains.main != domains.backup, true)?;
        }
        same("drawn", drawn, [10, 5])?;
        same("beyond all", weights.pick([16, 1]).is_none(), true)?;
        Ok("p1 10 times, p3 5 times, p9 never".into())
    });
    for (template, format, expected) in [
        (
            Template::Resize {
                width: 100,
                height: 0,
            },
            Format::Png,
            (100, 75),
        ),
        (
            Template::CentreCrop {
                width: 64,
                height: 64,
            },
            Format::Stored,
            (64, 64),
        ),
    ] {
        report.step("a poster of another size", template, || {
            let form = PosterForm::new().over(Scheme::Http);
            let form = form.template(template).format(format);
            let urls = form.urls(&weights()?, poster_uri, &stage.stamp().nonce)?;
            let (width, height, content) = picture_at(stage, &urls.main)?;
            same("dimensions", (width, height), expected)?;
            Ok(format!(
                "{width}x{height}, {} bytes from {}",
                content.len(),
                urls.main
            ))
        });
    }
}
