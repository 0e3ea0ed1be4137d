//! `imageMogr2`: several steps, in order.

use super::{
    CropGeometry, CropSize, Format, Geometry, Gravity, Processing,
    query::{DEGREES, FRAMES, PathQuery, refused, within},
    words::Quality,
};
use crate::error::InputError;

/// Several steps, in the order in which they are named here; of V2 enhanced.
///
/// ```text
/// imageMogr2/auto-orient/thumbnail/<geometry>/strip/gravity/<place>/crop/<geometry>…
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImageEdit {
    steps: Vec<Step>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    AutoOrient,
    Thumbnail(Geometry),
    Strip,
    Gravity(Gravity),
    Crop(CropGeometry),
    SmartCrop(CropSize),
    Rotate(u32),
    Format(Format),
    Quality(Quality),
    GifFrames(u32),
    Interlace(bool),
}

impl ImageEdit {
    /// No step yet; it takes at least one.
    pub fn new() -> ImageEdit {
        ImageEdit::default()
    }

    /// Turns the picture upright, as its EXIF data has it.
    pub fn auto_orient(self) -> ImageEdit {
        self.with(Step::AutoOrient)
    }

    /// Scales.
    pub fn thumbnail(self, geometry: Geometry) -> ImageEdit {
        self.with(Step::Thumbnail(geometry))
    }

    /// Takes out EXIF data and whatever else is no picture.
    pub fn strip(self) -> ImageEdit {
        self.with(Step::Strip)
    }

    /// Says from where the crop that follows is measured.
    pub fn gravity(self, gravity: Gravity) -> ImageEdit {
        self.with(Step::Gravity(gravity))
    }

    /// Cuts: to a [`CropSize`], or to one with an [offset](CropSize::offset).
    pub fn crop(self, geometry: impl Into<CropGeometry>) -> ImageEdit {
        self.with(Step::Crop(geometry.into()))
    }

    /// Cuts around a face.
    pub fn smart_crop(self, size: CropSize) -> ImageEdit {
        self.with(Step::SmartCrop(size))
    }

    /// Turns the picture by 0 to 360 degrees.
    pub fn rotate(self, degrees: u32) -> ImageEdit {
        self.with(Step::Rotate(degrees))
    }

    /// Sets the format; otherwise it stays.
    pub fn format(self, format: Format) -> ImageEdit {
        self.with(Step::Format(format))
    }

    /// Sets the quality, 0 to 100, or that of the original if it is lower.
    pub fn quality(self, value: u32) -> ImageEdit {
        self.with(Step::Quality(Quality {
            value,
            forced: false,
        }))
    }

    /// Sets the quality, 0 to 100, even above that of the original.
    pub fn forced_quality(self, value: u32) -> ImageEdit {
        self.with(Step::Quality(Quality {
            value,
            forced: true,
        }))
    }

    /// Makes a GIF smaller, with 1 to 100 frames and fewer colours.
    pub fn gif_frames(self, frames: u32) -> ImageEdit {
        self.with(Step::GifFrames(frames))
    }

    /// Whether a JPEG is one that appears step by step.
    pub fn interlace(self, on: bool) -> ImageEdit {
        self.with(Step::Interlace(on))
    }

    /// Makes the query.
    ///
    /// # Errors
    ///
    /// [`InputError::Processing`] with the name of what is out of range, `imageMogr2` if there is
    /// no step, or `query` if there are too many.
    pub fn build(&self) -> Result<Processing, InputError> {
        if self.steps.is_empty() {
            return Err(refused("imageMogr2"));
        }
        let mut query = PathQuery::new("imageMogr2");
        for step in &self.steps {
            step.write(&mut query)?;
        }
        query.finish()
    }

    fn with(mut self, step: Step) -> ImageEdit {
        self.steps.push(step);
        self
    }
}

