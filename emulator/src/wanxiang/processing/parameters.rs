//! The grammar of V1 and V2: ordinary parameters.

use super::{
    recipe::{Recipe, Step},
    scale::{Frame, Scale},
    unknown, unprocessable, words,
};
use crate::{codec::Format, wanxiang::answer::Refusal};

/// What is off at 0, and not known here otherwise.
const SWITCHES: [&str; 8] = [
    "crop",
    "scrop",
    "watermark",
    "cgif",
    "sharp",
    "srotate",
    "composite",
    "interlace",
];
/// What belongs to those.
const DETAILS: [&str; 13] = [
    "cpx", "cpy", "cpos", "wpos", "wpx", "wpy", "wlw", "wlh", "ww", "font", "fontsize", "fill",
    "dissolve",
];
const KNOWN: [&str; 8] = ["ss", "w", "h", "degree", "strip", "t", "qa", "pqa"];

/// Whether a parameter is one of processing.
pub(super) fn is_processing(name: &str) -> bool {
    KNOWN.contains(&name) || SWITCHES.contains(&name) || DETAILS.contains(&name)
}

/// Reads the parameters of processing among these; none if there are none.
pub(super) fn read(pairs: &[(String, String)]) -> Result<Option<Recipe>, Refusal> {
    let mut asked = Asked::default();
    let mut is_empty = true;
    for (name, value) in pairs.iter().filter(|(name, _)| is_processing(name)) {
        is_empty = false;
        asked.read(name, value)?;
    }
    match is_empty {
        true => Ok(None),
        false => asked.recipe().map(Some),
    }
}

#[derive(Default)]
struct Asked {
    covers: Option<bool>,
    width: Option<u32>,
    height: Option<u32>,
    turn: u8,
    keeps_exif: bool,
    format: Option<Format>,
    quality: Option<u8>,
}

impl Asked {
    fn read(&mut self, name: &str, value: &str) -> Result<(), Refusal> {
        match name {
            "ss" => self.covers = Some(switch(name, value)?),
            "w" => self.width = Some(words::named_side(name, value)?),
            "h" => self.height = Some(words::named_side(name, value)?),
            "degree" => self.turn = words::quarters(name, value)?,
            "strip" => self.keeps_exif = !switch(name, value)?,
            "qa" | "pqa" => self.quality = Some(words::quality(name, value)?),
            "t" => self.format = Some(format(value)?),
            _ if SWITCHES.contains(&name) && value == "0" => {}
            _ => return Err(unknown(name)),
        }
        Ok(())
    }

    /// Scaled first, and turned then.
    fn recipe(self) -> Result<Recipe, Refusal> {
        let mut recipe = Recipe::default();
        let frame = |otherwise| Frame {
            width: self.width.unwrap_or(otherwise),
            height: self.height.unwrap_or(otherwise),
            turns: false,
        };
        match (self.width.or(self.height), self.covers) {
            (None, Some(_)) => return Err(unprocessable("ss has neither w nor h")),
            (None, None) => {}
            (Some(_), Some(true)) => recipe.add(Step::Scale(Scale::Cover(frame(1))))?,
            (Some(_), _) => recipe.add(Step::Scale(Scale::Within(frame(u32::MAX))))?,
        }
        if self.turn > 0 {
            recipe.add(Step::Turn(self.turn))?;
        }
        if !self.keeps_exif {
            recipe.add(Step::Strip)?;
        }
        recipe.format = self.format;
        recipe.quality = self.quality;
        Ok(recipe)
    }
}

fn switch(name: &str, value: &str) -> Result<bool, Refusal> {
    match value {
        "0" => Ok(false),
        "1" => Ok(true),
        _ => Err(unprocessable(format!("{name} is neither 0 nor 1"))),
    }
}

fn format(value: &str) -> Result<Format, Refusal> {
    match value {
        "1" => Ok(Format::Jpeg),
        "3" => Ok(Format::Png),
        "2" | "4" | "5" => Err(words::foreign("1 (jpg) and 3 (png)")),
        _ => Err(unprocessable("t is no number from 1 to 5")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Option<Recipe>, Refusal> {
        let owned = |(name, value): &(&str, &str)| (name.to_string(), value.to_string());
        super::read(&pairs.iter().map(owned).collect::<Vec<_>>())
    }

    fn recipe(steps: &[Step]) -> Recipe {
        let mut recipe = Recipe::default();
        for step in steps {
            recipe.add(*step).expect("room");
        }
        recipe
    }

    #[test]
    fn parameters_become_a_scale_a_turn_and_a_format() {
        let frame = |width, height| Frame {
            width,
            height,
            turns: false,
        };
        let plain = [Step::Strip];
        for (pairs, scale) in [
            (
                &[("w", "100"), ("h", "80")][..],
                Scale::Within(frame(100, 80)),
            ),
            (
                &[("ss", "0"), ("h", "80")],
                Scale::Within(frame(u32::MAX, 80)),
            ),
            (&[("ss", "1"), ("w", "100")], Scale::Cover(frame(100, 1))),
            (
                &[("w", "10"), ("v", "x"), ("w", "100")],
                Scale::Within(frame(100, u32::MAX)),
            ),
        ] {
            let found = read(pairs).expect("parameters").expect("a recipe");
            assert_eq!(found, recipe(&[&[Step::Scale(scale)], &plain[..]].concat()));
        }
        let found = read(&[("degree", "270"), ("strip", "0"), ("t", "1"), ("pqa", "60")]);
        let mut expected = recipe(&[Step::Turn(3)]);
        (expected.format, expected.quality) = (Some(Format::Jpeg), Some(60));
        assert_eq!(found.expect("parameters"), Some(expected));
        let off = read(&[("crop", "0"), ("interlace", "0")]).expect("parameters");
        assert_eq!(off, Some(recipe(&plain)));
    }

    #[test]
    fn parameters_that_are_no_processing_mean_nothing() {
        assert_eq!(read(&[]).expect("none"), None);
        assert_eq!(
            read(&[("sign", "x"), ("v", "1"), ("W", "100")]).expect("none"),
            None
        );
    }

    #[test]
    fn what_is_wrong_or_not_known_is_refused() {
        for pairs in [
            [("ss", "1"), ("x", "")],
            [("ss", "2"), ("w", "100")],
            [("w", ""), ("h", "100")],
            [("w", "9"), ("h", "100")],
            [("t", "5"), ("w", "100")],
            [("t", "6"), ("w", "100")],
            [("degree", "45"), ("w", "100")],
            [("qa", "101"), ("w", "100")],
            [("strip", "x"), ("w", "100")],
            [("crop", "1"), ("w", "100")],
            [("watermark", "1"), ("ww", "a")],
            [("cpos", "north"), ("w", "100")],
            [("sharp", "1"), ("w", "100")],
        ] {
            assert!(read(&pairs).is_err(), "{pairs:?}");
        }
    }
}
