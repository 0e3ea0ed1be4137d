//! What is done to a picture. Stand-ins for what the service does: no model is at work here, but
//! real pictures go in and really processed ones come out, in the same format.
//!
//! | `repair_type` | what is done |
//! |---|---|
//! | `sr` | twice as wide and as high, by Lanczos |
//! | `sr,repair` | before that, noise is smoothed away and the contrast is raised |
//! | `sr,repair,colour` | and a grey picture gets a warm tint |
//! | `bg` | what is connected to a corner and has about its colour gets the asked one |

mod background;
mod enlarge;
mod tint;

use image::DynamicImage;
use yunmei_core::fangtang::{RepairType, Rgb};

use crate::codec::{self, QUALITY};

pub(super) use crate::codec::Format;

/// How much smoothing is enough for noise and leaves edges alone.
const SMOOTHING: f32 = 0.6;
/// In percent.
const CONTRAST: f32 = 8.0;

/// Why a picture is not repaired.
#[derive(Debug)]
pub(super) enum Problem {
    /// It is none of the formats.
    FileType,
    /// It is broken, or too large.
    Picture(String),
}

impl From<codec::Problem> for Problem {
    fn from(problem: codec::Problem) -> Problem {
        Problem::Picture(problem.0)
    }
}

/// Reads the fields `repair_type` and `rgb`; the latter is looked at only where it counts.
pub(super) fn read(repair_type: &str, rgb: Option<&str>) -> Result<RepairType, String> {
    match (repair_type, rgb) {
        ("sr", _) => Ok(RepairType::SuperResolution),
        ("sr,repair", _) => Ok(RepairType::Restoration),
        ("sr,repair,colour", _) => Ok(RepairType::Colouring),
        ("bg", Some(rgb)) => colour(rgb)
            .map(RepairType::Background)
            .ok_or_else(|| "rgb is not R,G,B, each from 0 to 255".into()),
        ("bg", None) => Err("repair_type is bg, but there is no field rgb".into()),
        _ => Err("repair_type is none of sr; sr,repair; sr,repair,colour; bg".into()),
    }
}

fn colour(text: &str) -> Option<Rgb> {
    let plain = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Option<Vec<u8>> = text
        .split(',')
        .map(|part| Some(part).filter(plain)?.parse().ok())
        .collect();
    let [red, green, blue] = parts?.try_into().ok()?;
    Some(Rgb::new(red, green, blue))
}

/// Tells the format of a picture that can be repaired.
pub(super) fn check(bytes: &[u8]) -> Result<Format, Problem> {
    let format = Format::of(bytes).ok_or(Problem::FileType)?;
    format.decode(bytes)?;
    Ok(format)
}

/// Repairs a picture. Slow.
pub(super) fn carry_out(bytes: &[u8], repair_type: RepairType) -> Result<Vec<u8>, Problem> {
    let format = Format::of(bytes).ok_or(Problem::FileType)?;
    let mut picture = format.decode(bytes)?;
    picture.turn_upright();
    let picture = picture.pixels;
    let result = match repair_type {
        RepairType::SuperResolution => enlarge::twice(&picture),
        RepairType::Restoration => enlarge::twice(&cleaned(&picture)),
        RepairType::Colouring => enlarge::twice(&tint::warm(cleaned(&picture))),
        RepairType::Background(Rgb { red, green, blue }) => {
            background::replace(picture, image::Rgb([red, green, blue]))
        }
    };
    Ok(format.encode(result.into(), QUALITY)?)
}

fn cleaned(picture: &DynamicImage) -> DynamicImage {
    picture.blur(SMOOTHING).adjust_contrast(CONTRAST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repair_type_is_one_of_four_and_a_background_has_its_colour() {
        assert_eq!(read("sr", None), Ok(RepairType::SuperResolution));
        assert_eq!(read("sr,repair", Some("x")), Ok(RepairType::Restoration));
        assert_eq!(read("sr,repair,colour", None), Ok(RepairType::Colouring));
        let white = RepairType::Background(Rgb::new(255, 255, 255));
        assert_eq!(read("bg", Some("255,255,255")), Ok(white));
        for unknown in ["", "SR", "sr;repair", "sr,repair,color", "repair", "sr,"] {
            assert!(read(unknown, None).is_err(), "{unknown}");
        }
        for bad in [
            "256,0,0", "1,2", "1,2,3,4", "1, 2,3", "+1,2,3", "1,,3", "a,b,c",
        ] {
            assert!(read("bg", Some(bad)).is_err(), "{bad}");
        }
        assert!(read("bg", None).is_err());
    }

    #[test]
    fn smoothing_takes_a_speck_away_and_leaves_a_surface() {
        let mut picture = image::RgbImage::from_pixel(9, 9, image::Rgb([128; 3]));
        picture.put_pixel(4, 4, image::Rgb([255; 3]));
        let cleaned = cleaned(&picture.into()).into_rgb8();
        assert!(
            cleaned.get_pixel(4, 4).0[0] < 220,
            "{:?}",
            cleaned.get_pixel(4, 4)
        );
        assert!(cleaned.get_pixel(0, 0).0[0].abs_diff(128) < 3);
    }
}