impl Step {
    fn write(self, query: &mut PathQuery) -> Result<(), InputError> {
        match self {
            Step::AutoOrient => query.word("auto-orient"),
            Step::Thumbnail(geometry) => query.value("thumbnail", geometry.text()?),
            Step::Strip => query.word("strip"),
            Step::Gravity(gravity) => query.value("gravity", gravity.word()),
            Step::Crop(geometry) => query.value("crop", geometry.text()?),
            Step::SmartCrop(size) => query.value("scrop", size.text("scrop")?),
            Step::Rotate(degrees) => query.value("rotate", within("rotate", degrees, DEGREES)?),
            Step::Format(format) => query.value("format", format.word()),
            Step::Quality(quality) => query.value("quality", quality.text("quality")?),
            Step::GifFrames(frames) => query.value("cgif", within("cgif", frames, FRAMES)?),
            Step::Interlace(on) => query.value("interlace", u8::from(on)),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{super::tests::accepted, *};

    const SIZE: CropSize = CropSize::Exactly {
        width: 300,
        height: 400,
    };

    fn refused(name: &'static str) -> Result<Processing, InputError> {
        Err(InputError::Processing { name })
    }

    #[test]
    fn every_step_is_written_as_in_the_table() {
        let edit = ImageEdit::new;
        for (edit, text) in [
            (edit().auto_orient(), "auto-orient"),
            (edit().thumbnail(Geometry::Percent(50)), "thumbnail/!50p"),
            (edit().strip(), "strip"),
            (edit().gravity(Gravity::SouthEast), "gravity/southeast"),
            (edit().crop(SIZE), "crop/300x400"),
            (edit().crop(SIZE.offset(20, -10)), "crop/!300x400a20-10"),
            (edit().smart_crop(SIZE), "scrop/300x400"),
            (edit().rotate(90), "rotate/90"),
            (edit().format(Format::OptimizedJpeg), "format/yjpeg"),
            (edit().quality(85), "quality/85"),
            (edit().forced_quality(85), "quality/85!"),
            (edit().gif_frames(30), "cgif/30"),
            (edit().interlace(true), "interlace/1"),
            (edit().interlace(false), "interlace/0"),
        ] {
            assert_eq!(accepted(edit.build()), format!("imageMogr2/{text}"));
        }
    }

    #[test]
    fn steps_keep_the_order_in_which_they_were_asked_for() {
        let edit = ImageEdit::new()
            .rotate(90)
            .crop(SIZE)
            .gravity(Gravity::North)
            .crop(CropSize::Width(50))
            .auto_orient();
        assert_eq!(
            accepted(edit.build()),
            "imageMogr2/rotate/90/crop/300x400/gravity/north/crop/50x/auto-orient"
        );
    }

    #[test]
    fn what_is_out_of_range_is_named() {
        let edit = ImageEdit::new;
        for good in [0, 360] {
            assert!(edit().rotate(good).build().is_ok());
        }
        assert_eq!(edit().rotate(361).build(), refused("rotate"));
        for good in [1, 100] {
            assert!(edit().gif_frames(good).build().is_ok());
        }
        for bad in [0, 101] {
            assert_eq!(edit().gif_frames(bad).build(), refused("cgif"));
        }
        for good in [0, 100] {
            assert!(edit().quality(good).build().is_ok());
        }
        assert_eq!(edit().quality(101).build(), refused("quality"));
        assert_eq!(edit().forced_quality(101).build(), refused("quality"));
        let thin = CropSize::Width(9);
        assert_eq!(edit().smart_crop(thin).build(), refused("scrop"));
        assert_eq!(edit().crop(thin).build(), refused("crop"));
        let nothing = Geometry::Area(0);
        assert_eq!(edit().thumbnail(nothing).build(), refused("thumbnail"));
    }

    #[test]
    fn there_is_at_least_one_step_and_there_are_not_too_many() {
        assert_eq!(ImageEdit::new().build(), refused("imageMogr2"));
        // A step of 6 bytes behind a word of 10: 681 of them are 4096 bytes.
        let steps = |count| (0..count).fold(ImageEdit::new(), |edit, _| edit.strip());
        assert_eq!(accepted(steps(681).build()).len(), 4096);
        assert_eq!(steps(682).build(), refused("query"));
    }
}
