//! Requests for every route, as they stand in an address.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use proptest::{option::weighted, sample::select, strategy::Strategy, test_runner::TestRunner};
use yunmei_auth_server::policy::{Operation, Service};
use yunmei_core::vcloud::Dialect;

use super::{
    claims::Who,
    drafts,
    imagex::{self, Asking as PictureAsking, Rule as PictureRule},
    paths,
    photo::{self, Asking as PhotoAsking},
    rules::{self, Request, Rule},
    run::made,
    videos::{self, Asking, Rule as VideoRule},
};

/// What cannot stand in the target of a request.
const WIRE: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// What no route knows.
const STRANGERS: [&str; 6] = [
    "&%70ath=/users/bob/x.jpg",
    "&PATH=/users/bob/x.jpg",
    "&path%00=/users/bob/x.jpg",
    "&path[]=/users/bob/x.jpg",
    "&e=0",
    "&=",
];

/// Rules for every service.
pub(crate) struct Everything {
    pub(crate) dialect: Dialect,
    pub(crate) cos: Vec<Rule>,
    pub(crate) image: Vec<Rule>,
    pub(crate) videos: Vec<VideoRule>,
    pub(crate) pictures: PictureRule,
}

/// A request as it is sent, and as it is meant.
pub(crate) struct Sent {
    pub(crate) target: String,
    pub(crate) who: Who,
    pub(crate) meant: Meant,
}

#[derive(Debug)]
pub(crate) enum Meant {
    Cos(Request),
    Image(Request),
    Video(Asking),
    Pictures(PictureAsking, Option<String>),
    Photo(PhotoAsking),
    /// Nothing: it says something twice, or what nobody knows.
    Nothing,
}

/// What is asked for, before anybody knows where.
#[derive(Debug)]
pub(crate) struct Draft {
    paths: drafts::Draft,
    video: Asking,
    pictures: PictureAsking,
    photo: PhotoAsking,
    route: usize,
    stranger: Option<&'static str>,
    is_doubled: bool,
    has_slash: bool,
}

pub(crate) fn draft() -> impl Strategy<Value = Draft> {
    let draft = (
        drafts::request(Service::Cos),
        videos::asking(),
        imagex::asking(),
        photo::asking(),
        0..20_usize,
        weighted(0.03, select(&STRANGERS[..])),
        proptest::bool::weighted(0.03),
        proptest::bool::weighted(0.7),
    );
    draft.prop_map(
        |(paths, video, pictures, photo, route, stranger, is_doubled, has_slash)| Draft {
            paths,
            video,
            pictures,
            photo,
            route,
            stranger,
            is_doubled,
            has_slash,
        },
    )
}

