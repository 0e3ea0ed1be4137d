//! Processing as V1 and V2 have it: ordinary parameters.

use super::{
    Format, Gravity, Processing, TextWatermark,
    query::{DEGREES, ParameterQuery, QUALITY, SIDE, refused},
    words::Quality,
};
use crate::error::InputError;

/// What is done to a picture, behind its style; of V1 and V2.
///
/// ```text
/// ss=0&scrop=1&crop=1&cpx=0&cpy=0&cpos=north&w=300&h=300&watermark=1&…&qa=85&t=5&degree=90
/// ```
///
/// Only what is set is sent. Scaling and both crops have one width and height together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameters {
    scale: Option<Scale>,
    smart_crop: bool,
    crop: Option<Crop>,
    width: Option<u32>,
    height: Option<u32>,
    watermark: Option<TextWatermark>,
    watermark_least: Option<(u32, u32)>,
    strip: Option<bool>,
    compress_gif: Option<bool>,
    sharpen: Option<bool>,
    auto_orient: Option<bool>,
    border: Option<bool>,
    interlace: Option<bool>,
    quality: Option<Quality>,
    format: Option<Format>,
    rotate: Option<u32>,
}

/// How a picture is scaled to a width and height. The proportions stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Scale {
    /// Until neither is exceeded: `ss=0`, and what the service does if nothing is said.
    Within,
    /// Until both are reached: `ss=1`.
    Cover,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Crop {
    from: Option<Gravity>,
    offset: Option<(u32, u32)>,
}

impl Parameters {
    /// Nothing yet; at least one parameter must be set.
    pub fn new() -> Parameters {
        Parameters::default()
    }

    /// Scales, to a width, a height or both: `ss`.
    pub fn scale(mut self, scale: Scale) -> Parameters {
        self.scale = Some(scale);
        self
    }

    /// Sets the width to scale or crop to, 10 to 16383: `w`.
    pub fn width(mut self, pixels: u32) -> Parameters {
        self.width = Some(pixels);
        self
    }

    /// Sets the height to scale or crop to, 10 to 16383: `h`.
    pub fn height(mut self, pixels: u32) -> Parameters {
        self.height = Some(pixels);
        self
    }

    /// Crops around a face, to a width, a height or both: `scrop`. Where there is no face,
    /// [`crop`](Parameters::crop) does it, if it was asked for too.
    pub fn smart_crop(mut self) -> Parameters {
        self.smart_crop = true;
        self
    }

    /// Crops: `crop`.
    pub fn crop(mut self) -> Parameters {
        self.crop.get_or_insert_default();
        self
    }

    /// Crops from this place on, otherwise from the middle: `cpos`.
    pub fn crop_from(mut self, gravity: Gravity) -> Parameters {
        self.crop.get_or_insert_default().from = Some(gravity);
        self
    }

    /// Crops so many pixels from that place, otherwise 0 and 0: `cpx` and `cpy`.
    pub fn crop_offset(mut self, x: u32, y: u32) -> Parameters {
        self.crop.get_or_insert_default().offset = Some((x, y));
        self
    }

    /// Puts a text on the picture: `watermark`, `ww` and more.
    pub fn watermark(mut self, watermark: TextWatermark) -> Parameters {
        self.watermark = Some(watermark);
        self
    }

    /// Puts the text only on pictures that are at least so large: `wlw` and `wlh`.
    pub fn watermark_least(mut self, width: u32, height: u32) -> Parameters {
        self.watermark_least = Some((width, height));
        self
    }

    /// Whether EXIF data and whatever else is no picture are taken out; otherwise they are:
    /// `strip`.
    pub fn strip(mut self, on: bool) -> Parameters {
        self.strip = Some(on);
        self
    }

    /// Whether a GIF gets fewer colours: `cgif`.
    ///
    /// The vendor's table knows on and off only, and yet says that 99 is the default.
    pub fn compress_gif(mut self, on: bool) -> Parameters {
        self.compress_gif = Some(on);
        self
    }

