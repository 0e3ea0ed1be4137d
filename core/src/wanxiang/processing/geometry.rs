//! Sizes as `imageMogr2` writes them.

use super::query::{POSITIVE, SIDE, within};
use crate::error::InputError;

/// The size of a thumbnail: [`ImageEdit::thumbnail`](super::ImageEdit::thumbnail).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Geometry {
    /// Width and height become so many percent: `!50p`.
    Percent(u32),
    /// The width becomes so many percent, the height stays: `!50px`.
    WidthPercent(u32),
    /// The height becomes so many percent, the width stays: `!x50p`.
    HeightPercent(u32),
    /// The width; the height follows: `200x`.
    Width(u32),
    /// The height; the width follows: `x200`.
    Height(u32),
    /// No edge is longer than these: `400x300`.
    EdgesWithin {
        /// The limit of the longer edge.
        long: u32,
        /// The limit of the shorter edge.
        short: u32,
    },
    /// No edge is shorter than these: `!400x300r`.
    EdgesCover {
        /// The least of the longer edge.
        long: u32,
        /// The least of the shorter edge.
        short: u32,
    },
    /// Exactly this, even if it distorts: `200x400!`.
    Exactly {
        /// The width.
        width: u32,
        /// The height.
        height: u32,
    },
    /// So many pixels at most, in all: `40000@`.
    Area(u32),
}

impl Geometry {
    pub(super) fn text(self) -> Result<String, InputError> {
        let side = |side| within("thumbnail", side, SIDE);
        let positive = |value| within("thumbnail", value, POSITIVE);
        Ok(match self {
            Geometry::Percent(percent) => format!("!{}p", positive(percent)?),
            Geometry::WidthPercent(percent) => format!("!{}px", positive(percent)?),
            Geometry::HeightPercent(percent) => format!("!x{}p", positive(percent)?),
            Geometry::Width(width) => format!("{}x", side(width)?),
            Geometry::Height(height) => format!("x{}", side(height)?),
            Geometry::EdgesWithin { long, short } => format!("{}x{}", side(long)?, side(short)?),
            Geometry::EdgesCover { long, short } => format!("!{}x{}r", side(long)?, side(short)?),
            Geometry::Exactly { width, height } => format!("{}x{}!", side(width)?, side(height)?),
            Geometry::Area(pixels) => format!("{}@", positive(pixels)?),
        })
    }
}

/// How large a picture is cut: [`ImageEdit::smart_crop`](super::ImageEdit::smart_crop), and with or
/// without offset [`ImageEdit::crop`](super::ImageEdit::crop).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CropSize {
    /// To this width; the height stays: `300x`.
    Width(u32),
    /// To this height; the width stays: `x400`.
    Height(u32),
    /// To this width and height: `300x400`.
    Exactly {
        /// The width.
        width: u32,
        /// The height.
        height: u32,
    },
}

impl CropSize {
    /// Moves the cut by so many pixels from the place that
    /// [`ImageEdit::gravity`](super::ImageEdit::gravity) names: `!300x400a20a10`, and with `-` for
    /// `a` where a number is negative, which takes so much off the size.
    pub fn offset(self, right: i32, down: i32) -> CropGeometry {
        CropGeometry {
            size: self,
            offset: Some((right, down)),
        }
    }

    pub(super) fn text(self, name: &'static str) -> Result<String, InputError> {
        let side = |side| within(name, side, SIDE);
        Ok(match self {
            CropSize::Width(width) => format!("{}x", side(width)?),
            CropSize::Height(height) => format!("x{}", side(height)?),
            CropSize::Exactly { width, height } => format!("{}x{}", side(width)?, side(height)?),
        })
    }
}

/// How large a picture is cut, and where: a [`CropSize`], or [`CropSize::offset`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CropGeometry {
    size: CropSize,
    offset: Option<(i32, i32)>,
}

impl CropGeometry {
    pub(super) fn text(self) -> Result<String, InputError> {
        let size = self.size.text("crop")?;
        Ok(match self.offset {
            Some((right, down)) => format!("!{size}{}{}", signed(right), signed(down)),
            None => size,
        })
    }
}

