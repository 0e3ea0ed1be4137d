//! How large a picture becomes.

use super::words::{positive, side};

/// A rule for the new width and height.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Scale {
    /// Of both sides, each in percent.
    Percent { width: u32, height: u32 },
    /// Exactly; the height follows.
    Width(u32),
    /// Exactly; the width follows.
    Height(u32),
    /// Not beyond the frame.
    Within(Frame),
    /// So that the frame is just covered.
    Cover(Frame),
    /// Even if it distorts.
    Exactly { width: u32, height: u32 },
    /// So many pixels at most.
    Area(u32),
}

/// A width and a height.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Frame {
    pub(super) width: u32,
    pub(super) height: u32,
    /// Whether it turns with the picture: its width is for the longer side then.
    pub(super) turns: bool,
}

impl Frame {
    /// The frame as it lies for a picture.
    pub(super) fn lying_for(self, width: u32, height: u32) -> Frame {
        match self.turns && width < height {
            true => Frame {
                width: self.height,
                height: self.width,
                turns: false,
            },
            false => Frame {
                turns: false,
                ..self
            },
        }
    }
}

impl Scale {
    /// Reads a geometry of `thumbnail`; none if it is none of the table (section 6.7).
    pub(super) fn read(text: &str) -> Option<Scale> {
        if let Some(area) = text.strip_suffix('@') {
            return Some(Scale::Area(positive(area)?));
        }
        if let Some(sides) = text.strip_suffix('!') {
            let (width, height) = sides.split_once('x')?;
            let (width, height) = (side(width)?, side(height)?);
            return Some(Scale::Exactly { width, height });
        }
        if let Some(rest) = text.strip_prefix('!') {
            return marked(rest);
        }
        Some(match text.split_once('x')? {
            (width, "") => Scale::Width(side(width)?),
            ("", height) => Scale::Height(side(height)?),
            (long, short) => Scale::Within(edges(long, short)?),
        })
    }

    /// What becomes of these dimensions.
    pub(super) fn size(self, width: u32, height: u32) -> (u64, u64) {
        let (wide, high) = (u64::from(width), u64::from(height));
        match self {
            Scale::Percent { width, height } => (share(wide, width, 100), share(high, height, 100)),
            Scale::Width(to) => (to.into(), share(high, to, wide)),
            Scale::Height(to) => (share(wide, to, high), to.into()),
            Scale::Exactly { width, height } => (width.into(), height.into()),
            Scale::Area(area) => within_area(wide, high, area.into()),
            Scale::Within(frame) => {
                let frame = frame.lying_for(width, height);
                match width <= frame.width && height <= frame.height {
                    true => (wide, high),
                    // The lesser of two factors: both keep it within.
                    false if is_lesser_by_width(frame, wide, high) => {
                        Scale::Width(frame.width).size(width, height)
                    }
                    false => Scale::Height(frame.height).size(width, height),
                }
            }
            Scale::Cover(frame) => {
                let frame = frame.lying_for(width, height);
                match is_lesser_by_width(frame, wide, high) {
                    true => Scale::Height(frame.height).size(width, height),
                    false => Scale::Width(frame.width).size(width, height),
                }
            }
        }
    }
}

/// What begins with an exclamation mark.
fn marked(text: &str) -> Option<Scale> {
    let percent = |width, height| Scale::Percent { width, height };
    if let Some(width) = text.strip_suffix("px") {
        return Some(percent(positive(width)?, 100));
    }
    if let Some(rest) = text.strip_suffix('p') {
        return Some(match rest.strip_prefix('x') {
            Some(height) => percent(100, positive(height)?),
            None => percent(positive(rest)?, positive(rest)?),
        });
    }
    let (long, short) = text.strip_suffix('r')?.split_once('x')?;
    Some(Scale::Cover(edges(long, short)?))
}

fn edges(long: &str, short: &str) -> Option<Frame> {
    Some(Frame {
        width: side(long)?,
        height: side(short)?,
        turns: true,
    })
}

/// Whether a picture is smaller when it gets the width of the frame than when it gets the height.
fn is_lesser_by_width(frame: Frame, width: u64, height: u64) -> bool {
    u64::from(frame.width) * height < u64::from(frame.height) * width
}

