//! What a request's address names (sections 1, 4 and 15).

use http::{Method, request::Parts};
use percent_encoding::percent_decode_str;
use yunmei_core::wanxiang::{FileId, UserId};

use super::{
    answer::Refusal,
    store::{Key, Space},
};
use crate::address::host_name;

const DETECTION: &str = "/detection/";
const MANAGEMENT: [(&str, Space); 3] = [
    ("/photos/v1/", Space::PhotosV1),
    ("/photos/v2/", Space::PhotosV2),
    ("/videos/v1/", Space::VideosV1),
];

/// Which part of the service a request is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Management,
    Detection,
    Download(Shelf),
    /// A host in one of the service's domains that names nothing.
    Nowhere,
}

/// What the host of a download names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shelf {
    /// Pictures in a bucket.
    Bucket { bucket: String, app: String },
    /// Pictures of an account, of V1.
    Account { app: String },
    /// Videos of an account.
    Videos { app: String },
}

impl Shelf {
    /// The same, with the bucket as its owner writes it: names of hosts have no case.
    pub(super) fn spelled_as(self, own: &str) -> Shelf {
        match self {
            Shelf::Bucket { bucket, app } if bucket.eq_ignore_ascii_case(own) => Shelf::Bucket {
                bucket: own.to_owned(),
                app,
            },
            other => other,
        }
    }
}

/// The part that a host of the service stands for; none for all other hosts.
pub(super) fn by_host(name: &str, path: &str) -> Option<Place> {
    let api = ["web.image", "web.video", "service.image"];
    let label = name.strip_suffix(".myqcloud.com")?;
    if api.contains(&label) {
        return Some(match path.starts_with(DETECTION) {
            true => Place::Detection,
            false => Place::Management,
        });
    }
    let is_app = |app: &str| !app.is_empty() && app.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(app) = label.strip_suffix(".video") {
        let app = app.to_owned();
        return Some(match is_app(&app) {
            true => Place::Download(Shelf::Videos { app }),
            false => Place::Nowhere,
        });
    }
    let label = label.strip_suffix(".image")?;
    Some(match label.rsplit_once('-') {
        None if is_app(label) => Place::Download(Shelf::Account { app: label.into() }),
        // A bucket's name may have hyphens.
        Some((bucket, app)) if is_app(app) && !bucket.is_empty() => {
            Place::Download(Shelf::Bucket {
                bucket: bucket.into(),
                app: app.into(),
            })
        }
        _ => Place::Nowhere,
    })
}

/// The part that a path stands for, where the host is none of the vendor's.
pub(super) fn by_path(name: &str, path: &str) -> Option<Place> {
    if name.ends_with(".myqcloud.com") {
        return None;
    }
    if path.starts_with(DETECTION) {
        return Some(Place::Detection);
    }
    let mut known = MANAGEMENT.iter();
    known
        .any(|(prefix, _)| path.starts_with(prefix))
        .then_some(Place::Management)
}

/// Whether the host that a request names is one of the service.
pub(super) fn has_host(parts: &Parts) -> bool {
    host_name(parts).is_some_and(|name| by_host(&name, parts.uri.path()).is_some())
}

/// Whether the path of a request is one of the service, and the host none of the vendor's. Before
/// HTTP 1.1 there may be no host.
pub(super) fn has_path(parts: &Parts) -> bool {
    let name = host_name(parts).unwrap_or_default();
    by_path(&name, parts.uri.path()).is_some()
}

/// The part that a request is for.
pub(super) fn place(parts: &Parts) -> Option<Place> {
    let (name, path) = (host_name(parts).unwrap_or_default(), parts.uri.path());
    by_host(&name, path).or_else(|| by_path(&name, path))
}

/// The address of a call about pictures or videos.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) space: Space,
    pub(super) app: String,
    /// V1 knows none.
    pub(super) bucket: Option<String>,
    pub(super) user: String,
    /// None where an upload leaves the name to the service.
    pub(super) file_id: Option<FileId>,
    /// The file id with the slash that ends the address: whether that belongs to it cannot be seen.
    pub(super) slashed: Option<FileId>,
    pub(super) word: Option<Word>,
}

