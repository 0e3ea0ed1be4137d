//! The steps that are taken, in order.

use image::DynamicImage;

use super::{
    cut::{Cut, Rectangle},
    scale::{Frame, Scale},
    unprocessable,
};
use crate::{
    codec::{self, Format, Picture, QUALITY},
    wanxiang::{answer::Refusal, picture, request::PICTURE_LIMIT, store::Object},
};

/// The most steps: nobody needs so many, and each takes its time.
const STEPS: usize = 32;

/// What is done to a picture, and how it is written then.
#[derive(Debug, Default, PartialEq)]
pub(in crate::wanxiang) struct Recipe {
    steps: Vec<Step>,
    pub(super) format: Option<Format>,
    pub(super) quality: Option<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Step {
    /// Turns it upright, as its EXIF data has it.
    Orient,
    Scale(Scale),
    /// Covers the frame, and cuts off what sticks out.
    Fill(Frame),
    Cut(Cut),
    /// By so many quarters, clockwise.
    Turn(u8),
    Strip,
}

/// A picture that was made.
pub(in crate::wanxiang) struct Made {
    pub(in crate::wanxiang) format: Format,
    pub(in crate::wanxiang) bytes: Vec<u8>,
}

impl Recipe {
    pub(super) fn add(&mut self, step: Step) -> Result<(), Refusal> {
        if self.steps.len() == STEPS {
            let problem = format!("there are more than {STEPS} steps");
            return Err(unprocessable(problem));
        }
        self.steps.push(step);
        Ok(())
    }

    pub(super) fn is_empty(&self) -> bool {
        *self == Recipe::default()
    }

    /// Makes a picture of what is stored; takes its time.
    pub(in crate::wanxiang) fn carry_out(&self, object: &Object) -> Result<Made, Refusal> {
        match object.facts.shape {
            // Videos have none, and may be large.
            None => Err(unprocessable("this is no picture")),
            Some(_) if object.facts.size > PICTURE_LIMIT => Err(unprocessable(format!(
                "the picture has more than {PICTURE_LIMIT} bytes"
            ))),
            Some(_) => self.make(&picture::read(&object.pieces)?),
        }
    }

