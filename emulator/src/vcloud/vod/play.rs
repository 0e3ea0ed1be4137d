//! Where videos are played (sections 7.2, 7.3 and 16.3).

use http::{HeaderValue, Response, StatusCode, header};
use serde_json::{Value, json};
use yunmei_core::Timestamp;

use super::{
    Vod,
    links::{Form, poster_url},
    media::Media,
    store::Video,
};
use crate::{
    body,
    exchange::Reply,
    vcloud::{answer::Refusal, asked::Asked},
};

/// What `Status` is of what can be played, as players know it.
const PLAYABLE: i64 = 10;

/// A form in which a video is there.
struct Stream {
    id: String,
    definition: String,
    is_original: bool,
}

/// A video that may be played, and what is known of it.
struct Played {
    video: Video,
    media: Media,
    size: u64,
    md5: String,
    content_type: String,
    url: String,
}

impl Vod {
    /// `GET /?Action=GetPlayInfo&Version=2019-03-15&video_id=…`
    pub(super) fn play_info(&self, asked: &Asked) -> Result<Value, Refusal> {
        let played = self.played(asked, "video_id", "ssl", "base64")?;
        let streams = played.streams(asked.now, asked.text("definition"));
        let streams = match is_format(asked.text("format_type"), &played) {
            true => streams,
            false => Vec::new(),
        };
        let list: Vec<Value> = streams.iter().map(|one| played.stream(one)).collect();
        Ok(json!({"Data": {
            "Status": PLAYABLE,
            "VideoID": played.video.vid,
            "CoverUrl": poster_url(&asked.authority, &played.video.poster),
            "Duration": played.media.duration,
            "MediaType": played.kind(),
            "TotalCount": list.len(),
            "PlayInfoList": list,
        }}))
    }

    /// `GET /?Action=GetPlayInfo&Version=2020-08-01&Vid=…`
    pub(super) fn play_info_successor(&self, asked: &Asked) -> Result<Value, Refusal> {
        let played = self.played(asked, "Vid", "Ssl", "Base64")?;
        let streams = played.streams(asked.now, asked.text("Definition"));
        let streams = match is_format(asked.text("Format"), &played) {
            true => streams,
            false => Vec::new(),
        };
        let list: Vec<Value> = streams
            .iter()
            .map(|one| played.stream_successor(one))
            .collect();
        Ok(json!({
            "Version": 1,
            "Vid": played.video.vid,
            "Status": PLAYABLE,
            "PosterUrl": poster_url(&asked.authority, &played.video.poster),
            "Duration": played.media.duration,
            "FileType": played.kind(),
            "EnableAdaptive": false,
            "TotalCount": list.len(),
            "PlayInfoList": list,
        }))
    }

    /// `GET /?Action=GetOriginVideoPlayInfo&Version=2018-01-01&Vid=…[&Ssl=1][&Base64=1]`
    pub(super) fn origin_play_info(&self, asked: &Asked) -> Result<Value, Refusal> {
        let played = self.played(asked, "Vid", "Ssl", "Base64")?;
        Ok(json!({
            "MediaType": played.kind(),
            "Duration": played.media.duration,
            "Size": played.size,
            "Height": played.media.height,
            "Width": played.media.width,
            "Format": played.media.format,
            "CodecType": played.media.codec,
            "Bitrate": played.media.bitrate,
            "FileHash": played.md5,
            "MainPlayUrl": played.url,
            "BackupPlayUrl": played.url,
        }))
    }

    /// `GET /?Action=RedirectPlay&Version=2018-01-01&Vid=…`: on to the bytes.
    pub(in crate::vcloud) fn redirect(&self, asked: &Asked) -> Result<Reply, Refusal> {
        let played = self.played(asked, "Vid", "Ssl", "Base64")?;
        let location = HeaderValue::try_from(played.url)
            .map_err(|_| Refusal::failed("the address is no header"))?;
        let mut response = Response::new(body::empty());
        *response.status_mut() = StatusCode::FOUND;
        response.headers_mut().insert(header::LOCATION, location);
        Ok(Reply {
            response,
            code: Some(0),
            refusal: None,
        })
    }