/// What stands behind the file id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    Copy,
    Delete,
}

impl Target {
    /// Reads `/photos/v2/{appid}/{bucket}/{userid}[/{fileid}[/{word}]]`, and the others, which have
    /// no bucket.
    pub(super) fn of(path: &str, method: &Method) -> Result<Target, Refusal> {
        let known = MANAGEMENT
            .iter()
            .find_map(|(prefix, space)| Some((path.strip_prefix(prefix)?, *space)));
        let Some((rest, space)) = known else {
            return Err(unknown("the path begins with no API's name"));
        };
        let mut pieces = rest.split('/');
        let mut next = |what| {
            let piece = pieces.next().ok_or_else(|| unknown(what))?;
            decoded(piece)
        };
        let app = next("the path names no account")?;
        let bucket = match space {
            Space::PhotosV2 => Some(next("the path names no bucket")?),
            Space::PhotosV1 | Space::VideosV1 => None,
        };
        let user = next("the path names no user")?;
        UserId::new(&user).map_err(|problem| Refusal::new(-5992, problem.to_string()))?;
        let mut target = Target {
            space,
            app,
            bucket,
            user,
            file_id: None,
            slashed: None,
            word: None,
        };
        target.read_file(&pieces.collect::<Vec<_>>(), method)?;
        Ok(target)
    }

    /// Section 15.2: the vendor's Python client does not encode slashes in file ids.
    fn read_file(&mut self, pieces: &[&str], method: &Method) -> Result<(), Refusal> {
        match pieces {
            [] | [""] => {}
            [file @ .., word @ ("copy" | "del")] if !file.is_empty() && *method == Method::POST => {
                self.file_id = Some(file_id(&file.join("/"))?);
                self.word = Some(match *word {
                    "copy" => Word::Copy,
                    _ => Word::Delete,
                });
            }
            // The pages write the address of a stat with a slash at its end (section 6.4).
            [file @ .., ""] if *method == Method::GET => {
                self.file_id = Some(file_id(&file.join("/"))?);
                self.slashed = file_id(&pieces.join("/")).ok();
            }
            all => self.file_id = Some(file_id(&all.join("/"))?),
        }
        Ok(())
    }

    /// What names the object with this file id.
    pub(super) fn key(&self, file_id: FileId) -> Key {
        Key {
            space: self.space,
            user: match self.space {
                Space::PhotosV2 => "0".into(),
                Space::PhotosV1 | Space::VideosV1 => self.user.clone(),
            },
            file_id,
        }
    }
}

pub(super) fn decoded(piece: &str) -> Result<String, Refusal> {
    let bytes: Vec<u8> = percent_decode_str(piece).collect();
    String::from_utf8(bytes).map_err(|_| unknown("the path is not UTF-8"))
}

/// A file id as it stands in a path, where a plus sign is one (section 4).
pub(super) fn file_id(encoded: &str) -> Result<FileId, Refusal> {
    let text = decoded(encoded)?;
    FileId::new(&text).map_err(|problem| Refusal::new(-5992, problem.to_string()))
}

