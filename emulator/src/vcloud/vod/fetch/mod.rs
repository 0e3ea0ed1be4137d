//! Videos that are fetched by their addresses (sections 7.4 and 16.3): from this machine only.

pub(super) mod client;

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Vod,
    apply::checked_extension,
    commit::source_info,
    store::{Fetch, Stage, new_vid},
};
use crate::{
    random,
    vcloud::{
        answer::Refusal,
        asked::Asked,
        upload_host::{Facts, Object, Order},
    },
};
use client::{Fetched, Source};

/// The most addresses of one call.
const LIMIT: usize = 20;

/// An address of the successor's list, as it is written.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Address {
    source_url: String,
    #[serde(default)]
    callback_args: String,
    #[serde(default)]
    md5: String,
    #[serde(default)]
    template_id: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    tags: String,
    #[serde(default)]
    category: String,
    #[serde(default)]
    file_extension: String,
}

impl Vod {
    /// ```text
    /// GET /?Action=UploadMediaByUrl&Version=2018-01-01&SpaceName=…&Format=mp4&SourceUrls=…,…
    ///     [&CallbackArgs=…]
    /// ```
    pub(super) async fn fetch_by_query(self: &Arc<Vod>, asked: &Asked) -> Result<Value, Refusal> {
        self.space(asked.needed("SpaceName")?)?;
        let extension = match asked.needed("Format")? {
            "mp4" => ".mp4",
            "m3u8" => ".m3u8",
            _ => return Err(Refusal::invalid("Format", "mp4 or m3u8")),
        };
        let urls = listed(asked.needed("SourceUrls")?);
        check_count("SourceUrls", urls.len())?;
        let mut fetches = Vec::new();
        for url in urls {
            let fetch = Fetch {
                callback_args: asked.text("CallbackArgs").to_owned(),
                extension: extension.to_owned(),
                ..self.fetch_of("SourceUrls", &url).await?
            };
            fetches.push(fetch);
        }
        self.begin(fetches)?;
        Ok(json!({"Code": 0, "Message": "accepted"}))
    }

    /// ```text
    /// POST /?Action=UploadMediaByUrl&Version=2020-08-01
    /// SpaceName=…&URLSets=[{"SourceUrl":"…",…},…]
    /// ```
    pub(super) async fn fetch_by_form(self: &Arc<Vod>, asked: &Asked) -> Result<Value, Refusal> {
        let form = asked.form()?;
        let value = |name| {
            let value = form.value(name).filter(|value| !value.is_empty());
            value.ok_or_else(|| Refusal::missing(name))
        };
        self.space(value("SpaceName")?)?;
        let addresses: Vec<Address> = serde_json::from_str(value("URLSets")?)
            .map_err(|problem| Refusal::invalid("URLSets", problem))?;
        check_count("URLSets", addresses.len())?;
        let mut fetches = Vec::new();
        for address in addresses {
            let bare = self.fetch_of("URLSets", &address.source_url).await?;
            fetches.push(address.fetch(bare)?);
        }
        let data = fetches
            .iter()
            .map(|fetch| json!({"JobId": fetch.id, "SourceUrl": fetch.url, "ImageUrls": []}));
        let data: Vec<Value> = data.collect();
        self.begin(fetches)?;
        Ok(json!({"Data": data}))
    }

    /// `GET /?Action=QueryUploadTaskInfo&Version=2020-08-01&JobIds=…,…`
    pub(super) fn fetch_info(&self, asked: &Asked) -> Result<Value, Refusal> {
        let ids = asked.needed("JobIds")?.split(',').map(str::trim);
        let (mut known, mut missing) = (Vec::new(), Vec::new());
        for id in ids.filter(|id| !id.is_empty()) {
            match self.store.fetch(id) {
                Some(fetch) => known.push(self.told(&fetch)),
                None => missing.push(id),
            }
        }
        Ok(json!({"Data": {"MediaInfoList": known, "NotExistJobIds": missing}}))
    }

    /// How far a fetch is.
    fn told(&self, fetch: &Fetch) -> Value {
        let mut told = json!({
            "JobId": fetch.id,
            "SourceUrl": fetch.url,
            "SpaceName": fetch.space,
            "CallbackArgs": fetch.callback_args,
            "State": match &fetch.stage {
                Stage::Waiting => "processing",
                Stage::Done { .. } => "success",
                Stage::Failed { .. } => "failed",
            },
        });
        if let Stage::Done { vid } = &fetch.stage
            && let Some(video) = self.store.video(vid)
            && let Some(object) = self.uploads.object(&video.uri)
        {
            told["Vid"] = vid.as_str().into();
            told["SourceInfo"] = source_info(&object, Some(&video), None);
        }
        told
    }

    /// A fetch of an address, if that leads to this machine.
    async fn fetch_of(&self, parameter: &str, url: &str) -> Result<Fetch, Refusal> {
        let source = Source::read(url).map_err(|problem| Refusal::invalid(parameter, problem))?;
        source
            .resolve()
            .await
            .map_err(|problem| Refusal::invalid(parameter, problem))?;
        Ok(Fetch {
            id: random::hex::<16>()?,
            space: self.space.clone(),
            url: url.to_owned(),
            callback_args: String::new(),
            title: String::new(),
            description: String::new(),
            category: String::new(),
            tags: String::new(),
            template: String::new(),
            md5: String::new(),
            extension: String::new(),
            stage: Stage::Waiting,
            accepted: self.now().seconds(),
        })
    }

