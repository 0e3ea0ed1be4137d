//! `imageMogr2`: several steps, in order.

use super::{
    cut::{Cut, Gravity},
    recipe::{Recipe, Step},
    scale::Scale,
    unknown, unprocessable,
    words::{self, Words},
};
use crate::wanxiang::answer::Refusal;

/// Reads what stands behind `imageMogr2/`. Format and quality are of the picture that comes out,
/// wherever they stand.
pub(super) fn read(words: &mut Words<'_>) -> Result<Recipe, Refusal> {
    let mut recipe = Recipe::default();
    let mut gravity = Gravity::FIRST;
    let mut is_empty = true;
    while let Some(name) = words.next() {
        is_empty = false;
        match name {
            "auto-orient" => recipe.add(Step::Orient)?,
            "strip" => recipe.add(Step::Strip)?,
            "thumbnail" => {
                let scale = Scale::read(words.value(name)?).ok_or_else(|| no_geometry(name))?;
                recipe.add(Step::Scale(scale))?;
            }
            "gravity" => {
                gravity = Gravity::read(words.value(name)?)
                    .ok_or_else(|| unprocessable("gravity is none of the nine places"))?;
            }
            "crop" => {
                let cut = Cut::read(words.value(name)?, gravity);
                recipe.add(Step::Cut(cut.ok_or_else(|| no_geometry(name))?))?;
            }
            "rotate" => recipe.add(Step::Turn(words::quarters(name, words.value(name)?)?))?,
            "format" => recipe.format = Some(words::format(words.value(name)?)?),
            "quality" => recipe.quality = Some(words::quality(name, words.value(name)?)?),
            other => return Err(unknown(other)),
        }
    }
    match is_empty {
        true => Err(unprocessable("imageMogr2 has no step")),
        false => Ok(recipe),
    }
}

fn no_geometry(name: &str) -> Refusal {
    unprocessable(format!("the geometry of {name} is none of the table"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::Format;

    fn read(text: &str) -> Result<Recipe, Refusal> {
        super::read(&mut Words::of(text))
    }

    #[test]
    fn steps_are_read_in_their_order_and_a_place_is_for_the_crops_behind_it() {
        let first = Cut::read("50x", Gravity::FIRST).expect("a geometry");
        let south = Gravity::read("south").expect("a place");
        let second = Cut::read("!40x40a1-2", south).expect("a geometry");
        let mut expected = Recipe::default();
        for step in [
            Step::Turn(1),
            Step::Cut(first),
            Step::Cut(second),
            Step::Scale(Scale::Width(20)),
            Step::Orient,
            Step::Strip,
        ] {
            expected.add(step).expect("room");
        }
        expected.format = Some(Format::Jpeg);
        expected.quality = Some(85);
        let text = "rotate/90/crop/50x/gravity/south/quality/85!/crop/!40x40a1-2/thumbnail/20x\
                    /format/jpg/auto-orient/strip";
        assert_eq!(read(text).expect("a recipe"), expected);
        assert!(read("gravity/north").is_ok());
    }

    #[test]
    fn what_is_not_known_is_named_and_what_is_wrong_is_refused() {
        for (text, reason) in [
            ("scrop/100x100", "this processing: scrop"),
            ("cgif/50", "this processing: cgif"),
            ("interlace/1", "this processing: interlace"),
            ("format/webp", "does not know this processing"),
            ("rotate/45", "does not know this processing"),
            ("rotate/361", "from 0 to 360"),
            ("thumbnail/9x", "geometry of thumbnail"),
            ("thumbnail", "thumbnail has no value"),
            ("crop/9x", "geometry of crop"),
            ("gravity/centre", "nine places"),
            ("quality/101", "from 0 to 100"),
            ("strip/", "does not know this processing"),
        ] {
            let refusal = read(text).expect_err("a refusal");
            assert!(
                refusal.reason.contains(reason),
                "{text}: {}",
                refusal.reason
            );
        }
    }
}
