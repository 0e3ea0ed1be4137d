use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::error::InputError;

/// A colour, on the wire as `R,G,B`; `255,255,255` is white.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Rgb {
    /// How much red.
    pub red: u8,
    /// How much green.
    pub green: u8,
    /// How much blue.
    pub blue: u8,
}

impl Rgb {
    /// The colour of these parts.
    pub const fn new(red: u8, green: u8, blue: u8) -> Rgb {
        Rgb { red, green, blue }
    }
}

/// Reads `R,G,B`: three decimal numbers from 0 to 255. Blanks around them are dropped.
impl FromStr for Rgb {
    type Err = InputError;

    fn from_str(text: &str) -> Result<Rgb, InputError> {
        let mut parts = text.split(',').map(part);
        let mut next = || parts.next().flatten().ok_or(InputError::Rgb);
        let rgb = Rgb::new(next()?, next()?, next()?);
        match parts.next() {
            None => Ok(rgb),
            Some(_) => Err(InputError::Rgb),
        }
    }
}

fn part(text: &str) -> Option<u8> {
    let digits = text.trim();
    // `parse` alone would take a plus sign.
    digits.parse().ok().filter(|_| !digits.starts_with('+'))
}

impl fmt::Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{},{}", self.red, self.green, self.blue)
    }
}

impl TryFrom<String> for Rgb {
    type Error = InputError;

    fn try_from(text: String) -> Result<Rgb, InputError> {
        text.parse()
    }
}

impl From<Rgb> for String {
    fn from(rgb: Rgb) -> String {
        rgb.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_is_three_numbers_of_one_byte() {
        assert_eq!("255,0,7".parse(), Ok(Rgb::new(255, 0, 7)));
        assert_eq!("255, 0, 7".parse(), Ok(Rgb::new(255, 0, 7)));
        assert_eq!(Rgb::new(255, 0, 7).to_string(), "255,0,7");
    }

    #[test]
    fn a_colour_that_does_not_exist_is_refused() {
        for bad in [
            "", "256,0,0", "0,0,999", "-1,0,0", "+1,0,0", "1,2", "1,2,3,4", "1,2,", "1;2;3",
            "white", "1.0,2,3", "1,2,3,",
        ] {
            assert_eq!(bad.parse::<Rgb>(), Err(InputError::Rgb), "{bad:?}");
        }
    }
}