    /// Whether the picture is sharpened: `sharp`.
    pub fn sharpen(mut self, on: bool) -> Parameters {
        self.sharpen = Some(on);
        self
    }

    /// Whether the picture is turned upright, as its EXIF data has it: `srotate`. Then
    /// [`rotate`](Parameters::rotate) does nothing.
    pub fn auto_orient(mut self, on: bool) -> Parameters {
        self.auto_orient = Some(on);
        self
    }

    /// Whether the picture is put on a background of the given width and height: `composite`.
    pub fn border(mut self, on: bool) -> Parameters {
        self.border = Some(on);
        self
    }

    /// Whether a JPEG is one that appears step by step: `interlace`.
    pub fn interlace(mut self, on: bool) -> Parameters {
        self.interlace = Some(on);
        self
    }

    /// Sets the quality, 0 to 100, or that of the original if it is lower: `qa`.
    pub fn quality(mut self, value: u32) -> Parameters {
        self.quality = Some(Quality {
            value,
            forced: false,
        });
        self
    }

    /// Sets the quality, 0 to 100, even above that of the original: `pqa`.
    pub fn forced_quality(mut self, value: u32) -> Parameters {
        self.quality = Some(Quality {
            value,
            forced: true,
        });
        self
    }

    /// Sets the format, any but [`Format::OptimizedJpeg`]: `t`.
    pub fn format(mut self, format: Format) -> Parameters {
        self.format = Some(format);
        self
    }

    /// Turns the picture by 0 to 360 degrees: `degree`.
    pub fn rotate(mut self, degrees: u32) -> Parameters {
        self.rotate = Some(degrees);
        self
    }

    /// Makes the query.
    ///
    /// # Errors
    ///
    /// [`InputError::Processing`] with the name of what is out of range; `w` if there is neither
    /// width nor height to scale to or to crop a face to; `ww` if there is a least size for a text
    /// and no text; `query` if nothing was set, or the text is too long.
    pub fn build(&self) -> Result<Processing, InputError> {
        let mut query = ParameterQuery::default();
        self.write_size(&mut query)?;
        self.write_watermark(&mut query)?;
        query.switch("strip", self.strip);
        query.switch("cgif", self.compress_gif);
        query.switch("sharp", self.sharpen);
        query.switch("srotate", self.auto_orient);
        query.switch("composite", self.border);
        query.switch("interlace", self.interlace);
        if let Some(Quality { value, forced }) = self.quality {
            let name = if forced { "pqa" } else { "qa" };
            query.number(name, Some(value), QUALITY)?;
        }
        if let Some(format) = self.format {
            query.value("t", format.number().ok_or(refused("t"))?);
        }
        query.number("degree", self.rotate, DEGREES)?;
        query.finish()
    }

    fn write_size(&self, query: &mut ParameterQuery) -> Result<(), InputError> {
        let sized = self.width.is_some() || self.height.is_some();
        if (self.scale.is_some() || self.smart_crop) && !sized {
            return Err(refused("w"));
        }
        query.switch("ss", self.scale.map(|scale| scale == Scale::Cover));
        query.switch("scrop", self.smart_crop.then_some(true));
        if let Some(crop) = self.crop {
            query.value("crop", 1);
            if let Some((x, y)) = crop.offset {
                query.value("cpx", x);
                query.value("cpy", y);
            }
            if let Some(gravity) = crop.from {
                query.value("cpos", gravity.word());
            }
        }
        query.number("w", self.width, SIDE)?;
        query.number("h", self.height, SIDE)
    }

    fn write_watermark(&self, query: &mut ParameterQuery) -> Result<(), InputError> {
        match (&self.watermark, self.watermark_least) {
            (Some(watermark), least) => watermark.write(query, least),
            (None, Some(_)) => Err(refused("ww")),
            (None, None) => Ok(()),
        }
    }
}
