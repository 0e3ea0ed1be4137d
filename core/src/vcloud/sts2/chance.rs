use std::fmt;

use zeroize::Zeroizing;

use crate::Nonce;

/// What a temporary secret is drawn from.
const LETTERS: &[u8; 52] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// How many letters come out of one word.
const OF_A_WORD: u32 = 11;

/// How many different draws of so many there are.
const DRAWS: u64 = (LETTERS.len() as u64).pow(OF_A_WORD);

/// The largest multiple of that in a word: what lies above would favour some letters.
const FAIR: u64 = u64::MAX / DRAWS * DRAWS;

/// What is random in temporary keys (section 6.1, steps 2 and 3).
#[derive(Clone)]
pub struct Chance {
    uuid: [u8; 16],
    letters: Zeroizing<[u8; 32]>,
}

impl Chance {
    /// Draws from a nonce: each letter for itself, any of the 52.
    ///
    /// The reference draws 32 different ones with a predictable generator (section 14, 4).
    pub fn from_nonce(nonce: &Nonce) -> Chance {
        let mut uuid = nonce.id();
        // What says that it is a random one: version 4.
        uuid[6] = uuid[6] & 0x0f | 0x40;
        uuid[8] = uuid[8] & 0x3f | 0x80;
        let mut letters = Zeroizing::new([0; 32]);
        let (mut drawn, mut number) = (0, 0);
        while drawn < letters.len() {
            let fair = nonce
                .block("sts2", number)
                .into_iter()
                .filter(|word| *word < FAIR);
            for word in fair {
                drawn += draw(&mut letters[drawn..], word);
            }
            number += 1;
        }
        Chance { uuid, letters }
    }

    /// Draws that were made elsewhere, as golden vectors have them; `None` if some of the letters
    /// are not.
    pub fn from_parts(uuid: [u8; 16], letters: [u8; 32]) -> Option<Chance> {
        let letters = Zeroizing::new(letters);
        let real = letters.iter().all(u8::is_ascii_alphabetic);
        real.then_some(Chance { uuid, letters })
    }

    pub(super) fn uuid(&self) -> &[u8; 16] {
        &self.uuid
    }

    pub(super) fn letters(&self) -> &[u8; 32] {
        &self.letters
    }
}

/// Draws as many letters as there is room for, and one word has.
fn draw(room: &mut [u8], mut word: u64) -> usize {
    let count = room.len().min(OF_A_WORD as usize);
    for letter in &mut room[..count] {
        *letter = LETTERS[(word % 52) as usize];
        word /= 52;
    }
    count
}

impl fmt::Debug for Chance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Chance(..)")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn drawn(number: u64) -> Chance {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&number.to_le_bytes());
        Chance::from_nonce(&Nonce::from_bytes(bytes))
    }

    #[test]
    fn every_letter_is_drawn_as_often_as_any_other_and_may_come_twice() {
        let mut counts: BTreeMap<u8, u32> = BTreeMap::new();
        let mut with_doubled = 0;
        for chance in (0..2_000).map(drawn) {
            let mut letters = *chance.letters();
            letters.sort_unstable();
            with_doubled += u32::from(letters.windows(2).any(|pair| pair[0] == pair[1]));
            for letter in letters {
                *counts.entry(letter).or_default() += 1;
            }
        }
        assert_eq!(counts.len(), 52);
        // 64 000 draws: 1 231 of each, and 35 to be expected around that.
        for (letter, count) in counts {
            assert!((1_030..1_430).contains(&count), "{letter}: {count}");
        }
        // 32 of 52 without a repetition come about once in a hundred thousand.
        assert!(with_doubled > 1_990, "{with_doubled}");
    }

    #[test]
    fn an_id_is_a_random_uuid_and_depends_on_the_nonce() {
        let (one, other) = (drawn(1), drawn(2));
        assert_eq!((one.uuid()[6] >> 4, one.uuid()[8] >> 6), (4, 2));
        assert_ne!(one.uuid(), other.uuid());
        assert_ne!(one.letters(), other.letters());
        assert_eq!(one.uuid(), drawn(1).uuid());
    }

    #[test]
    fn what_is_no_letter_was_not_drawn() {
        assert!(Chance::from_parts([0; 16], [b'x'; 32]).is_some());
        assert!(Chance::from_parts([0; 16], [b'0'; 32]).is_none());
    }
}
