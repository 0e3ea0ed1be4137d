//! Whether a request may have its signature.

use std::fmt;

use super::{Asked, Operation, Policy, Rule, Scope, Service};
use crate::{
    path::{SafePath, Template},
    token::Claims,
};

/// The longest id of a video, in bytes.
pub(super) const VIDEO_LIMIT: usize = 128;

/// What a rule lets through.
#[derive(Clone, Debug)]
pub struct Granted<'a> {
    /// The rule.
    pub rule: &'a Rule,
    /// Its place among the rules.
    pub index: usize,
    /// What for.
    pub operation: Operation,
    /// With what.
    pub target: Target,
    /// For how long, in seconds.
    pub lifetime: u64,
    /// The kind of file that the signature is to be bound to, where it can be.
    pub media_type: Option<String>,
}

/// What a signature is for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Target {
    /// A file, or a folder and all that is in it.
    Path(SafePath),
    /// A video.
    Video(String),
    /// All that the rule names.
    Rule,
}

/// Why there is no signature: the reason of the rule that came closest to giving one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Denial {
    /// No rule is about the service.
    Service,
    /// No such rule is for who has these claims.
    Claims,
    /// None lets this be done.
    Operation,
    /// None is about this bucket, space or service.
    Place,
    /// The path is outside of the folder, or there is no folder for this token.
    Path,
    /// What it is about is not named.
    Unnamed,
    /// A signature for all of a folder is not given.
    Prefix,
    /// Not this video.
    Video,
    /// It would live longer than this, in seconds.
    Lifetime(u64),
    /// The client has to say how much, and what, it is going to upload.
    Undeclared,
    /// This is not to be uploaded.
    Type,
    /// It is larger than this, in bytes.
    Size(u64),
}

impl Denial {
    /// One word for it.
    pub fn code(self) -> &'static str {
        match self {
            Denial::Service => "service_denied",
            Denial::Claims => "claims_denied",
            Denial::Operation => "operation_denied",
            Denial::Place => "place_denied",
            Denial::Path => "path_outside",
            Denial::Unnamed => "path_needed",
            Denial::Prefix => "prefix_denied",
            Denial::Video => "video_denied",
            Denial::Lifetime(_) => "lifetime_too_long",
            Denial::Undeclared => "size_and_type_needed",
            Denial::Type => "type_denied",
            Denial::Size(_) => "too_large",
        }
    }
}

impl fmt::Display for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Denial::Service => f.write_str("nothing of this service is signed here"),
            Denial::Claims => f.write_str("nothing of this service is signed for this token"),
            Denial::Operation => f.write_str("this operation is not signed for this token"),
            Denial::Place => f.write_str("this bucket, space or service is not known here"),
            Denial::Path => f.write_str("the path is outside of what this token may reach"),
            Denial::Unnamed => f.write_str("say the path that it is for"),
            Denial::Prefix => f.write_str(
                "a signature for all of a folder is not given: name a file, or let its rule say \
                 prefix = true",
            ),
            Denial::Video => f.write_str("this video is outside of what this token may reach"),
            Denial::Lifetime(limit) => write!(f, "signatures live for 1 to {limit} seconds"),
            Denial::Undeclared => f.write_str(
                "say size and type of what is to be uploaded, in the parameters size and type",
            ),
            Denial::Type => f.write_str("files of this type may not be uploaded"),
            Denial::Size(limit) => write!(f, "at most {limit} bytes may be uploaded"),
        }
    }
}

impl Policy {
    /// Whether whoever has these claims may have the signature.
    ///
    /// # Errors
    ///
    /// [`Denial`], unless a rule lets it through.
    pub fn decide(&self, claims: &Claims, asked: &Asked) -> Result<Granted<'_>, Denial> {
        let mut closest = Denial::Service;
        for (index, rule) in self.rules.iter().enumerate() {
            match rule.decide(claims, asked) {
                Ok((target, lifetime)) => {
                    return Ok(Granted {
                        rule,
                        index,
                        operation: asked.operation,
                        target,
                        lifetime,
                        media_type: asked.media_type.clone(),
                    });
                }
                Err(denial) => closest = closest.max(denial),
            }
        }
        Err(closest)
    }
}

impl Rule {
    fn decide(&self, claims: &Claims, asked: &Asked) -> Result<(Target, u64), Denial> {
        demand(self.service() == asked.service, Denial::Service)?;
        demand(self.is_for(claims), Denial::Claims)?;
        demand(
            self.operations.contains(&asked.operation),
            Denial::Operation,
        )?;
        demand(self.is_place(asked.place.as_deref()), Denial::Place)?;
        let target = self.target(claims, asked)?;
        let lifetime = asked.lifetime.unwrap_or(self.lifetime);
        demand(
            (1..=self.lifetime).contains(&lifetime),
            Denial::Lifetime(self.lifetime),
        )?;
        if asked.operation.is_upload() {
            self.check_upload(asked)?;
        }
        Ok((target, lifetime))
    }

