//! `imageView2`: a smaller picture, in one step.

use super::{
    Format, Processing,
    query::{PathQuery, SIDE, refused, within},
    words::Quality,
};
use crate::error::InputError;

/// A smaller picture, in one step; of V2 enhanced.
///
/// ```text
/// imageView2/<mode>/w/<width>/h/<height>/format/<format>/q/<quality>[!]
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageView {
    fit: Fit,
    width: Option<u32>,
    height: Option<u32>,
    format: Option<Format>,
    quality: Option<Quality>,
}

/// How a picture and a frame of width and height come together. The proportions always stay.
///
/// In the three that speak of edges the frame turns with the picture: its width belongs to the
/// longer edge, its height to the shorter one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fit {
    /// The longer and the shorter edge are at most the frame's: mode 0.
    EdgesWithin,
    /// The picture covers the frame, and what sticks out is cut off on both sides: mode 1.
    Fill,
    /// The picture lies within the frame: mode 2.
    Within,
    /// The picture covers the frame, and sticks out: mode 3.
    Cover,
    /// The longer and the shorter edge are at least the frame's: mode 4.
    EdgesCover,
    /// The same, and what sticks out is cut off on both sides: mode 5.
    EdgesFill,
}

impl Fit {
    fn mode(self) -> &'static str {
        match self {
            Fit::EdgesWithin => "0",
            Fit::Fill => "1",
            Fit::Within => "2",
            Fit::Cover => "3",
            Fit::EdgesCover => "4",
            Fit::EdgesFill => "5",
        }
    }
}

impl ImageView {
    /// A picture that fits so. At least one more thing must be said about it.
    pub fn new(fit: Fit) -> ImageView {
        ImageView {
            fit,
            width: None,
            height: None,
            format: None,
            quality: None,
        }
    }

    /// Sets the width of the frame, or its longer edge: 10 to 16383.
    pub fn width(mut self, pixels: u32) -> ImageView {
        self.width = Some(pixels);
        self
    }

    /// Sets the height of the frame, or its shorter edge: 10 to 16383.
    pub fn height(mut self, pixels: u32) -> ImageView {
        self.height = Some(pixels);
        self
    }

    /// Sets the format; otherwise it stays.
    pub fn format(mut self, format: Format) -> ImageView {
        self.format = Some(format);
        self
    }

    /// Sets the quality, 0 to 100, or that of the original if it is lower.
    pub fn quality(mut self, value: u32) -> ImageView {
        self.quality = Some(Quality {
            value,
            forced: false,
        });
        self
    }

    /// Sets the quality, 0 to 100, even above that of the original.
    pub fn forced_quality(mut self, value: u32) -> ImageView {
        self.quality = Some(Quality {
            value,
            forced: true,
        });
        self
    }

    /// Makes the query.
    ///
    /// # Errors
    ///
    /// [`InputError::Processing`] with the name of what is out of range, or `imageView2` if nothing
    /// was said but the fit.
    pub fn build(&self) -> Result<Processing, InputError> {
        if *self == ImageView::new(self.fit) {
            return Err(refused("imageView2"));
        }
        let mut query = PathQuery::new("imageView2");
        query.word(self.fit.mode());
        if let Some(width) = self.width {
            query.value("w", within("w", width, SIDE)?);
        }
        if let Some(height) = self.height {
            query.value("h", within("h", height, SIDE)?);
        }
        if let Some(format) = self.format {
            query.value("format", format.word());
        }
        if let Some(quality) = self.quality {
            query.value("q", quality.text("q")?);
        }
        query.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::{super::tests::accepted, *};

    #[test]
    fn every_fit_has_its_mode() {
        for (fit, mode) in [
            (Fit::EdgesWithin, 0),
            (Fit::Fill, 1),
            (Fit::Within, 2),
            (Fit::Cover, 3),
            (Fit::EdgesCover, 4),
            (Fit::EdgesFill, 5),
        ] {
            let view = ImageView::new(fit).width(400).height(300);
            assert_eq!(
                accepted(view.build()),
                format!("imageView2/{mode}/w/400/h/300")
            );
        }
    }

    #[test]
    fn all_that_is_set_is_written_in_the_order_of_the_table() {
        let view = ImageView::new(Fit::Within)
            .forced_quality(85)
            .format(Format::Png)
            .height(600);
        assert_eq!(
            accepted(view.build()),
            "imageView2/2/h/600/format/png/q/85!"
        );
        assert_eq!(
            accepted(view.quality(0).build()),
            "imageView2/2/h/600/format/png/q/0"
        );
    }

    #[test]
    fn what_is_out_of_range_is_named() {
        let view = ImageView::new(Fit::Cover);
        let refused = |name| Err(InputError::Processing { name });
        assert!(view.clone().width(10).height(16383).build().is_ok());
        assert_eq!(view.clone().width(9).build(), refused("w"));
        assert_eq!(view.clone().width(16384).build(), refused("w"));
        assert_eq!(view.clone().height(9).build(), refused("h"));
        assert_eq!(view.clone().height(16384).build(), refused("h"));
        assert!(view.clone().quality(100).build().is_ok());
        assert_eq!(view.clone().quality(101).build(), refused("q"));
        assert_eq!(view.clone().forced_quality(101).build(), refused("q"));
        assert_eq!(view.build(), refused("imageView2"));
    }
}
