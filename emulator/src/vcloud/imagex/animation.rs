//! The frames of pictures that move, counted without decoding them. What is cut off is not counted.

/// How many frames there are, and how long they take.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Animation {
    pub(super) frames: u64,
    /// In milliseconds.
    pub(super) duration: u64,
}

impl Animation {
    pub(super) const STILL: Animation = Animation {
        frames: 1,
        duration: 0,
    };
}

/// Counts in a GIF.
pub(super) fn gif(bytes: &[u8]) -> Animation {
    let mut animation = Animation::default();
    // An end that is missing ends it as well.
    let _ = walk_gif(Rest(bytes), &mut animation);
    animation
}

fn walk_gif(mut rest: Rest<'_>, animation: &mut Animation) -> Option<()> {
    let head = rest.take(13)?;
    rest.colours(head[10])?;
    loop {
        match rest.take(1)?[0] {
            // An extension.
            0x21 => {
                let label = rest.take(1)?[0];
                let control = rest.block()?;
                if label == 0xf9 && control.len() >= 4 {
                    // Hundredths of a second.
                    let delay = u16::from_le_bytes([control[1], control[2]]);
                    animation.duration += u64::from(delay) * 10;
                }
                if !control.is_empty() {
                    rest.blocks()?;
                }
            }
            // A frame.
            0x2c => {
                let descriptor = rest.take(9)?;
                rest.colours(descriptor[8])?;
                rest.take(1)?;
                animation.frames += 1;
                rest.blocks()?;
            }
            _ => return None,
        }
    }
}

/// Counts in a WebP.
pub(super) fn webp(bytes: &[u8]) -> Animation {
    let mut animation = Animation::default();
    let _ = walk_webp(Rest(bytes), &mut animation);
    match animation.frames {
        0 => Animation::STILL,
        _ => animation,
    }
}

fn walk_webp(mut rest: Rest<'_>, animation: &mut Animation) -> Option<()> {
    rest.take(12)?;
    loop {
        let head = rest.take(8)?;
        let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
        let chunk = rest.take(usize::try_from(length).ok()?)?;
        if &head[..4] == b"ANMF" && chunk.len() >= 16 {
            animation.frames += 1;
            let duration = u32::from_le_bytes([chunk[12], chunk[13], chunk[14], 0]);
            animation.duration += u64::from(duration);
        }
        rest.take(chunk.len() % 2)?;
    }
}

/// What was not walked through yet.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    /// A table of colours, if these flags announce one.
    fn colours(&mut self, flags: u8) -> Option<()> {
        match flags & 0x80 {
            0 => Some(()),
            _ => self.take(3 << (1 + (flags & 7))).map(drop),
        }
    }

    /// A block with its length in front.
    fn block(&mut self) -> Option<&'a [u8]> {
        let length = self.take(1)?[0];
        self.take(length.into())
    }

    /// Blocks up to an empty one.
    fn blocks(&mut self) -> Option<()> {
        while !self.block()?.is_empty() {}
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use image::{
        Delay, Frame, RgbaImage,
        codecs::gif::{GifEncoder, Repeat},
    };

    use super::*;

    fn moving() -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = GifEncoder::new(&mut bytes);
        encoder.set_repeat(Repeat::Infinite).expect("written");
        for delay in [40, 100, 60] {
            let delay = Delay::from_numer_denom_ms(delay, 1);
            let frame = Frame::from_parts(RgbaImage::new(5, 4), 0, 0, delay);
            encoder.encode_frame(frame).expect("written");
        }
        drop(encoder);
        bytes
    }

    #[test]
    fn frames_of_a_gif_are_counted() {
        let bytes = moving();
        let whole = gif(&bytes);
        assert_eq!((whole.frames, whole.duration), (3, 200));
        for end in 0..bytes.len() {
            let part = gif(&bytes[..end]);
            assert!(part.frames <= 3 && part.duration <= 200);
        }
    }

    #[test]
    fn frames_of_a_webp_are_counted() {
        let frame = |milliseconds: u8| {
            let mut chunk = [b"ANMF".as_slice(), &17_u32.to_le_bytes()].concat();
            chunk.extend([0; 12]);
            chunk.extend([milliseconds, 1, 0, 0, 9]);
            chunk.push(0);
            chunk
        };
        let bytes = [b"RIFF\0\0\0\0WEBP".as_slice(), &frame(1), &frame(2)].concat();
        let whole = webp(&bytes);
        assert_eq!((whole.frames, whole.duration), (2, 515));
        assert_eq!(webp(&bytes[..12]), Animation::STILL);
        assert_eq!(webp(&bytes[..40]).frames, 1);
    }
}
