//! Pictures, and what a template makes of them (section 9).
//!
//! `obj` and `noop` are the stored file. `rs` makes it smaller within a frame; `cc` makes it small
//! enough to cover a frame and cuts the middle out, and `cs` does the same, since nothing here knows
//! what matters in a picture. Sizes, and other formats, are made of JPEG and PNG only; nothing is
//! enlarged. A signed template is refused.

use image::DynamicImage;

use crate::{
    codec::{Format, Picture, QUALITY, bounded},
    vcloud::{answer::Refusal, upload_host::Object},
};

/// The largest picture that is looked into, in bytes.
const LIMIT: u64 = 32 * 1024 * 1024;

/// How a picture is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    /// Whose template it is: `vod`, or that of a service of ImageX.
    family: String,
    size: Size,
    format: Target,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Size {
    Stored,
    /// A side of 0 follows from the other one.
    Within(u32, u32),
    Cut(u32, u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    Stored,
    Known(Format),
    /// One that is only served if it is that of the stored file.
    Other(&'static str),
}

/// What was made.
pub(super) enum Made {
    /// Nothing: it is the file as it is stored, of this media type.
    Stored(&'static str),
    New(Vec<u8>, &'static str),
}

impl Wanted {
    /// The StoreUri in a path, and what is wanted of it; none if the path has no template.
    pub(super) fn read(path: &str) -> Option<(&str, Result<Wanted, &'static str>)> {
        let (uri, form) = path.rsplit_once('~')?;
        let wanted = match form.rsplit_once('.') {
            Some((template, format)) => wanted(template, format),
            None => Err("the address does not end with a template and a format"),
        };
        Some((uri, wanted))
    }

    /// Whether the template is one of those for videos.
    pub(super) fn is_for_videos(&self) -> bool {
        self.family == "vod"
    }

    /// Makes it; takes its time.
    pub(super) fn make(&self, object: &Object) -> Result<Made, Refusal> {
        let bytes = object.read(LIMIT)?;
        let bytes = bytes.ok_or_else(|| unprocessable("the picture is too large"))?;
        let Some(stored) = media_type(&bytes) else {
            return Err(Refusal::not_found("what is there is no picture"));
        };
        let is_as_stored = match self.format {
            Target::Stored => true,
            Target::Known(format) => format.content_type() == stored,
            Target::Other(content_type) => content_type == stored,
        };
        if self.size == Size::Stored && is_as_stored {
            return Ok(Made::Stored(stored));
        }
        let format = match (self.format, Format::of(&bytes)) {
            (Target::Other(_), _) => {
                return Err(unprocessable("the emulator writes JPEG and PNG only"));
            }
            (_, None) => return Err(unprocessable("the emulator changes JPEG and PNG only")),
            (Target::Known(format), Some(own)) => (own, format),
            (Target::Stored, Some(own)) => (own, own),
        };
        let (own, format) = format;
        let mut picture = own
            .decode(&bytes)
            .map_err(|problem| unprocessable(problem.0))?;
        picture.turn_upright();
        let pixels = self.size.of(picture.pixels)?;
        let bytes = format.encode(Picture::from(pixels), QUALITY);
        let bytes = bytes.map_err(|problem| unprocessable(problem.0))?;
        Ok(Made::New(bytes, format.content_type()))
    }
}

fn wanted(template: &str, format: &str) -> Result<Wanted, &'static str> {
    let unknown = "the emulator does not know this template";
    let (family, kind) = template
        .strip_prefix("tplv-")
        .and_then(|rest| rest.rsplit_once('-'))
        .ok_or(unknown)?;
    let mut words = kind.split(':');
    let kind = words.next().unwrap_or_default();
    let sides: Option<Vec<u32>> = words.map(|word| word.parse().ok()).collect();
    let size = match (kind, sides.as_deref()) {
        ("obj" | "noop", Some([])) => Size::Stored,
        ("rs", Some([width, height])) if (*width, *height) != (0, 0) => {
            Size::Within(*width, *height)
        }
        ("cc" | "cs", Some([width @ (1..), height @ (1..)])) => Size::Cut(*width, *height),
        ("sig", _) => return Err("templates that are signed are not served here"),
        _ => return Err(unknown),
    };
    let format = match format {
        "image" => Target::Stored,
        "jpeg" | "jpg" => Target::Known(Format::Jpeg),
        "png" => Target::Known(Format::Png),
        "webp" | "awebp" => Target::Other("image/webp"),
        "gif" => Target::Other("image/gif"),
        "heic" => Target::Other("image/heic"),
        _ => return Err("the emulator does not know this format"),
    };
    Ok(Wanted {
        family: family.to_owned(),
        size,
        format,
    })
}

impl Size {
    fn of(self, pixels: DynamicImage) -> Result<DynamicImage, Refusal> {
        let (wide, high) = (pixels.width(), pixels.height());
        match self {
            Size::Stored => Ok(pixels),
            Size::Within(width, height) => {
                let width = if width == 0 { u32::MAX } else { width };
                let height = if height == 0 { u32::MAX } else { height };
                match width >= wide && height >= high {
                    true => Ok(pixels),
                    false => {
                        let by_width = ratio(width, wide) < ratio(height, high);
                        let (width, height) = match by_width {
                            true => (width, share(high, width, wide)),
                            false => (share(wide, height, high), height),
                        };
                        scaled(&pixels, width, height)
                    }
                }
            }
            Size::Cut(width, height) => {
                let (width, height) = (width.min(wide), height.min(high));
                let covering = match ratio(width, wide) > ratio(height, high) {
                    true => (width, share(high, width, wide).max(height)),
                    false => (share(wide, height, high).max(width), height),
                };
                let scaled = scaled(&pixels, covering.0, covering.1)?;
                let (x, y) = ((covering.0 - width) / 2, (covering.1 - height) / 2);
                Ok(scaled.crop_imm(x, y, width, height))
            }
        }
    }
}

fn scaled(pixels: &DynamicImage, width: u32, height: u32) -> Result<DynamicImage, Refusal> {
    bounded(width.into(), height.into()).map_err(|problem| unprocessable(problem.0))?;
    Ok(pixels.thumbnail_exact(width, height))
}

fn ratio(part: u32, whole: u32) -> f64 {
    f64::from(part) / f64::from(whole.max(1))
}

/// A side times `part / whole`, rounded, and never nothing.
fn share(side: u32, part: u32, whole: u32) -> u32 {
    let whole = u64::from(whole.max(1));
    let share = (u64::from(side) * u64::from(part) + whole / 2) / whole;
    u32::try_from(share).unwrap_or(u32::MAX).max(1)
}

fn media_type(bytes: &[u8]) -> Option<&'static str> {
    use imagesize::ImageType;
    Some(match imagesize::image_type(bytes).ok()? {
        ImageType::Jpeg => "image/jpeg",
        ImageType::Png => "image/png",
        ImageType::Gif => "image/gif",
        ImageType::Bmp => "image/bmp",
        ImageType::Webp => "image/webp",
        _ => return None,
    })
}

fn unprocessable(problem: impl std::fmt::Display) -> Refusal {
    let status = http::StatusCode::BAD_REQUEST;
    Refusal::new(status, "UnsupportedOperation", problem)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(template: &str, width: u32, height: u32) -> Option<(u32, u32)> {
        let wanted = wanted(template, "image").ok()?;
        let made = wanted.size.of(DynamicImage::new_rgb8(width, height)).ok()?;
        Some((made.width(), made.height()))
    }

    #[test]
    fn templates_make_pictures_smaller_and_never_larger() {
        for (template, expected) in [
            ("tplv-vod-obj", (400, 200)),
            ("tplv-vod-noop", (400, 200)),
            ("tplv-vod-rs:100:0", (100, 50)),
            ("tplv-vod-rs:0:100", (200, 100)),
            ("tplv-vod-rs:100:100", (100, 50)),
            ("tplv-vod-rs:1000:1000", (400, 200)),
            ("tplv-vod-cc:100:100", (100, 100)),
            ("tplv-vod-cs:300:10", (300, 10)),
            ("tplv-vod-cc:1000:100", (400, 100)),
        ] {
            assert_eq!(size(template, 400, 200), Some(expected), "{template}");
        }
    }

    #[test]
    fn unknown_templates_are_refused() {
        for bad in [
            "tplv-vod",
            "vod-obj",
            "tplv-vod-rs",
            "tplv-vod-rs:0:0",
            "tplv-vod-rs:1",
            "tplv-vod-rs:-1:1",
            "tplv-vod-cc:0:1",
            "tplv-vod-obj:1:1",
            "tplv-bd-sig:0:0",
        ] {
            assert!(wanted(bad, "image").is_err(), "{bad}");
        }
        assert!(wanted("tplv-vod-obj", "exe").is_err());
    }

    #[test]
    fn a_name_with_a_tilde_keeps_it() {
        let (uri, wanted) = Wanted::read("tos-cn-p-0/a~b~tplv-vod-noop.png").expect("a picture");
        assert_eq!(uri, "tos-cn-p-0/a~b");
        assert_eq!(
            wanted.map(|wanted| wanted.format),
            Ok(Target::Known(Format::Png))
        );
        assert!(Wanted::read("tos-cn-p-0/a").is_none());
    }
}