impl From<CropSize> for CropGeometry {
    fn from(size: CropSize) -> CropGeometry {
        CropGeometry { size, offset: None }
    }
}

/// A plus sign would be a space in many a query, hence the `a` (add).
fn signed(offset: i32) -> String {
    let sign = if offset < 0 { '-' } else { 'a' };
    format!("{sign}{}", offset.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUT_OF_RANGE: InputError = InputError::Processing { name: "thumbnail" };

    #[test]
    fn every_geometry_of_a_thumbnail_is_written_as_in_the_table() {
        let (long, short) = (400, 300);
        let (width, height) = (200, 400);
        for (geometry, text) in [
            (Geometry::Percent(50), "!50p"),
            (Geometry::WidthPercent(50), "!50px"),
            (Geometry::HeightPercent(50), "!x50p"),
            (Geometry::Width(200), "200x"),
            (Geometry::Height(200), "x200"),
            (Geometry::EdgesWithin { long, short }, "400x300"),
            (Geometry::EdgesCover { long, short }, "!400x300r"),
            (Geometry::Exactly { width, height }, "200x400!"),
            (Geometry::Area(40000), "40000@"),
        ] {
            assert_eq!(geometry.text().as_deref(), Ok(text));
        }
    }

    #[test]
    fn a_thumbnail_has_sides_from_10_to_16383_and_is_never_nothing() {
        for (good, bad) in [(10, 9), (16383, 16384)] {
            assert!(Geometry::Width(good).text().is_ok());
            assert!(Geometry::Height(good).text().is_ok());
            for geometry in [
                Geometry::Width(bad),
                Geometry::Height(bad),
                Geometry::EdgesWithin {
                    long: good,
                    short: bad,
                },
                Geometry::EdgesCover {
                    long: bad,
                    short: good,
                },
                Geometry::Exactly {
                    width: good,
                    height: bad,
                },
            ] {
                assert_eq!(geometry.text(), Err(OUT_OF_RANGE), "{geometry:?}");
            }
        }
        for nothing in [
            Geometry::Percent(0),
            Geometry::WidthPercent(0),
            Geometry::HeightPercent(0),
            Geometry::Area(0),
        ] {
            assert_eq!(nothing.text(), Err(OUT_OF_RANGE), "{nothing:?}");
        }
    }

    #[test]
    fn a_cut_has_a_size_and_may_have_an_offset_in_either_direction() {
        let size = CropSize::Exactly {
            width: 600,
            height: 500,
        };
        for (geometry, text) in [
            (size.into(), "600x500"),
            (CropSize::Width(600).into(), "600x"),
            (CropSize::Height(500).into(), "x500"),
            (size.offset(20, 10), "!600x500a20a10"),
            (size.offset(-20, 10), "!600x500-20a10"),
            (size.offset(20, -10), "!600x500a20-10"),
            (size.offset(-20, -10), "!600x500-20-10"),
            (CropSize::Width(600).offset(0, 0), "!600xa0a0"),
            (CropSize::Height(500).offset(0, 7), "!x500a0a7"),
        ] {
            assert_eq!(CropGeometry::text(geometry).as_deref(), Ok(text));
        }
    }

    #[test]
    fn a_cut_has_sides_from_10_to_16383() {
        let crop = |size: CropSize| CropGeometry::from(size).text();
        assert!(crop(CropSize::Width(10)).is_ok());
        assert!(crop(CropSize::Height(16383)).is_ok());
        let refused = Err(InputError::Processing { name: "crop" });
        assert_eq!(crop(CropSize::Width(9)), refused);
        assert_eq!(crop(CropSize::Height(16384)), refused);
        for (width, height) in [(9, 10), (16383, 16384)] {
            assert_eq!(crop(CropSize::Exactly { width, height }), refused);
        }
    }

    #[test]
    fn the_farthest_offset_is_written_without_overflow() {
        let geometry = CropSize::Width(10).offset(i32::MIN, i32::MAX);
        assert_eq!(geometry.text().as_deref(), Ok("!10x-2147483648a2147483647"));
    }
}
