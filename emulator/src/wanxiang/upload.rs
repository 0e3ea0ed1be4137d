//! Upload in one request (sections 6.1, 7 and 8.1).

use std::sync::Arc;

use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use yunmei_core::wanxiang::FileId;

use super::{
    Generation, Wanxiang,
    analysis::Pixels,
    answer::Refusal,
    aside,
    picture::{self, Shape},
    request::{Fields, PICTURE_LIMIT},
    store::{Facts, Held, Key, Object, Space},
    target::Target,
};
use crate::{random, storage::Blob};

/// What a query asks to be told of a picture: `analyze=fuzzy.food`.
#[derive(Clone, Copy, Default)]
pub(super) struct Analysis {
    fuzzy: bool,
    food: bool,
}

impl Analysis {
    pub(super) fn asked(query: &str) -> Analysis {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let words = pairs.find(|(name, _)| *name == "analyze");
        let words = words.map_or_else(Default::default, |(_, words)| {
            percent_decode_str(words).decode_utf8_lossy()
        });
        Analysis {
            fuzzy: words.split('.').any(|word| word == "fuzzy"),
            food: words.split('.').any(|word| word == "food"),
        }
    }

    fn is_asked(self) -> bool {
        self.fuzzy || self.food
    }
}

/// What was found in the bytes of a picture.
#[derive(Clone, Copy, Default)]
pub(super) struct Findings {
    pub(super) shape: Option<Shape>,
    is_fuzzy: Option<bool>,
    is_food: Option<bool>,
}

impl Findings {
    /// Looks into the bytes; takes its time. Of what is no picture there is nothing to say.
    pub(super) fn of(bytes: &[u8], analysis: Analysis) -> Findings {
        let shape = Shape::of(bytes);
        let pixels = match analysis.is_asked() && shape.is_some() {
            true => Pixels::decode(bytes),
            false => None,
        };
        let pixels = pixels.as_ref();
        Findings {
            shape,
            is_fuzzy: pixels.filter(|_| analysis.fuzzy).map(Pixels::is_fuzzy),
            is_food: pixels.filter(|_| analysis.food).map(Pixels::is_food),
        }
    }
}

/// ```text
/// POST {address}[?analyze=fuzzy.food]  FileContent=…, MagicContext=…, Md5=…
/// POST {address}                       FileContent=…, Sha=…, Title=…, Desc=…, MagicContext=…
/// ```
pub(super) async fn answer(
    wanxiang: &Wanxiang,
    target: &Target,
    mut fields: Fields,
    analysis: Analysis,
) -> Result<Value, Refusal> {
    let received = fields.take_content()?;
    if let Some(md5) = fields.filled("md5")
        && !md5.eq_ignore_ascii_case(&received.md5)
    {
        let problem = format!("Md5 is {md5:.64}, but of the content {}", received.md5);
        return Err(Refusal::new(-5999, problem));
    }
    if let Some(sha) = fields.sha()?
        && sha != received.sha
    {
        let problem = format!("sha is {sha}, but of the content {}", received.sha);
        return Err(Refusal::new(-5984, problem));
    }
    let key = target.key(wanxiang.file_id(target)?);
    let pieces = vec![Arc::clone(&received.blob)];
    let findings = wanxiang.look_into(key.space, &pieces, analysis).await?;
    let facts = Facts {
        size: received.blob.length(),
        sha: received.sha,
        md5: received.md5,
        uploaded: wanxiang.now().seconds(),
        shape: findings.shape,
        magic_context: fields.text("magiccontext").to_owned(),
        title: fields.text("title").to_owned(),
        description: fields.text("desc").to_owned(),
    };
    let mut contents = wanxiang.store.contents();
    wanxiang.refuse_existing(&contents, &key)?;
    contents.put(&key, Object { facts, pieces })?;
    Ok(wanxiang.uploaded(&key, findings))
}

impl Wanxiang {
    /// The name that the address has, or a new one.
    pub(super) fn file_id(&self, target: &Target) -> Result<FileId, Refusal> {
        let Some(file_id) = &target.file_id else {
            return self.new_file_id(target.space);
        };
        // Section 11: "letters, digits, hyphens and the like".
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let is_v2 = target.space == Space::PhotosV2 && self.manners.generation == Generation::V2;
        match is_v2 && !file_id.as_str().chars().all(plain) {
            true => Err(Refusal::new(
                -5992,
                "in a bucket of V2 a fileid has letters, digits, hyphens, underscores and dots; \
                 others need V2 enhanced",
            )),
            false => Ok(file_id.clone()),
        }
    }

    /// A name as the service chooses it (section 2).
    pub(super) fn new_file_id(&self, space: Space) -> Result<FileId, Refusal> {
        let name = match space.is_video() {
            true => format!("{}_{}", self.account.app(), random::hex::<16>()?),
            false => random::uuid()?,
        };
        Ok(FileId::new(&name).expect("letters, digits, hyphens and underscores"))
    }

    /// Whether a name may be used again is not established (section 14).
    pub(super) fn refuse_existing(&self, contents: &Held<'_>, key: &Key) -> Result<(), Refusal> {
        match contents.object(key) {
            Some(_) if !self.manners.replace => {
                let problem = format!("there is something called {}", key.file_id);
                Err(Refusal::new(-177, problem))
            }
            _ => Ok(()),
        }
    }

