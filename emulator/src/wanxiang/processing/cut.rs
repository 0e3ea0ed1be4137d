//! What is cut out of a picture, and where.

use super::words::side;
use crate::value::digits;

/// A place: 0, 1 or 2 for left, middle and right, and likewise from top to bottom.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Gravity {
    column: i64,
    row: i64,
}

impl Gravity {
    /// The upper left corner.
    pub(super) const FIRST: Gravity = Gravity { column: 0, row: 0 };
    const MIDDLE: Gravity = Gravity { column: 1, row: 1 };

    pub(super) fn read(word: &str) -> Option<Gravity> {
        let (column, row) = match word {
            "northwest" => (0, 0),
            "north" => (1, 0),
            "northeast" => (2, 0),
            "west" => (0, 1),
            "middle" => (1, 1),
            "east" => (2, 1),
            "southwest" => (0, 2),
            "south" => (1, 2),
            "southeast" => (2, 2),
            _ => return None,
        };
        Some(Gravity { column, row })
    }
}

/// A cut: sides that are not given stay.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Cut {
    width: Option<u32>,
    height: Option<u32>,
    right: i64,
    down: i64,
    gravity: Gravity,
}

/// Within a picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rectangle {
    pub(super) x: u32,
    pub(super) y: u32,
    pub(super) width: u32,
    pub(super) height: u32,
}

impl Cut {
    /// Around the middle.
    pub(super) fn middle(width: u32, height: u32) -> Cut {
        Cut {
            width: Some(width),
            height: Some(height),
            right: 0,
            down: 0,
            gravity: Gravity::MIDDLE,
        }
    }

    /// Reads a geometry of `crop`; none if it is none of the table (section 6.7).
    pub(super) fn read(text: &str, gravity: Gravity) -> Option<Cut> {
        let (size, (right, down)) = match text.strip_prefix('!') {
            None => (text, (0, 0)),
            Some(rest) => {
                let (size, offset) = rest.split_at(rest.find(['a', '-'])?);
                (size, offsets(offset)?)
            }
        };
        let (width, height) = match size.split_once('x')? {
            (width, "") => (Some(side(width)?), None),
            ("", height) => (None, Some(side(height)?)),
            (width, height) => (Some(side(width)?), Some(side(height)?)),
        };
        Some(Cut {
            width,
            height,
            right,
            down,
            gravity,
        })
    }

    /// What of it lies within a picture of these dimensions; none if nothing does.
    pub(super) fn within(self, width: u32, height: u32) -> Option<Rectangle> {
        let Gravity { column, row } = self.gravity;
        let (x, width) = overlap(width, self.width.unwrap_or(width), column, self.right)?;
        let (y, height) = overlap(height, self.height.unwrap_or(height), row, self.down)?;
        Some(Rectangle {
            x,
            y,
            width,
            height,
        })
    }
}

/// `a20-10`: so many to the right, and so many down; a hyphen turns the direction.
fn offsets(text: &str) -> Option<(i64, i64)> {
    let second = text.get(1..)?.find(['a', '-'])? + 1;
    let (right, down) = text.split_at(second);
    Some((offset(right)?, offset(down)?))
}

fn offset(text: &str) -> Option<i64> {
    let (sign, pixels) = match text.strip_prefix('a') {
        Some(pixels) => (1, pixels),
        None => (-1, text.strip_prefix('-')?),
    };
    let pixels = u32::try_from(digits(pixels)?).ok()?;
    Some(sign * i64::from(pixels))
}

/// In one direction: where a cut begins, and how long it is.
fn overlap(whole: u32, length: u32, place: i64, offset: i64) -> Option<(u32, u32)> {
    let room = i64::from(whole) - i64::from(length);
    let start = room * place / 2 + offset;
    let end = (start + i64::from(length)).min(whole.into());
    let start = start.max(0);
    let length = u32::try_from(end - start)
        .ok()
        .filter(|length| *length > 0)?;
    Some((u32::try_from(start).ok()?, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str, gravity: &str) -> Option<(u32, u32, u32, u32)> {
        let gravity = Gravity::read(gravity).expect("a place");
        let cut = Cut::read(text, gravity).expect("a geometry");
        let Rectangle {
            x,
            y,
            width,
            height,
        } = cut.within(640, 480)?;
        Some((x, y, width, height))
    }

    #[test]
    fn a_cut_is_measured_from_its_place_and_stays_within_the_picture() {
        for (text, gravity, expected) in [
            ("300x200", "northwest", (0, 0, 300, 200)),
            ("300x200", "north", (170, 0, 300, 200)),
            ("300x200", "northeast", (340, 0, 300, 200)),
            ("300x200", "west", (0, 140, 300, 200)),
            ("300x200", "middle", (170, 140, 300, 200)),
            ("300x200", "east", (340, 140, 300, 200)),
            ("300x200", "southwest", (0, 280, 300, 200)),
            ("300x200", "south", (170, 280, 300, 200)),
            ("300x200", "southeast", (340, 280, 300, 200)),
            ("300x", "south", (170, 0, 300, 480)),
            ("x200", "south", (0, 280, 640, 200)),
            ("1000x200", "middle", (0, 140, 640, 200)),
            ("1000x1000", "southeast", (0, 0, 640, 480)),
            ("!300x200a20a10", "northwest", (20, 10, 300, 200)),
            ("!300x200-20a10", "northwest", (0, 10, 280, 200)),
            ("!300x200a400-10", "northwest", (400, 0, 240, 190)),
            ("!300x200a20-10", "southeast", (360, 270, 280, 200)),
            ("!x200a0a300", "northwest", (0, 300, 640, 180)),
        ] {
            assert_eq!(cut(text, gravity), Some(expected), "{text} {gravity}");
        }
        for nothing in [
            "!300x200a640a0",
            "!300x200a0a480",
            "!300x200-300a0",
            "!300x200a4294967295a4294967295",
            "!300x200-4294967295-4294967295",
        ] {
            assert_eq!(cut(nothing, "northwest"), None, "{nothing}");
        }
    }

    #[test]
    fn what_is_no_geometry_is_none() {
        for bad in [
            "",
            "x",
            "300",
            "9x300",
            "300x9",
            "16384x",
            "300x200!",
            "!",
            "!300x200",
            "!300x200a1",
            "!300x200aa",
            "!300x200a1b2",
            "!300x200a1a",
            "!a1a1",
            "!300x200a1a1a1",
            "!300x200a4294967296a0",
            "!300x200+1+1",
            "图",
        ] {
            assert_eq!(Cut::read(bad, Gravity::FIRST), None, "{bad}");
        }
        assert_eq!(Gravity::read("center"), None);
    }
}