    fn played(&self, asked: &Asked, vid: &str, ssl: &str, base64: &str) -> Result<Played, Refusal> {
        let form = Form {
            https: asked.flag(ssl)?,
            base64: asked.flag(base64)? && asked.action != super::REDIRECT,
        };
        let video = self.playable(asked.needed(vid)?)?;
        let object = (self.uploads.object(&video.uri))
            .ok_or_else(|| Refusal::not_found("the file of the video is gone"))?;
        let facts = &object.facts;
        Ok(Played {
            url: self.play_url(&asked.authority, &video, form, asked.now),
            media: video.media.clone().unwrap_or_default(),
            size: facts.size,
            md5: facts.md5.clone(),
            content_type: facts.content_type.clone(),
            video,
        })
    }
}

impl Played {
    /// The original, and what has been made of it by now; only of one definition, if one is named.
    fn streams(&self, now: Timestamp, definition: &str) -> Vec<Stream> {
        let mut streams = vec![Stream {
            id: self.md5.clone(),
            definition: self.media.definition().to_owned(),
            is_original: true,
        }];
        let runs = self.video.runs.iter();
        let done = runs.filter(|run| run.done.is_some_and(|done| done <= now.seconds()));
        streams.extend(done.map(|run| Stream {
            id: run.id.clone(),
            definition: definition_of(&run.template).to_owned(),
            is_original: false,
        }));
        streams.retain(|stream| definition.is_empty() || stream.definition == definition);
        streams
    }

    fn kind(&self) -> &'static str {
        let is_audio = self.content_type.starts_with("audio/");
        match self.video.media.is_none() && !is_audio {
            true => "video",
            false => self.media.kind(),
        }
    }

    fn stream(&self, stream: &Stream) -> Value {
        json!({
            "Bitrate": self.media.bitrate,
            "FileHash": self.md5,
            "Size": self.size,
            "Height": self.media.height,
            "Width": self.media.width,
            "Format": self.media.format.to_lowercase(),
            "Codec": self.media.codec,
            "Logo": "",
            "Definition": stream.definition,
            "Quality": "normal",
            "Encrypt": false,
            "PlayAuth": "",
            "MainPlayUrl": self.url,
            "BackupPlayUrl": self.url,
            "FileID": stream.id,
            "P2pVerifyURL": "",
            "PreloadInterval": 60,
            "PreloadMaxStep": 10,
            "PreloadMinStep": 5,
            "PreloadSize": 327_680,
        })
    }

    fn stream_successor(&self, stream: &Stream) -> Value {
        json!({
            "FileId": stream.id,
            "Md5": self.md5,
            "FileType": match stream.is_original {
                true => "original",
                false => self.kind(),
            },
            "Format": self.media.format.to_lowercase(),
            "Codec": self.media.codec,
            "Definition": stream.definition,
            "MainPlayUrl": self.url,
            "BackupPlayUrl": self.url,
            "Bitrate": self.media.bitrate,
            "Width": self.media.width,
            "Height": self.media.height,
            "Size": self.size,
            "Duration": self.media.duration,
            "CheckInfo": "",
            "IndexRange": "",
            "InitRange": "",
            "PlayAuth": "",
            "PlayAuthId": "",
            "LogoType": "",
            "Quality": "normal",
        })
    }
}

/// Whether a video is in the format that is asked for, if one is; of whom nothing is known, in any.
fn is_format(asked: &str, played: &Played) -> bool {
    let own = &played.media.format;
    asked.is_empty() || own.is_empty() || own.eq_ignore_ascii_case(asked)
}

/// The definition that a template makes: it may have it in its name.
fn definition_of(template: &str) -> &'static str {
    const KNOWN: [&str; 8] = ["240p", "360p", "480p", "540p", "720p", "1080p", "2k", "4k"];
    let mut words = template.split(|c: char| !c.is_ascii_alphanumeric());
    let named = words.find_map(|word| KNOWN.into_iter().find(|known| *known == word));
    named.unwrap_or("480p")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_may_name_its_definition() {
        assert_eq!(definition_of("mp4-720p_fast"), "720p");
        assert_eq!(definition_of("x1080px"), "480p");
        assert_eq!(definition_of(""), "480p");
    }
}
