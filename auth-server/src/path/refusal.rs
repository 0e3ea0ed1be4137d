use std::fmt;

/// Why a path is not signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PathRefusal {
    /// An escape that is none, or one that nobody needs: of a dot.
    Escape,
    /// A plus sign in a query.
    Plus,
    /// Not UTF-8 once its escapes are resolved; overlong forms are not.
    NotUnicode,
    /// Nothing at all.
    Empty,
    /// It does not begin with a slash.
    NotAbsolute,
    /// Longer than [`LENGTH_LIMIT`](super::LENGTH_LIMIT).
    TooLong,
    /// Two slashes in a row.
    EmptySegment,
    /// A segment that begins with two dots, or is nothing but dots.
    Dots,
    /// A segment that begins or ends with a blank.
    Blank,
    /// An escape left over after the escapes were resolved.
    EscapedTwice,
    /// A control character, or one that is not seen.
    Invisible,
    /// A character that the service or some software gives a meaning: `\ ? * : | < > "`.
    Character,
    /// A character that some software takes for a slash, a dot or a percent sign.
    LookAlike,
}

impl fmt::Display for PathRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            PathRefusal::Escape => {
                "it has a percent sign without two hex digits behind it, or an escaped dot"
            }
            PathRefusal::Plus => {
                "it has a plus sign, which some read as a blank: write %20 for a blank, and %2B for a \
                 plus sign"
            }
            PathRefusal::NotUnicode => "it is not UTF-8",
            PathRefusal::Empty => "it is empty",
            PathRefusal::NotAbsolute => "it does not begin with a slash",
            PathRefusal::TooLong => "it is too long",
            PathRefusal::EmptySegment => "it has two slashes in a row",
            PathRefusal::Dots => "a part of it begins with two dots, or is a dot",
            PathRefusal::Blank => "a part of it begins or ends with a blank",
            PathRefusal::EscapedTwice => "it is escaped twice",
            PathRefusal::Invisible => "it has a control character, or one that is not seen",
            PathRefusal::Character => "it has one of the characters \\ ? * : | < > \"",
            PathRefusal::LookAlike => {
                "it has a character that may be taken for a slash, a dot or a percent sign"
            }
        })
    }
}

impl std::error::Error for PathRefusal {}
