//! `watermark/1` and `watermark/2`: a picture or a text on the picture.

use super::{
    Gravity, Processing,
    query::{
        DISSOLVE, POSITIVE, ParameterQuery, PathQuery, base64_url, colour, is_public_address,
        refused, visible, within,
    },
};
use crate::error::InputError;

/// A picture on the picture; of V2 enhanced.
///
/// ```text
/// watermark/1/image/<base64>/gravity/<place>/dx/<pixels>/dy/<pixels>
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageWatermark {
    address: String,
    gravity: Option<Gravity>,
    offset: Option<(u32, u32)>,
}

/// A text on the picture: of V2 enhanced by itself, of V1 and V2 as a part of
/// [`Parameters`](super::Parameters::watermark).
///
/// ```text
/// watermark/2/text/<base64>/font/<base64>/fontsize/<points>/fill/<base64>/dissolve/<1..100>
///     /gravity/<place>/dx/<pixels>/dy/<pixels>
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextWatermark {
    text: String,
    font: Option<String>,
    font_size: Option<u32>,
    fill: Option<String>,
    dissolve: Option<u32>,
    gravity: Option<Gravity>,
    offset: Option<(u32, u32)>,
}

impl ImageWatermark {
    /// The picture at this address, which must be stored in the service, for all to read: whoever
    /// has the query can read the address in it.
    pub fn new(address: impl Into<String>) -> ImageWatermark {
        ImageWatermark {
            address: address.into(),
            gravity: None,
            offset: None,
        }
    }

    /// Sets where it is put.
    pub fn gravity(mut self, gravity: Gravity) -> ImageWatermark {
        self.gravity = Some(gravity);
        self
    }

    /// Sets how far from there, in pixels; otherwise 0 and 0.
    pub fn offset(mut self, x: u32, y: u32) -> ImageWatermark {
        self.offset = Some((x, y));
        self
    }

    /// Makes the query.
    ///
    /// # Errors
    ///
    /// [`InputError::Processing`] with the name `image` if this is no address that begins with
    /// `http://` or `https://`, or one with a signature; with the name `query` if it is too long.
    pub fn build(&self) -> Result<Processing, InputError> {
        if !is_public_address(&self.address) {
            return Err(refused("image"));
        }
        let mut query = PathQuery::new("watermark/1");
        query.text("image", &self.address);
        write_place(&mut query, self.gravity, self.offset);
        query.finish()
    }
}

impl TextWatermark {
    /// This text; it must have characters, and none that controls.
    pub fn new(text: impl Into<String>) -> TextWatermark {
        TextWatermark {
            text: text.into(),
            font: None,
            font_size: None,
            fill: None,
            dissolve: None,
            gravity: None,
            offset: None,
        }
    }

    /// Sets the font, by the name that the service has for it, such as `tahoma.ttf`.
    pub fn font(mut self, name: impl Into<String>) -> TextWatermark {
        self.font = Some(name.into());
        self
    }

    /// Sets the size in points; otherwise 13.
    pub fn font_size(mut self, points: u32) -> TextWatermark {
        self.font_size = Some(points);
        self
    }

    /// Sets the colour, `#FF0000` or a name such as `blue`; otherwise `#3D3D3D`.
    pub fn fill(mut self, colour: impl Into<String>) -> TextWatermark {
        self.fill = Some(colour.into());
        self
    }

    /// Sets how opaque it is, 1 to 100; otherwise 100.
    pub fn dissolve(mut self, percent: u32) -> TextWatermark {
        self.dissolve = Some(percent);
        self
    }

    /// Sets where it is put; otherwise in the lower right corner, or of V1 and V2 in the middle.
    pub fn gravity(mut self, gravity: Gravity) -> TextWatermark {
        self.gravity = Some(gravity);
        self
    }

    /// Sets how far from there, in pixels; otherwise 0 and 0.
    pub fn offset(mut self, x: u32, y: u32) -> TextWatermark {
        self.offset = Some((x, y));
        self
    }

    /// Makes the query of V2 enhanced.
    ///
    /// # Errors
    ///
    /// [`InputError::Processing`] with the name of what is out of range, or `query` if the text is
    /// too long.
    pub fn build(&self) -> Result<Processing, InputError> {
        let mut query = PathQuery::new("watermark/2");
        query.text("text", visible("text", &self.text)?);
        if let Some(font) = &self.font {
            query.text("font", visible("font", font)?);
        }
        if let Some(points) = self.font_size {
            query.value("fontsize", within("fontsize", points, POSITIVE)?);
        }
        if let Some(fill) = &self.fill {
            query.text("fill", colour("fill", fill)?);
        }
        if let Some(percent) = self.dissolve {
            query.value("dissolve", within("dissolve", percent, DISSOLVE)?);
        }
        write_place(&mut query, self.gravity, self.offset);
        query.finish()
    }