    fn begin(self: &Arc<Vod>, fetches: Vec<Fetch>) -> Result<(), Refusal> {
        let ids: Vec<String> = fetches.iter().map(|fetch| fetch.id.clone()).collect();
        for fetch in fetches {
            self.store.add_fetch(fetch)?;
        }
        for id in ids {
            self.begin_fetch(id);
        }
        Ok(())
    }

    /// Fetches, behind the answer.
    pub(super) fn begin_fetch(self: &Arc<Vod>, id: String) {
        let vod = Arc::clone(self);
        tokio::spawn(async move {
            let Ok(_place) = vod.fetching.acquire().await else {
                return;
            };
            let Some(fetch) = vod.store.fetch(&id) else {
                return;
            };
            let stage = match vod.fetched(&fetch).await {
                Ok(vid) => Stage::Done { vid },
                Err(problem) => Stage::Failed { problem },
            };
            // If that cannot be written down, the next start fetches it again.
            let _ = vod.store.put_fetch(Fetch { stage, ..fetch });
        });
    }

    /// Makes a video of what is at an address; gives its id.
    async fn fetched(&self, fetch: &Fetch) -> Result<String, String> {
        let source = Source::read(&fetch.url)?;
        let Fetched {
            blob,
            md5,
            crc32,
            content_type,
        } = client::fetch(source, &self.uploads.blobs).await?;
        if !fetch.md5.is_empty() && !fetch.md5.eq_ignore_ascii_case(&md5) {
            return Err(format!(
                "Md5 is {:.64}, but of the content {md5}",
                fetch.md5
            ));
        }
        let order = Order {
            owner: self.owner(),
            letter: 'v',
            names: vec![None],
            extension: fetch.extension.clone(),
            file_type: "video".into(),
        };
        let refused = |refusal: Refusal| refusal.reason;
        let session = self.uploads.apply(order, self.now()).map_err(refused)?;
        let uri = session.tickets.first().map(|ticket| ticket.uri.clone());
        let object = Object {
            facts: Facts {
                uri: uri.unwrap_or_default(),
                owner: self.owner(),
                size: blob.length(),
                md5,
                crc32,
                stored: self.now().seconds(),
                content_type,
            },
            pieces: vec![blob],
        };
        let object = self
            .uploads
            .put(object)
            .map_err(|problem| problem.to_string())?;
        let media = self.media(&object).await.map_err(refused)?;
        let vid = new_vid().map_err(|problem| problem.to_string())?;
        let mut video = self.made(vid, &object, media);
        video.title.clone_from(&fetch.title);
        video.description.clone_from(&fetch.description);
        video.category.clone_from(&fetch.category);
        let tags = fetch.tags.split(',').filter(|tag| !tag.is_empty());
        video.tags = tags.map(str::to_owned).collect();
        if !fetch.template.is_empty() {
            video.runs.push(self.run(&fetch.template).map_err(refused)?);
        }
        let vid = video.vid.clone();
        self.store
            .put(video)
            .map_err(|problem| problem.to_string())?;
        Ok(vid)
    }
}

impl Address {
    fn fetch(self, bare: Fetch) -> Result<Fetch, Refusal> {
        Ok(Fetch {
            callback_args: self.callback_args,
            md5: self.md5,
            template: self.template_id,
            title: self.title,
            description: self.description,
            tags: self.tags,
            category: self.category,
            extension: match self.file_extension.as_str() {
                "" => String::new(),
                text => checked_extension(text)?,
            },
            ..bare
        })
    }
}

/// The addresses of a list; a comma parts two of them only where another one begins behind it.
fn listed(list: &str) -> Vec<String> {
    let mut urls: Vec<String> = Vec::new();
    for piece in list.split(',') {
        let begins = ["http://", "https://"]
            .iter()
            .any(|scheme| piece.trim_start().starts_with(scheme));
        match urls.last_mut().filter(|_| !begins) {
            Some(last) => {
                last.push(',');
                last.push_str(piece);
            }
            None => urls.push(piece.trim().to_owned()),
        }
    }
    urls
}

fn check_count(parameter: &str, count: usize) -> Result<(), Refusal> {
    match (1..=LIMIT).contains(&count) {
        true => Ok(()),
        false => Err(Refusal::invalid(
            parameter,
            format_args!("1 to {LIMIT} addresses"),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comma_parts_addresses_only_before_another_one() {
        assert_eq!(
            listed("http://a/1,http://b/2"),
            ["http://a/1", "http://b/2"]
        );
        assert_eq!(
            listed("http://a/1,2?x=3,4,https://b/影"),
            ["http://a/1,2?x=3,4", "https://b/影"]
        );
        assert_eq!(listed("ftp://a"), ["ftp://a"]);
    }
}