fn unknown(problem: &str) -> Refusal {
    Refusal::new(-5994, problem)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(method: Method, path: &str) -> Result<Target, i64> {
        Target::of(path, &method).map_err(|refusal| refusal.code)
    }

    fn id(target: &Target) -> Option<&str> {
        target.file_id.as_ref().map(FileId::as_str)
    }

    #[test]
    fn a_path_names_account_bucket_user_file_and_word() {
        let target = read(Method::GET, "/photos/v2/1/b-2/0/%E5%9B%BE%2Fx").expect("a target");
        assert_eq!(target.space, Space::PhotosV2);
        assert_eq!(
            (target.app.as_str(), target.bucket.as_deref()),
            ("1", Some("b-2"))
        );
        assert_eq!((target.user.as_str(), id(&target)), ("0", Some("图/x")));
        let target = read(Method::POST, "/videos/v1/1/u/f/del").expect("a target");
        assert_eq!(target.space, Space::VideosV1);
        assert_eq!((id(&target), target.word), (Some("f"), Some(Word::Delete)));
        for open in [
            "/photos/v1/1/0",
            "/photos/v1/1/0/",
            "/photos/v2/1/b/",
            "/photos/v2/1/b/0",
        ] {
            assert_eq!(
                id(&read(Method::POST, open).expect("a target")),
                None,
                "{open}"
            );
        }
    }

    #[test]
    fn file_ids_that_nobody_encoded_are_taken_as_they_are() {
        for (method, path, expected, word) in [
            (Method::GET, "album/cat.jpg", "album/cat.jpg", None),
            (
                Method::POST,
                "album/cat.jpg/del",
                "album/cat.jpg",
                Some(Word::Delete),
            ),
            (Method::POST, "a+b/copy", "a+b", Some(Word::Copy)),
            (Method::POST, "copy", "copy", None),
            (Method::GET, "dir/del", "dir/del", None),
            (Method::POST, "dir%2Fdel", "dir/del", None),
            (Method::POST, "dir/", "dir/", None),
            (Method::GET, "/x", "/x", None),
        ] {
            let target = read(method, &format!("/photos/v2/1/b/0/{path}")).expect("a target");
            assert_eq!((id(&target), target.word), (Some(expected), word), "{path}");
        }
        let target = read(Method::GET, "/photos/v1/1/0/cat/").expect("a target");
        assert_eq!(id(&target), Some("cat"));
        assert_eq!(target.slashed.as_ref().map(FileId::as_str), Some("cat/"));
    }

    #[test]
    fn what_names_nothing_is_refused() {
        for (path, code) in [
            ("/photos/v3/1/b/0/x", -5994),
            ("/photos/v2/1", -5994),
            ("/photos/v2/1/b", -5994),
            ("/photos/v1/1", -5994),
            ("/photos/v1/1/0/%ff", -5994),
            ("/photos/v1/1/0/%2E%2E", -5992),
            ("/photos/v1/1/0/a%00", -5992),
            ("/", -5994),
        ] {
            assert_eq!(read(Method::GET, path).err(), Some(code), "{path}");
        }
        let long = format!("/photos/v1/1/0/{}", "a".repeat(129));
        assert_eq!(read(Method::GET, &long).err(), Some(-5992));
        let long = format!("/photos/v1/1/{}/a", "u".repeat(65));
        assert_eq!(read(Method::GET, &long).err(), Some(-5992));
    }

    #[test]
    fn hosts_name_a_part_of_the_service_and_paths_do_so_elsewhere() {
        let bucket = |bucket: &str, app: &str| {
            Some(Place::Download(Shelf::Bucket {
                bucket: bucket.into(),
                app: app.into(),
            }))
        };
        for (host, path, expected) in [
            ("web.image.myqcloud.com", "/x", Some(Place::Management)),
            (
                "service.image.myqcloud.com",
                "/detection/pornDetect",
                Some(Place::Detection),
            ),
            (
                "b-2-10001.image.myqcloud.com",
                "/photos/v2/1",
                bucket("b-2", "10001"),
            ),
            (
                "10001.image.myqcloud.com",
                "/",
                Some(Place::Download(Shelf::Account {
                    app: "10001".into(),
                })),
            ),
            (
                "10001.video.myqcloud.com",
                "/",
                Some(Place::Download(Shelf::Videos {
                    app: "10001".into(),
                })),
            ),
            ("what.image.myqcloud.com", "/", Some(Place::Nowhere)),
            ("127.0.0.1", "/photos/v2/1/b/0", Some(Place::Management)),
            (
                "127.0.0.1",
                "/detection/porn_detect",
                Some(Place::Detection),
            ),
            ("127.0.0.1", "/photos/hello.txt", None),
            ("b-1.cossh.myqcloud.com", "/photos/v2/1/b/0", None),
        ] {
            let found = by_host(host, path).or_else(|| by_path(host, path));
            assert_eq!(found, expected, "{host}{path}");
        }
    }
}
