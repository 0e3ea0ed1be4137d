//! Processing: what the query of a download asks to be made of a picture (section 6.7).
//!
//! | bucket | query | what is done |
//! |---|---|---|
//! | V2 enhanced | `imageView2/<0..5>` | `/w` `/h` `/format/<jpg,png>` `/q` |
//! | | `imageMogr2` | in order: `/auto-orient` `/thumbnail` `/gravity` `/crop` `/rotate` (by multiples of 90 degrees) `/format/<jpg,png>` `/quality` `/strip` |
//! | | `imageInfo` | a JSON document takes the place of the picture |
//! | V1, V2 | parameters | `ss` `w` `h` `degree` `strip` `t` (1 and 3) `qa` `pqa` |
//!
//! Everything else is refused, and so is all processing of what is neither JPEG nor PNG
//! (`imageInfo` tells of the others as well): `X-ErrNo` is -441, and the refusal in the log says
//! what the emulator does not know. A bucket takes the grammar of its generation only. Parameters
//! that are no processing mean nothing.
//!
//! No source establishes the following; it is decided so:
//!
//! * Where the table says "at most", smaller pictures stay as they are; elsewhere they are enlarged.
//! * Of `imageView2`, an edge that is not given has no limit in the modes 0 and 2, and is as long as
//!   the other one in the rest.
//! * A crop is measured from the upper left corner unless `/gravity` stands before it, its offset
//!   always goes to the right and down, and what lies outside of the picture is no part of it.
//! * The quality is taken as it is asked for, with `!` or without; otherwise it is 90. It is of no
//!   account for PNG.
//! * EXIF data are kept until they are stripped. V1 and V2 strip unless `strip=0`, as documented.
//! * The document of `imageInfo` stands in for one that no source shows:
//!   `{"format":"jpeg","width":"640","height":"480","size":"12345","md5":"…"}`, with texts for
//!   numbers as in the rest of the service.
//! * `sign` may stand before the processing or behind it.

mod cut;
mod edit;
mod info;
mod parameters;
mod query;
mod recipe;
mod scale;
mod view;
mod words;

use super::answer::Refusal;

pub(super) use info::describe;
pub(super) use query::{Grammar, asked};
pub(super) use recipe::{Made, Recipe};

/// Cannot be processed (section 10.3).
const UNPROCESSABLE: i64 = -441;

/// What is asked for.
#[derive(Debug, PartialEq)]
pub(super) enum Processing {
    /// The picture, changed.
    Recipe(Recipe),
    /// What is known of it.
    Info,
}

fn unprocessable(reason: impl Into<String>) -> Refusal {
    Refusal::new(UNPROCESSABLE, reason)
}

/// Names what is not known, if that is a word: anything may stand in a query, and be a secret.
fn unknown(word: &str) -> Refusal {
    let is_word = word.len() <= 16
        && word
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let problem = "the emulator does not know this processing";
    unprocessable(match is_word && !word.is_empty() {
        true => format!("{problem}: {word}"),
        false => problem.to_owned(),
    })
}
