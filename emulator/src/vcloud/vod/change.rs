//! Information of videos, and whether they may be played (sections 7.8, 7.9 and 16.3).

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Vod,
    store::{Status, Video},
};
use crate::vcloud::{answer::Refusal, asked::Asked};

/// What is to be changed; what is empty stays.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Info {
    title: String,
    description: String,
    category: String,
    poster_uri: String,
}

/// Lists of tags, separated by commas.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Tags {
    deletes: String,
    adds: String,
}

impl Vod {
    /// ```text
    /// POST /?Action=ModifyVideoInfo&Version=2018-01-01
    /// {"SpaceName": "…", "Vid": "…", "Info": {…}, "Tags": {…}}
    /// ```
    pub(super) fn modify(&self, asked: &Asked) -> Result<Value, Refusal> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Body {
            space_name: String,
            vid: String,
            #[serde(default)]
            info: Option<Info>,
            #[serde(default)]
            tags: Option<Tags>,
        }
        let body: Body = asked.document()?;
        let space = self.space(&body.space_name)?;
        let info = body.info.unwrap_or_default();
        self.check_poster(&info.poster_uri)?;
        let tags = body.tags.unwrap_or_default();
        self.store.change(&body.vid, Some(space), |video| {
            info.apply(video);
            let deletes: Vec<&str> = words(&tags.deletes).collect();
            video.tags.retain(|tag| !deletes.contains(&tag.as_str()));
            for tag in words(&tags.adds) {
                if !video.tags.iter().any(|known| known == tag) {
                    video.tags.push(tag.to_owned());
                }
            }
            Ok(())
        })?;
        Ok(json!({"BaseResp": {"StatusCode": 0, "StatusMessage": ""}}))
    }

    /// ```text
    /// GET /?Action=UpdateMediaInfo&Version=2020-08-01&Vid=…[&PosterUri=…][&Title=…]
    ///     [&Description=…][&Tags=a,b][&ClassificationId=…]
    /// ```
    pub(super) fn modify_successor(&self, asked: &Asked) -> Result<Value, Refusal> {
        let info = Info {
            title: asked.text("Title").to_owned(),
            description: asked.text("Description").to_owned(),
            category: asked.text("ClassificationId").to_owned(),
            poster_uri: asked.text("PosterUri").to_owned(),
        };
        self.check_poster(&info.poster_uri)?;
        self.store.change(asked.needed("Vid")?, None, |video| {
            info.apply(video);
            // Here the list takes the place of the old one.
            if asked.query.value("Tags").is_some() {
                video.tags = words(asked.text("Tags")).map(str::to_owned).collect();
            }
            Ok(())
        })?;
        Ok(Value::Null)
    }

    /// ```text
    /// POST /?Action=SetVideoPublishStatus&Version=2018-01-01
    /// {"Vid": "…", "SpaceName": "…", "Status": "Published"}
    /// ```
    pub(super) fn publish(&self, asked: &Asked) -> Result<Value, Refusal> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Body {
            vid: String,
            space_name: String,
            status: String,
        }
        let body: Body = asked.document()?;
        let space = self.space(&body.space_name)?;
        self.set_status(&body.vid, Some(space), &body.status)
    }

    /// `GET /?Action=UpdateMediaPublishStatus&Version=2020-08-01&Vid=…&Status=Published`
    pub(super) fn publish_successor(&self, asked: &Asked) -> Result<Value, Refusal> {
        self.set_status(asked.needed("Vid")?, None, asked.needed("Status")?)
    }

    fn set_status(&self, vid: &str, space: Option<&str>, status: &str) -> Result<Value, Refusal> {
        let status = match status {
            "Published" => Status::Published,
            "Unpublished" => Status::Unpublished,
            "Blocked" => Status::Blocked,
            _ => {
                let known = "Published, Unpublished or Blocked";
                return Err(Refusal::invalid("Status", known));
            }
        };
        self.store.change(vid, space, |video| {
            video.status = status;
            Ok(())
        })?;
        Ok(Value::Null)
    }

    /// A cover has to be there.
    fn check_poster(&self, uri: &str) -> Result<(), Refusal> {
        match uri.is_empty() || self.uploads.object(uri).is_some() {
            true => Ok(()),
            false => Err(Refusal::invalid("PosterUri", "nothing was uploaded there")),
        }
    }
}

impl Info {
    fn apply(&self, video: &mut Video) {
        for (new, own) in [
            (&self.title, &mut video.title),
            (&self.description, &mut video.description),
            (&self.category, &mut video.category),
            (&self.poster_uri, &mut video.poster),
        ] {
            if !new.is_empty() {
                own.clone_from(new);
            }
        }
    }
}

fn words(list: &str) -> impl Iterator<Item = &str> {
    list.split(',')
        .map(str::trim)
        .filter(|word| !word.is_empty())
}