/// A value times `of / whole`, rounded, and never nothing.
fn share(value: u64, of: u32, whole: u64) -> u64 {
    let whole = whole.max(1);
    ((value * u64::from(of) + whole / 2) / whole).max(1)
}

fn within_area(width: u64, height: u64, area: u64) -> (u64, u64) {
    if width * height <= area {
        return (width, height);
    }
    // Sides of pictures are exact in 64 bits.
    let factor = (area as f64 / (width * height) as f64).sqrt();
    let height = ((height as f64 * factor) as u64).max(1);
    let width = ((width as f64 * factor) as u64).clamp(1, area / height.min(area));
    (width, height.min(area / width))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(geometry: &str, width: u32, height: u32) -> (u64, u64) {
        let scale = Scale::read(geometry).expect("a geometry");
        scale.size(width, height)
    }

    #[test]
    fn every_geometry_of_the_table_has_its_meaning() {
        for (geometry, expected) in [
            ("!50p", (320, 240)),
            ("!200p", (1280, 960)),
            ("!50px", (320, 480)),
            ("!x50p", (640, 240)),
            ("200x", (200, 150)),
            ("1280x", (1280, 960)),
            ("x120", (160, 120)),
            ("400x400", (400, 300)),
            ("1000x120", (160, 120)),
            ("700x500", (640, 480)),
            ("!400x400r", (533, 400)),
            ("!1280x100r", (1280, 960)),
            ("200x400!", (200, 400)),
            ("76800@", (320, 240)),
            ("999999@", (640, 480)),
        ] {
            assert_eq!(size(geometry, 640, 480), expected, "{geometry}");
        }
        // The longer edge is the height.
        assert_eq!(size("400x200", 480, 640), (200, 267));
        assert_eq!(size("400x400", 480, 640), (300, 400));
        assert_eq!(size("!400x100r", 480, 640), (300, 400));
    }

    #[test]
    fn nothing_becomes_of_no_picture_and_areas_are_never_exceeded() {
        assert_eq!(size("!1p", 10, 10), (1, 1));
        assert_eq!(size("10x", 16_384, 1), (10, 1));
        for (width, height) in [(1, 1), (16_384, 1), (1, 16_384), (640, 480), (5000, 5000)] {
            for area in [1, 2, 3, 7, 100, 40_000] {
                let (wide, high) = Scale::Area(area).size(width, height);
                assert!(wide >= 1 && high >= 1 && wide * high <= u64::from(area));
            }
        }
        let vast = Scale::Percent {
            width: u32::MAX,
            height: u32::MAX,
        };
        assert!(vast.size(16_384, 16_384).0 > 100_000_000_000);
    }

    #[test]
    fn a_frame_is_kept_and_covered_to_the_pixel() {
        for (width, height) in [(640, 480), (479, 641), (1, 16_384), (333, 333), (16_384, 7)] {
            for frame in [(10, 10), (97, 1001), (1001, 97)] {
                let frame = Frame {
                    width: frame.0,
                    height: frame.1,
                    turns: false,
                };
                let (frame_wide, frame_high) = (u64::from(frame.width), u64::from(frame.height));
                let (wide, high) = Scale::Within(frame).size(width, height);
                assert!(wide <= frame_wide && high <= frame_high);
                let (wide, high) = Scale::Cover(frame).size(width, height);
                assert!(wide >= frame_wide && high >= frame_high);
                assert!(wide == frame_wide || high == frame_high);
            }
        }
    }

    #[test]
    fn what_is_no_geometry_is_none() {
        for bad in [
            "",
            "x",
            "!",
            "@",
            "!p",
            "!px",
            "!x",
            "!xp",
            "!r",
            "0@",
            "!0p",
            "!0px",
            "!x0p",
            "9x",
            "x9",
            "16384x",
            "100",
            "100x9",
            "9x100",
            "100x9!",
            "!100x9r",
            "!100x100",
            "100x100r",
            "x100!",
            "100x!",
            "-10x",
            "1e2x",
            "!!50p",
            "100x100x100",
            "图x",
        ] {
            assert_eq!(Scale::read(bad), None, "{bad}");
        }
    }
}