    /// Whether whoever has these claims may have anything by it.
    ///
    /// # Errors
    ///
    /// [`Denial::Claims`]; [`Denial::Path`] if a claim that is part of the path is missing, or cannot be.
    pub fn check_claims(&self, claims: &Claims) -> Result<(), Denial> {
        demand(self.is_for(claims), Denial::Claims)?;
        match &self.scope {
            Scope::Cos { path, .. }
            | Scope::Image { path, .. }
            | Scope::ImageX {
                path: Some(path), ..
            } => within(path, claims, None).map(drop),
            _ => Ok(()),
        }
    }

    /// Where whoever has these claims may upload to.
    pub(crate) fn folder(&self, claims: &Claims) -> Result<SafePath, Denial> {
        if !self.is_for(claims) {
            return Err(Denial::Claims);
        }
        match &self.scope {
            Scope::Cos { path, .. } | Scope::Image { path, .. } => within(path, claims, None),
            _ => Err(Denial::Service),
        }
    }

    fn is_place(&self, place: Option<&str>) -> bool {
        let Some(place) = place else {
            return true;
        };
        match &self.scope {
            Scope::Cos { bucket, .. } => bucket.as_str() == place,
            Scope::Image { bucket, .. } => bucket.as_str() == place,
            Scope::Vod { space, .. } => space.as_deref() == Some(place),
            Scope::ImageX { service, .. } => service.as_str() == place,
            Scope::Photo => false,
        }
    }

    fn target(&self, claims: &Claims, asked: &Asked) -> Result<Target, Denial> {
        match &self.scope {
            Scope::Cos { path, prefix, .. } => file(path, *prefix, claims, asked),
            Scope::Image { path, .. } => {
                let path = within(path, claims, asked.path.as_ref())?;
                demand(asked.path.is_some(), Denial::Unnamed)?;
                // An id is not the beginning of others.
                match path.is_folder() {
                    true => Err(Denial::Path),
                    false => Ok(Target::Path(path)),
                }
            }
            Scope::ImageX {
                path: Some(path), ..
            } => {
                let path = within(path, claims, asked.path.as_ref())?;
                match path.is_folder() {
                    true => Ok(Target::Path(path)),
                    false => Err(Denial::Path),
                }
            }
            Scope::Vod { videos, .. } => match asked.operation {
                Operation::Play | Operation::PlayKeys => {
                    video(asked.video.as_deref(), |id| videos.has(id, claims))
                }
                _ => Ok(Target::Rule),
            },
            Scope::ImageX { path: None, .. } | Scope::Photo => match asked.path {
                Some(_) => Err(Denial::Path),
                None => Ok(Target::Rule),
            },
        }
    }

    /// On the word of the client: no service binds it.
    fn check_upload(&self, asked: &Asked) -> Result<(), Denial> {
        if !self.types.is_empty() {
            match &asked.media_type {
                None => return Err(Denial::Undeclared),
                Some(one) if !self.types.contains(one) => return Err(Denial::Type),
                Some(_) => {}
            }
        }
        match (self.size_limit, asked.size) {
            (Some(_), None) => Err(Denial::Undeclared),
            (Some(limit), Some(size)) if size > limit => Err(Denial::Size(limit)),
            _ => Ok(()),
        }
    }
}

/// A file or folder of COS.
fn file(
    template: &Template,
    may_be_folder: bool,
    claims: &Claims,
    asked: &Asked,
) -> Result<Target, Denial> {
    // Of a folder, these are single-use, and for the folder itself: nobody means that who does not
    // name it.
    let once = matches!(asked.operation, Operation::Update | Operation::Delete);
    if once && asked.path.is_none() {
        return Err(Denial::Unnamed);
    }
    let path = within(template, claims, asked.path.as_ref())?;
    match path.is_folder() && !may_be_folder && !once {
        true if asked.path.is_none() => Err(Denial::Unnamed),
        true => Err(Denial::Prefix),
        false => Ok(Target::Path(path)),
    }
}

fn demand(holds: bool, denial: Denial) -> Result<(), Denial> {
    if holds { Ok(()) } else { Err(denial) }
}

/// The path, if it is in the folder of the template; without a path, that folder.
fn within(
    template: &Template,
    claims: &Claims,
    path: Option<&SafePath>,
) -> Result<SafePath, Denial> {
    let folder = template
        .expand(|name| claims.text(name))
        .ok_or(Denial::Path)?;
    match path {
        None => Ok(folder),
        // Both are in one form, and the folder ends in a slash.
        Some(path) if path.as_str().starts_with(folder.as_str()) => Ok(path.clone()),
        Some(_) => Err(Denial::Path),
    }
}

fn video(id: Option<&str>, is_allowed: impl Fn(&str) -> bool) -> Result<Target, Denial> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    match id {
        Some(id)
            if (1..=VIDEO_LIMIT).contains(&id.len()) && id.bytes().all(plain) && is_allowed(id) =>
        {
            Ok(Target::Video(id.to_owned()))
        }
        _ => Err(Denial::Video),
    }
}

impl Service {
    /// The service of this name.
    pub fn named(name: &str) -> Option<Service> {
        use Service::{Cos, Image, ImageX, Photo, Vod};
        [Cos, Image, Vod, ImageX, Photo]
            .into_iter()
            .find(|one| one.as_str() == name)
    }
}
