//! Words that both grammars know, though they may write them differently.

use super::query::{QUALITY, within};
use crate::error::InputError;

/// A place in a picture: one of nine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Gravity {
    /// The upper left corner.
    NorthWest,
    /// The middle of the upper edge.
    North,
    /// The upper right corner.
    NorthEast,
    /// The middle of the left edge.
    West,
    /// The middle.
    Middle,
    /// The middle of the right edge.
    East,
    /// The lower left corner.
    SouthWest,
    /// The middle of the lower edge.
    South,
    /// The lower right corner.
    SouthEast,
}

impl Gravity {
    pub(super) fn word(self) -> &'static str {
        match self {
            Gravity::NorthWest => "northwest",
            Gravity::North => "north",
            Gravity::NorthEast => "northeast",
            Gravity::West => "west",
            Gravity::Middle => "middle",
            Gravity::East => "east",
            Gravity::SouthWest => "southwest",
            Gravity::South => "south",
            Gravity::SouthEast => "southeast",
        }
    }
}

/// What a picture is turned into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// JPEG.
    Jpeg,
    /// BMP.
    Bmp,
    /// GIF.
    Gif,
    /// PNG.
    Png,
    /// WebP.
    Webp,
    /// JPEG made smaller by the service's own encoder, `yjpeg`; of V2 enhanced only.
    OptimizedJpeg,
}

impl Format {
    /// Its name in V2 enhanced.
    pub(super) fn word(self) -> &'static str {
        match self {
            Format::Jpeg => "jpg",
            Format::Bmp => "bmp",
            Format::Gif => "gif",
            Format::Png => "png",
            Format::Webp => "webp",
            Format::OptimizedJpeg => "yjpeg",
        }
    }

    /// Its number in V1 and V2, if it has one.
    pub(super) fn number(self) -> Option<u8> {
        match self {
            Format::Jpeg => Some(1),
            Format::Gif => Some(2),
            Format::Png => Some(3),
            Format::Bmp => Some(4),
            Format::Webp => Some(5),
            Format::OptimizedJpeg => None,
        }
    }
}

/// How much of a picture is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Quality {
    pub(super) value: u32,
    /// Whether it stands even above that of the original.
    pub(super) forced: bool,
}

impl Quality {
    /// As V2 enhanced writes it.
    pub(super) fn text(self, name: &'static str) -> Result<String, InputError> {
        let value = within(name, self.value, QUALITY)?;
        Ok(match self.forced {
            true => format!("{value}!"),
            false => value.to_string(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{super::tests::accepted, *};
    use crate::wanxiang::processing::{ImageEdit, ImageView, Parameters, view::Fit};

    #[test]
    fn every_place_has_its_word_in_both_grammars() {
        for (gravity, word) in [
            (Gravity::NorthWest, "northwest"),
            (Gravity::North, "north"),
            (Gravity::NorthEast, "northeast"),
            (Gravity::West, "west"),
            (Gravity::Middle, "middle"),
            (Gravity::East, "east"),
            (Gravity::SouthWest, "southwest"),
            (Gravity::South, "south"),
            (Gravity::SouthEast, "southeast"),
        ] {
            assert_eq!(
                accepted(ImageEdit::new().gravity(gravity).build()),
                format!("imageMogr2/gravity/{word}")
            );
            assert_eq!(
                accepted(Parameters::new().crop_from(gravity).build()),
                format!("crop=1&cpos={word}")
            );
        }
    }

    #[test]
    fn a_format_is_a_word_in_one_grammar_and_a_number_in_the_other() {
        for (format, word, number) in [
            (Format::Jpeg, "jpg", Some(1)),
            (Format::Gif, "gif", Some(2)),
            (Format::Png, "png", Some(3)),
            (Format::Bmp, "bmp", Some(4)),
            (Format::Webp, "webp", Some(5)),
            (Format::OptimizedJpeg, "yjpeg", None),
        ] {
            assert_eq!(
                accepted(ImageView::new(Fit::Within).format(format).build()),
                format!("imageView2/2/format/{word}")
            );
            let numbered = Parameters::new().format(format).build();
            match number {
                Some(number) => assert_eq!(accepted(numbered), format!("t={number}")),
                None => assert_eq!(numbered, Err(InputError::Processing { name: "t" })),
            }
        }
    }
}
