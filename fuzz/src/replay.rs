//! The corpora, replayed without a fuzzer, and mutations of them.

use std::{
    fs, io,
    panic::{self, AssertUnwindSafe},
    path::{Path, PathBuf},
};

use crate::{Property, TARGETS};

/// What a target does on a stable compiler: replays the files named on the command line, or its
/// corpus.
///
/// # Errors
///
/// Files that cannot be read, and one for which the property does not hold.
pub fn main(target: &str) -> io::Result<()> {
    let property = property(target);
    let named: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let files = match named.as_slice() {
        [] => corpus(target)?,
        _ => named,
    };
    for file in files {
        let bytes = fs::read(&file)?;
        if !holds(property, &bytes) {
            let problem = format!("{target} does not hold for {}", file.display());
            return Err(io::Error::other(problem));
        }
    }
    Ok(())
}

/// The property of the target of this name.
///
/// # Panics
///
/// If there is none.
pub fn property(target: &str) -> Property {
    TARGETS
        .into_iter()
        .find_map(|(name, property)| (name == target).then_some(property))
        .expect("every target is in the table")
}

/// Whether a property holds; if not, its panic was printed.
pub fn holds(property: Property, bytes: &[u8]) -> bool {
    panic::catch_unwind(AssertUnwindSafe(|| property(bytes))).is_ok()
}

/// The files of a target's corpus, in the order of their names.
///
/// # Errors
///
/// If the folder cannot be read.
pub fn corpus(target: &str) -> io::Result<Vec<PathBuf>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("corpus")
        .join(target);
    let mut files = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<Vec<_>>>()?;
    files.sort();
    Ok(files)
}

/// Mutations of `seeds`: the same ones whenever they are asked for.
pub fn mutations(seeds: &[Vec<u8>], count: usize) -> impl Iterator<Item = Vec<u8>> {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    (0..count).filter_map(move |round| {
        let mut bytes = seeds.get(round % seeds.len().max(1))?.clone();
        for _ in 0..=dice.below(4) {
            mutate(&mut bytes, seeds, &mut dice);
        }
        Some(bytes)
    })
}

/// Bytes that mean something to a reader of paths, forms, JSON or base64.
const TELLING: &[u8] = b"\0\x01\x7f\x80\xff/.%&=+?\"\\{}[]:,-_09AZaz \r\n";

fn mutate(bytes: &mut Vec<u8>, seeds: &[Vec<u8>], dice: &mut Dice) {
    let at = dice.below(bytes.len() + 1);
    let end = (at + 1 + dice.below(16)).min(bytes.len());
    match dice.below(7) {
        0 if at < end => bytes[at] ^= 1 << dice.below(8),
        1 if at < end => bytes[at] = TELLING[dice.below(TELLING.len())],
        2 => bytes.insert(at, TELLING[dice.below(TELLING.len())]),
        3 => drop(bytes.drain(at..end)),
        4 => {
            let copy = bytes[at..end].to_vec();
            bytes.splice(at..at, copy);
        }
        5 => bytes.truncate(at),
        _ => {
            let other = &seeds[dice.below(seeds.len())];
            let tail = &other[dice.below(other.len() + 1)..];
            bytes.truncate(at);
            bytes.extend_from_slice(tail);
        }
    }
}

/// Xorshift: no randomness, only variety.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 16) as usize) % bound.max(1)
    }
}