    /// Looks into a content where it holds nobody up. Of a video there is nothing to say, and of a
    /// picture above the limit, which came by slices, only what is in its head.
    pub(super) async fn look_into(
        &self,
        space: Space,
        pieces: &[Arc<Blob>],
        analysis: Analysis,
    ) -> Result<Findings, Refusal> {
        if space.is_video() {
            return Ok(Findings::default());
        }
        let size: u64 = pieces.iter().map(|piece| piece.length()).sum();
        let pieces = pieces.to_vec();
        if analysis.is_asked() && size <= PICTURE_LIMIT {
            let work = move || Ok(Findings::of(&picture::read(&pieces)?, analysis));
            return self.in_background(work).await;
        }
        let nothing = Analysis::default();
        aside(move || Ok(Findings::of(&picture::head(&pieces)?, nothing))).await
    }

    /// All that is said of an object that has arrived.
    pub(super) fn uploaded(&self, key: &Key, findings: Findings) -> Value {
        let mut data = json!({
            "url": self.management_url(key),
            "download_url": self.download_url(key),
            "fileid": key.file_id.as_str(),
        });
        if key.space.is_video() {
            // There is one only with transcoding, which does not take place here.
            data["cover_url"] = json!("");
        }
        if let Some(Shape { width, height, .. }) = findings.shape {
            // Texts, as section 13 has it.
            let size = json!({"width": width.to_string(), "height": height.to_string()});
            data["info"] = json!([{"0": size}]);
        }
        if let Some(is_fuzzy) = findings.is_fuzzy {
            data["is_fuzzy"] = json!(u8::from(is_fuzzy));
        }
        if let Some(is_food) = findings.is_food {
            data["is_food"] = json!(u8::from(is_food));
        }
        data
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use yunmei_core::Timestamp;

    use super::*;
    use crate::{
        storage::Storage,
        wanxiang::{Manners, WanxiangAccount},
    };

    #[test]
    fn an_analysis_is_asked_for_in_the_query() {
        for (query, fuzzy, food) in [
            ("", false, false),
            ("analyze=fuzzy", true, false),
            ("x=y&analyze=food", false, true),
            ("analyze=fuzzy.food&note=a+b", true, true),
            ("analyze=fuzzy%2Efood", true, true),
            ("analyse=fuzzy", false, false),
        ] {
            let asked = Analysis::asked(query);
            assert_eq!((asked.fuzzy, asked.food), (fuzzy, food), "{query}");
        }
    }

    const SIDE: u32 = 40;

    fn wanxiang() -> Wanxiang {
        let account = WanxiangAccount::made_up().expect("an account");
        let clock = Arc::new(|| Timestamp::from_seconds(1000));
        Wanxiang::open(account, Manners::default(), 0, clock, &Storage::memory()).expect("opened")
    }

    /// A picture of the colour of food, with nothing behind it up to this size.
    async fn stored(wanxiang: &Wanxiang, size: u64) -> Vec<Arc<Blob>> {
        let mut bytes = std::io::Cursor::new(Vec::new());
        let picture = image::RgbImage::from_pixel(SIDE, SIDE, image::Rgb([220, 120, 40]));
        picture
            .write_to(&mut bytes, image::ImageFormat::Bmp)
            .expect("a picture");
        let mut bytes = bytes.into_inner();
        let size = usize::try_from(size).expect("small");
        bytes.resize(size.max(bytes.len()), 0);
        let mut pieces = Vec::new();
        for piece in bytes.chunks(3_000_000) {
            let mut writer = wanxiang.store.blobs.writer().expect("a blob");
            writer.write(piece).await.expect("room");
            pieces.push(writer.finish().await.expect("a blob"));
        }
        pieces
    }

    async fn found(wanxiang: &Wanxiang, size: u64, analysis: Analysis) -> Findings {
        let pieces = stored(wanxiang, size).await;
        let looking = wanxiang.look_into(Space::PhotosV2, &pieces, analysis);
        let found = tokio::time::timeout(Duration::from_secs(60), looking).await;
        found.expect("nothing was waited for").expect("findings")
    }

    #[tokio::test]
    async fn of_a_picture_above_the_limit_only_the_head_is_read() {
        let (wanxiang, analysis) = (wanxiang(), Analysis::asked("analyze=food"));
        let small = found(&wanxiang, 0, analysis).await;
        assert_eq!(small.is_food, Some(true));
        let large = found(&wanxiang, PICTURE_LIMIT + 1, analysis).await;
        assert_eq!((large.is_food, large.shape), (None, small.shape));
        assert_eq!(large.shape.map(|shape| shape.width), Some(SIDE));
        let pieces = stored(&wanxiang, PICTURE_LIMIT).await;
        let head = picture::head(&pieces).expect("a head");
        assert_eq!(head.len(), 4 * 1024 * 1024);
        assert!(head == picture::read(&pieces).expect("all")[..head.len()]);
    }

    #[tokio::test]
    async fn a_head_is_read_while_all_places_are_taken() {
        let wanxiang = wanxiang();
        let places = wanxiang.bench.available_permits();
        let places = u32::try_from(places).expect("a few");
        let _taken = wanxiang.bench.acquire_many(places).await.expect("places");
        let found = found(&wanxiang, 0, Analysis::default()).await;
        assert_eq!(found.shape.map(|shape| shape.height), Some(SIDE));
    }
}
