//! What is asked for: paths as they stand in queries.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use proptest::{
    collection::vec,
    sample::select,
    strategy::{Just, Strategy},
};
use unicode_normalization::UnicodeNormalization;

use super::{
    claims::Who,
    rules::{Part, TEMPLATES, filled},
};

/// What paths are put together from, behind a folder.
const PIECES: [&str; 41] = [
    "/",
    "x.jpg",
    "图片（一）.jpg",
    "..",
    ".",
    "//",
    "/../",
    "../bob/x",
    "bob",
    "alice",
    "users",
    "%2e%2e",
    "%2F",
    "%2f..%2fbob",
    "%252e%252e",
    "%25252e",
    "%41",
    "%2541",
    "%00",
    "%",
    "%zz",
    "%c0%ae",
    "\\",
    "．．",
    "／",
    "\u{2024}\u{2024}",
    "\u{2215}",
    " ",
    "1250000000",
    "examplebucket",
    "*",
    "?",
    "#",
    "&b=otherbucket",
    "&e=0",
    "&path=/users/bob/",
    "=",
    "+",
    "cafe\u{301}",
    "\u{fb01}",
    "\u{1100}\u{1161}",
];

const PLAIN: [&str; 8] = [
    "x.jpg",
    "图片（一）.jpg",
    "a b/c",
    "",
    "d/",
    "2017/08/x.png",
    "x&y=z;w,v!.jpg",
    "caf\u{e9}",
];

/// What follows the folder of somebody without the slash between.
const SIBLINGS: [&str; 7] = ["", "2/x.jpg", ".jpg", "x", "%20/x", "-/", "\u{301}/x"];

/// How a path is written into a query.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Escapes {
    /// As it is.
    None,
    /// Where browsers do it.
    Usual,
    /// The slashes, too.
    Slashes,
    /// Every byte but dots.
    All,
    /// Everything, dots too: which no software does.
    Dots,
    /// Twice.
    Twice,
}

/// What browsers leave as it is.
const USUAL: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

impl Escapes {
    fn write(self, text: &str) -> String {
        let with = |set| utf8_percent_encode(text, set).to_string();
        match self {
            Escapes::None => text.to_owned(),
            Escapes::Usual => with(const { &USUAL.remove(b'/') }),
            Escapes::Slashes => with(USUAL),
            Escapes::All => every_byte(text, false),
            Escapes::Dots => every_byte(text, true),
            Escapes::Twice => utf8_percent_encode(&with(USUAL), USUAL).to_string(),
        }
    }
}

fn every_byte(text: &str, dots: bool) -> String {
    let escape = |byte: u8| match byte == b'.' && !dots {
        true => ".".to_owned(),
        false => format!("%{byte:02x}"),
    };
    text.bytes().map(escape).collect()
}

/// What a path is made from, as long as nobody knows who asks.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    template: &'static [Part],
    whose: Whose,
    rest: String,
    escapes: Escapes,
}

/// Whose folder it begins with.
#[derive(Clone, Debug)]
enum Whose {
    /// That of whoever asks.
    Own,
    /// The same, without its last slash.
    Cut,
    /// That of somebody else.
    Of(Who),
    /// None.
    Nobody,
}

impl Draft {
    /// The same with another template.
    pub(crate) fn of(&self, template: &'static [Part]) -> Draft {
        Draft {
            template,
            ..self.clone()
        }
    }

    /// As it stands in the query of this person.
    pub(crate) fn raw(&self, who: &Who) -> String {
        let template = self.template;
        let front = match &self.whose {
            Whose::Own => filled(template, |one| one.of(who).text()),
            Whose::Cut => {
                let folder = filled(template, |one| one.of(who).text());
                folder.strip_suffix('/').unwrap_or(&folder).to_owned()
            }
            Whose::Of(other) => filled(template, |one| one.of(other).text()),
            Whose::Nobody => String::new(),
        };
        self.escapes.write(&format!("{front}{}", self.rest))
    }
}

/// A path: mostly in a folder of whoever asks, or near it.
pub(crate) fn path() -> impl Strategy<Value = Draft> {
    let piece = || select(&PIECES[..]);
    let plain = || select(&PLAIN[..]).prop_map(str::to_owned);
    let tricky = || vec(piece(), 1..4).prop_map(|pieces| pieces.concat());
    let below = || vec(piece(), 1..4).prop_map(|pieces| pieces.join("/"));
    let sibling = select(&SIBLINGS[..]).prop_map(str::to_owned);
    let other = || super::claims::who().prop_map(Whose::Of);
    let own = || Just(Whose::Own);
    let begun = proptest::prop_oneof![
        14 => (own(), plain()),
        3 => (own(), tricky()),
        2 => (own(), below()),
        2 => (Just(Whose::Cut), sibling),
        2 => (other(), plain()),
        1 => (Just(Whose::Nobody), tricky()),
        1 => (Just(Whose::Nobody), ".{0,24}"),
    ];
    let escapes = proptest::prop_oneof![
        8 => Just(Escapes::None),
        8 => Just(Escapes::Usual),
        5 => Just(Escapes::Slashes),
        4 => Just(Escapes::All),
        1 => Just(Escapes::Dots),
        2 => Just(Escapes::Twice),
    ];
    (select(&TEMPLATES[..]), begun, escapes).prop_map(|(template, (whose, rest), escapes)| Draft {
        template,
        whose,
        rest,
        escapes,
    })
}

/// What a value of a query means: its escapes resolved once, and composed. None if it is no text.
pub(crate) fn meant(raw: &str) -> Option<String> {
    let text = percent_decode_str(raw).decode_utf8().ok()?;
    Some(text.nfc().collect())
}