/// Parameters, as they are written.
type Pairs = Vec<(&'static str, String)>;

impl Everything {
    pub(crate) fn made(number: usize, dialect: Dialect, runner: &mut TestRunner) -> Everything {
        Everything {
            dialect,
            cos: made(&rules::rules(Service::Cos), runner),
            image: made(&rules::rules(Service::Image), runner),
            videos: made(&videos::rules(dialect), runner),
            pictures: PictureRule::of(number, dialect),
        }
    }

    /// As a part of a policy.
    pub(crate) fn written(&self) -> String {
        let text = [
            rules::written(Service::Cos, &self.cos),
            rules::written(Service::Image, &self.image),
            videos::written(&self.videos),
            self.pictures.toml(),
            photo::RULES.to_owned(),
        ];
        text.concat()
    }

    /// A request, for what one of the rules is about, mostly.
    pub(crate) fn sent(&self, draft: Draft, number: usize) -> Sent {
        let Draft {
            stranger,
            is_doubled,
            has_slash,
            ..
        } = draft;
        let (route, who, mut meant, mut pairs) = match draft.route {
            0..6 => self.cos(draft.paths, number),
            6..9 => self.article(draft.paths, has_slash, number),
            9..12 => self.image(draft.paths, has_slash, number),
            12..16 => video(draft.video.near(&self.videos, number)),
            16..18 => pictures(draft.pictures, has_slash, &self.pictures),
            _ => photo(draft.photo),
        };
        if is_doubled && let Some((name, _)) = pairs.first() {
            pairs.push((name, "/users/bob/x.jpg".to_owned()));
            meant = Meant::Nothing;
        }
        let texts = pairs.iter().map(|(name, value)| format!("{name}={value}"));
        let query = texts.collect::<Vec<_>>().join("&") + stranger.unwrap_or_default();
        // What an ampersand in a value cuts off says something that is said, or that nobody knows.
        let is_cut =
            |(_, value): &(_, String)| value.split('&').skip(1).any(|rest| !rest.is_empty());
        if stranger.is_some() || pairs.iter().any(is_cut) {
            meant = Meant::Nothing;
        }
        Sent {
            target: format!("{route}?{}", utf8_percent_encode(&query, WIRE)),
            who,
            meant,
        }
    }

    fn cos(&self, draft: drafts::Draft, number: usize) -> (&'static str, Who, Meant, Pairs) {
        let (mut request, raw) = draft.finish(&self.cos, number);
        request.path = raw.as_deref().map(meant);
        let pairs = pairs_of(&request, "path", raw);
        (
            "/v1/sign/cos",
            request.who.clone(),
            Meant::Cos(request),
            pairs,
        )
    }

    fn article(
        &self,
        draft: drafts::Draft,
        has_slash: bool,
        number: usize,
    ) -> (&'static str, Who, Meant, Pairs) {
        let (mut request, raw) = draft.finish(&self.cos, number);
        let raw = raw.map(|raw| with_slash(raw, has_slash));
        request.path = raw.as_deref().map(|raw| {
            let path = absolute(meant(raw));
            if path.ends_with('/') {
                path
            } else {
                path + "/"
            }
        });
        request.operation = Operation::Upload;
        request.bucket = None;
        request.lifetime = None;
        let pairs = raw.map(|raw| ("cos_path", raw)).into_iter().collect();
        let who = request.who.clone();
        ("/v1/qc_cos/config", who, Meant::Cos(request), pairs)
    }

    fn image(
        &self,
        draft: drafts::Draft,
        has_slash: bool,
        number: usize,
    ) -> (&'static str, Who, Meant, Pairs) {
        let (mut request, raw) = draft.finish(&self.image, number);
        let raw = raw.map(|raw| with_slash(raw, has_slash));
        request.path = raw.as_deref().map(|raw| absolute(meant(raw)));
        let pairs = pairs_of(&request, "path", raw);
        let who = request.who.clone();
        ("/v1/sign/image", who, Meant::Image(request), pairs)
    }
}

fn video(mut asking: Asking) -> (&'static str, Who, Meant, Pairs) {
    let mut pairs = Pairs::new();
    let mut say = |name, value: Option<&str>| {
        pairs.extend(value.map(|value| (name, value.to_owned())));
    };
    let route = match asking.operation {
        Operation::Upload => {
            say("space", asking.space);
            say("file_type", asking.kind);
            asking.video = None;
            "/v1/sign/vod-upload"
        }
        Operation::Play => {
            say("video_id", asking.video);
            (asking.space, asking.kind) = (None, None);
            "/v1/sign/vod-play"
        }
        operation => {
            say("operation", Some(operation.as_str()));
            say("space", asking.space);
            match operation {
                Operation::PlayKeys => say("video_id", asking.video),
                _ => asking.video = None,
            }
            say("type", asking.kind);
            "/v1/sign/sts2"
        }
    };
    pairs.extend(asking.lifetime.map(|one| ("lifetime", one.to_string())));
    (route, asking.who.clone(), Meant::Video(asking), pairs)
}

fn pictures(
    asking: PictureAsking,
    has_slash: bool,
    rule: &PictureRule,
) -> (&'static str, Who, Meant, Pairs) {
    let raw = rule.raw(&asking).map(|raw| with_slash(raw, has_slash));
    let mut pairs = vec![("service", "imagex".to_owned())];
    pairs.extend(asking.service.map(|one| ("service_id", one.to_owned())));
    pairs.extend(asking.lifetime.map(|one| ("lifetime", one.to_string())));
    pairs.extend(raw.clone().map(|raw| ("path", raw)));
    let meant = raw.map(|raw| absolute(meant(&raw)));
    let who = asking.who.clone();
    ("/v1/sign/sts2", who, Meant::Pictures(asking, meant), pairs)
}

fn photo(asking: PhotoAsking) -> (&'static str, Who, Meant, Pairs) {
    let asking = asking.of_route();
    let mut pairs = Pairs::new();
    pairs.extend(asking.size.map(|one| ("size", one.to_string())));
    pairs.extend(asking.kind.map(|one| ("type", one.to_owned())));
    let who = asking.who.clone();
    ("/v1/sign/photo-token", who, Meant::Photo(asking), pairs)
}

fn pairs_of(request: &Request, name: &'static str, raw: Option<String>) -> Pairs {
    let mut pairs = vec![("operation", request.operation.as_str().to_owned())];
    pairs.extend(request.bucket.map(|one| ("bucket", one.to_owned())));
    pairs.extend(request.lifetime.map(|one| ("lifetime", one.to_string())));
    pairs.extend(raw.map(|raw| (name, raw)));
    pairs
}

/// With its first slash, or without it.
fn with_slash(raw: String, has_slash: bool) -> String {
    match raw.strip_prefix('/') {
        Some(rest) if !has_slash => rest.to_owned(),
        _ => raw,
    }
}

/// What a value means, up to where an ampersand ends it.
fn meant(raw: &str) -> String {
    let value = raw.split('&').next().unwrap_or_default();
    // What is no text is a path for nobody.
    paths::meant(value).unwrap_or_else(|| "no text".to_owned())
}

fn absolute(path: String) -> String {
    if path.starts_with('/') {
        path
    } else {
        format!("/{path}")
    }
}