    /// Writes the parameters of V1 and V2; `least` is how large a picture must be to get a text.
    pub(super) fn write(
        &self,
        query: &mut ParameterQuery,
        least: Option<(u32, u32)>,
    ) -> Result<(), InputError> {
        query.value("watermark", 1);
        if let Some(gravity) = self.gravity {
            query.value("wpos", gravity.word());
        }
        if let Some((x, y)) = self.offset {
            query.value("wpx", x);
            query.value("wpy", y);
        }
        if let Some((width, height)) = least {
            query.value("wlw", width);
            query.value("wlh", height);
        }
        // Of the four texts, this one is not base64.
        query.value("ww", visible("ww", &self.text)?);
        if let Some(font) = &self.font {
            query.value("font", base64_url(visible("font", font)?));
        }
        query.number("fontsize", self.font_size, POSITIVE)?;
        if let Some(fill) = &self.fill {
            query.value("fill", base64_url(colour("fill", fill)?));
        }
        query.number("dissolve", self.dissolve, DISSOLVE)
    }
}

fn write_place(query: &mut PathQuery, gravity: Option<Gravity>, offset: Option<(u32, u32)>) {
    if let Some(gravity) = gravity {
        query.value("gravity", gravity.word());
    }
    if let Some((x, y)) = offset {
        query.value("dx", x);
        query.value("dy", y);
    }
}

#[cfg(test)]
mod tests {
    use super::{super::tests::accepted, *};

    fn refused(name: &'static str) -> Result<Processing, InputError> {
        Err(InputError::Processing { name })
    }

    #[test]
    fn a_picture_is_named_by_its_address_in_base64() {
        let mark = ImageWatermark::new("http://demo-10000001.image.myqcloud.com/mark.png");
        let image = "aHR0cDovL2RlbW8tMTAwMDAwMDEuaW1hZ2UubXlxY2xvdWQuY29tL21hcmsucG5n";
        assert_eq!(accepted(mark.build()), format!("watermark/1/image/{image}"));
        let mark = mark.gravity(Gravity::SouthWest).offset(5, 7);
        assert_eq!(
            accepted(mark.build()),
            format!("watermark/1/image/{image}/gravity/southwest/dx/5/dy/7")
        );
    }

    #[test]
    fn a_picture_without_public_address_is_refused() {
        for bad in [
            "",
            "mark.png",
            "/mark.png",
            "ftp://host/mark.png",
            "http://",
            "http://ho st/mark.png",
            "http://host/mark.png?sign=abc",
            "http://host/mark.png?a=1&%73ign=abc",
        ] {
            let result = ImageWatermark::new(bad).build();
            assert_eq!(result, refused("image"), "{bad:?}");
        }
        let long = format!("http://host/{}", "a".repeat(4000));
        assert_eq!(ImageWatermark::new(long).build(), refused("query"));
    }

    #[test]
    fn a_text_is_written_in_the_order_of_the_table_and_keeps_its_padding() {
        let mark = TextWatermark::new("腾讯云·万象优图").fill("white");
        // Both texts are those of the vendor's own sample.
        assert_eq!(
            accepted(mark.build()),
            "watermark/2/text/6IW-6K6v5LqRwrfkuIfosaHkvJjlm74=/fill/d2hpdGU="
        );
        let mark = mark
            .offset(20, 10)
            .gravity(Gravity::NorthEast)
            .dissolve(50)
            .font_size(100)
            .font("tahoma.ttf");
        assert_eq!(
            accepted(mark.build()),
            "watermark/2/text/6IW-6K6v5LqRwrfkuIfosaHkvJjlm74=/font/dGFob21hLnR0Zg==\
             /fontsize/100/fill/d2hpdGU=/dissolve/50/gravity/northeast/dx/20/dy/10"
        );
    }

    #[test]
    fn base64_is_the_url_safe_one() {
        let mark = TextWatermark::new("~~~???>>>").build();
        assert_eq!(accepted(mark), "watermark/2/text/fn5-Pz8_Pj4-");
    }

    #[test]
    fn what_is_out_of_range_is_named() {
        let mark = || TextWatermark::new("a");
        for bad in ["", "a\nb", "a\0"] {
            assert_eq!(TextWatermark::new(bad).build(), refused("text"));
            assert_eq!(mark().font(bad).build(), refused("font"));
        }
        for good in [1, 100] {
            assert!(mark().dissolve(good).build().is_ok());
        }
        for bad in [0, 101] {
            assert_eq!(mark().dissolve(bad).build(), refused("dissolve"));
        }
        assert!(mark().font_size(1).build().is_ok());
        assert_eq!(mark().font_size(0).build(), refused("fontsize"));
        assert!(mark().fill("#ff00AA").build().is_ok());
        for bad in [
            "",
            "#",
            "#ff00a",
            "#ff00aa0",
            "#ff00ag",
            "ff00aa",
            "light blue",
        ] {
            assert_eq!(mark().fill(bad).build(), refused("fill"), "{bad:?}");
        }
        let long = "图".repeat(1024);
        assert_eq!(TextWatermark::new(long).build(), refused("query"));
    }
}