    /// Makes a picture of this one.
    pub(super) fn make(&self, bytes: &[u8]) -> Result<Made, Refusal> {
        let Some(format) = Format::of(bytes) else {
            return Err(unprocessable(
                "the emulator does not know this processing: of the pictures it processes JPEG and \
                 PNG",
            ));
        };
        let mut picture = format.decode(bytes)?;
        for step in &self.steps {
            step.carry_out(&mut picture)?;
        }
        let format = self.format.unwrap_or(format);
        let bytes = format.encode(picture, self.quality.unwrap_or(QUALITY))?;
        Ok(Made { format, bytes })
    }
}

impl From<codec::Problem> for Refusal {
    fn from(problem: codec::Problem) -> Refusal {
        unprocessable(problem.0)
    }
}

impl Step {
    fn carry_out(self, picture: &mut Picture) -> Result<(), Refusal> {
        let pixels = &picture.pixels;
        picture.pixels = match self {
            Step::Orient => {
                picture.turn_upright();
                return Ok(());
            }
            Step::Strip => {
                picture.strip();
                return Ok(());
            }
            Step::Turn(1) => pixels.rotate90(),
            Step::Turn(2) => pixels.rotate180(),
            Step::Turn(3) => pixels.rotate270(),
            Step::Turn(_) => return Ok(()),
            Step::Scale(scale) => scaled(pixels, scale)?,
            Step::Cut(part) => cut(pixels, part)?,
            Step::Fill(frame) => {
                let frame = frame.lying_for(pixels.width(), pixels.height());
                let covering = scaled(pixels, Scale::Cover(frame))?;
                cut(&covering, Cut::middle(frame.width, frame.height))?
            }
        };
        Ok(())
    }
}

/// Scales one direction after the other: first the one after which the picture is smaller than
/// before or behind both. What one pixel is made of is one row or one column then, which the
/// filter's sums have room for.
fn scaled(pixels: &DynamicImage, scale: Scale) -> Result<DynamicImage, Refusal> {
    let (wide, high) = (pixels.width(), pixels.height());
    let (width, height) = scale.size(wide, high);
    codec::bounded(width, height)?;
    // Bounded, so they fit.
    let (width, height) = (width as u32, height as u32);
    let between = match width <= wide {
        true => pixels.thumbnail_exact(width, high),
        false => pixels.thumbnail_exact(wide, height),
    };
    Ok(between.thumbnail_exact(width, height))
}

fn cut(pixels: &DynamicImage, cut: Cut) -> Result<DynamicImage, Refusal> {
    let Some(rectangle) = cut.within(pixels.width(), pixels.height()) else {
        return Err(unprocessable("the crop lies outside of the picture"));
    };
    let Rectangle {
        x,
        y,
        width,
        height,
    } = rectangle;
    Ok(pixels.crop_imm(x, y, width, height))
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::{
        super::{UNPROCESSABLE, cut::Gravity},
        *,
    };

    /// The left half is red, the right one blue; below both are dark.
    fn quadrants() -> Vec<u8> {
        let pixels = RgbImage::from_fn(60, 40, |x, y| {
            let value = if y < 20 { 250 } else { 100 };
            match x < 30 {
                true => Rgb([value, 0, 0]),
                false => Rgb([0, 0, value]),
            }
        });
        let bytes = Format::Png.encode(DynamicImage::from(pixels).into(), QUALITY);
        bytes.expect("a picture")
    }

    fn made(steps: &[Step]) -> RgbImage {
        let recipe = Recipe {
            steps: steps.to_vec(),
            ..Recipe::default()
        };
        let made = recipe.make(&quadrants()).expect("a picture");
        assert_eq!(made.format, Format::Png);
        let picture = made.format.decode(&made.bytes).expect("a picture");
        picture.pixels.into_rgb8()
    }

    const RED: Rgb<u8> = Rgb([250, 0, 0]);
    const DARK_RED: Rgb<u8> = Rgb([100, 0, 0]);
    const DARK_BLUE: Rgb<u8> = Rgb([0, 0, 100]);

    #[test]
    fn steps_are_taken_in_order_and_move_the_pixels() {
        let half = Step::Scale(Scale::Percent {
            width: 50,
            height: 50,
        });
        let scaled = made(&[half]);
        assert_eq!(scaled.dimensions(), (30, 20));
        assert_eq!(scaled.get_pixel(3, 3), &RED);
        let turned = made(&[Step::Turn(1)]);
        assert_eq!(turned.dimensions(), (40, 60));
        assert_eq!(turned.get_pixel(3, 3), &DARK_RED);
        assert_eq!(made(&[Step::Turn(3)]).get_pixel(3, 57), &RED);
        assert_eq!(made(&[Step::Turn(2)]).get_pixel(3, 3), &DARK_BLUE);
        let corner = Gravity::read("southeast").expect("a place");
        let corner = Step::Cut(Cut::read("10x15", corner).expect("a geometry"));
        let cut = made(&[corner]);
        assert_eq!(cut.dimensions(), (10, 15));
        assert!(cut.pixels().all(|pixel| *pixel == DARK_BLUE));
        let cut = made(&[Step::Turn(1), corner]);
        assert!(cut.pixels().all(|pixel| *pixel == Rgb([0, 0, 250])));
    }

    #[test]
    fn a_frame_is_filled_with_the_middle() {
        let frame = |width, height, turns| Frame {
            width,
            height,
            turns,
        };
        let square = made(&[Step::Fill(frame(20, 20, false))]);
        assert_eq!(square.dimensions(), (20, 20));
        assert_eq!(square.get_pixel(2, 2), &RED);
        assert_eq!(square.get_pixel(17, 17), &DARK_BLUE);
        let large = made(&[Step::Fill(frame(100, 120, false))]);
        assert_eq!(large.dimensions(), (100, 120));
        assert_eq!(large.get_pixel(5, 5), &RED);
        let upright = made(&[Step::Turn(1), Step::Fill(frame(30, 10, true))]);
        assert_eq!(upright.dimensions(), (10, 30));
    }

    #[test]
    fn what_would_not_fit_into_memory_is_refused() {
        let refused = |steps: Vec<Step>| {
            let recipe = Recipe {
                steps,
                ..Recipe::default()
            };
            let refusal = recipe.make(&quadrants()).err();
            assert_eq!(refusal.map(|refusal| refusal.code), Some(UNPROCESSABLE));
        };
        refused(vec![Step::Scale(Scale::Exactly {
            width: 16_383,
            height: 16_383,
        })]);
        refused(vec![Step::Scale(Scale::Percent {
            width: u32::MAX,
            height: 1,
        })]);
        let mut recipe = Recipe::default();
        for _ in 0..STEPS {
            recipe.add(Step::Turn(1)).expect("room");
        }
        assert!(recipe.add(Step::Strip).is_err());
    }

    #[test]
    fn a_large_surface_becomes_one_pixel_of_its_colour() {
        let white = DynamicImage::from(RgbImage::from_pixel(4500, 4500, Rgb([255; 3])));
        let one = scaled(&white, Scale::Area(1)).expect("a picture");
        assert_eq!(one.into_rgb8().into_raw(), [255; 3]);
    }

    #[test]
    fn broken_pictures_and_other_formats_are_refused() {
        let recipe = Recipe::default();
        for bytes in [&quadrants()[..60], b"GIF89a\x02\0\x01\0\0\0\0", b"x", b""] {
            assert!(recipe.make(bytes).is_err());
        }
    }
}
