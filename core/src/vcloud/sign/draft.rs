use http::Method;

use super::{
    Signer, TokenPlace,
    canonical::{finish_without_headers, push_method_and_path},
    digest::HexDigest,
    signer::Today,
};
use crate::vcloud::{Parameters, escape, time::BasicTime};

/// Room for what a signature adds, without access key and session token.
const FIXED: usize = 448;

/// Room for what is not from the query in a canonical request, with the string to sign behind it.
const BESIDE_QUERY: usize = 256;

/// A query while it is being put together.
///
/// Each pair is escaped once, for the wire; in the canonical request the same pieces stand in another
/// order, with `%20` for `+`.
pub(super) struct Draft<'a> {
    wire: String,
    /// Where in it the query begins.
    front: usize,
    pieces: Vec<Piece<'a>>,
}

/// One pair: its name, and where it stands on the wire.
#[derive(Clone, Copy)]
struct Piece<'a> {
    name: &'a str,
    /// The beginning of the name, by which most can be told apart.
    rank: u64,
    start: usize,
    end: usize,
    has_blank: bool,
    /// Whether the name needs no escapes.
    is_plain: bool,
}

impl<'a> Draft<'a> {
    /// All but the signature.
    pub(super) fn new(
        signer: &Signer,
        front: String,
        query: &'a Parameters,
        today: &Today,
        time: &BasicTime,
    ) -> Draft<'a> {
        let mut draft = Draft::begun(signer, front, query);
        draft.push_own(signer, today, time);
        draft
    }

    /// The whole, with its front.
    pub(super) fn signed(mut self, signer: &Signer, signature: &HexDigest) -> String {
        self.push(signer.dialect().signature_name(), signature.as_str());
        self.wire
    }

    /// The caller's parameters.
    fn begun(signer: &Signer, front: String, query: &'a Parameters) -> Draft<'a> {
        // Every name is written twice. What is too large takes the allocator longer.
        let lengths = query
            .iter()
            .map(|(name, value)| 2 * escape::length(name) + escape::length(value) + 8);
        let room = lengths.sum::<usize>()
            + signer.credentials().access_key().len()
            + signer.session_token().map_or(0, str::len);
        let mut draft = Draft {
            front: front.len(),
            wire: front,
            pieces: Vec::with_capacity(query.iter().len() + 8),
        };
        draft.wire.reserve_exact(room + FIXED);
        for (name, value) in query.iter() {
            let mut piece = draft.begin(name);
            piece.has_blank = escape::push_wire(&mut draft.wire, name);
            let length = draft.wire.len() - piece.start;
            piece.is_plain = length == name.len() && !piece.has_blank;
            draft.wire.push('=');
            piece.has_blank |= escape::push_wire(&mut draft.wire, value);
            piece.end = draft.wire.len();
            draft.pieces.push(piece);
        }
        draft
    }

    /// The signature's own parameters, in the reference's order on the wire.
    fn push_own(&mut self, signer: &Signer, today: &Today, time: &BasicTime) {
        let constants = signer.dialect().constants();
        let date = self.push(constants.date, time.as_str());
        let not_sign_body = self.push(constants.not_sign_body, "");
        let credential = self.push(constants.credential, &today.escaped_credential);
        let algorithm = self.push(constants.algorithm_parameter, constants.algorithm);
        let signed_headers = self.push(constants.signed_headers, "");
        let (listed, unlisted) = match signer.token_place() {
            TokenPlace::Listed => (signer.session_token(), None),
            TokenPlace::Unlisted => (None, signer.session_token()),
        };
        let token = listed.map(|token| self.push_token(signer, token));
        let mut list = self.begin(constants.signed_queries);
        // Sorted among themselves, which leaves little to do.
        self.pieces
            .extend([algorithm, credential, date, not_sign_body]);
        self.pieces.extend(token);
        self.pieces.extend([signed_headers, list]);
        self.sort();
        list.has_blank = self.push_list(constants.signed_queries);
        list.end = self.wire.len();
        let place = (self.pieces.iter_mut()).find(|piece| piece.start == list.start);
        *place.expect("it is one of them") = list;
        if let Some(token) = unlisted {
            let token = self.push_token(signer, token);
            self.pieces.push(token);
            self.sort();
        }
    }

    fn sort(&mut self) {
        (self.pieces).sort_by(|one, other| {
            (one.rank.cmp(&other.rank)).then_with(|| one.name.cmp(other.name))
        });
    }

    /// The names of all pieces so far, its own among them. Says whether there are blanks in them.
    fn push_list(&mut self, name: &str) -> bool {
        let mut has_blank = false;
        self.wire.push_str(name);
        self.wire.push('=');
        for (index, piece) in self.pieces.iter().enumerate() {
            if index > 0 {
                self.wire.push_str("%3B");
            }
            match piece.is_plain {
                true => self.wire.push_str(piece.name),
                false => has_blank |= escape::push_wire(&mut self.wire, piece.name),
            }
        }
        has_blank
    }

    fn push_token(&mut self, signer: &Signer, token: &str) -> Piece<'a> {
        let mut piece = self.push(signer.dialect().session_token_name(), "");
        // It has no blanks: that was checked when it came.
        escape::push_wire(&mut self.wire, token);
        piece.end = self.wire.len();
        piece
    }

    /// A pair whose texts need no escapes, or have them already.
    fn push(&mut self, name: &'static str, value: &str) -> Piece<'a> {
        let mut piece = self.begin(name);
        self.wire.push_str(name);
        self.wire.push('=');
        self.wire.push_str(value);
        piece.end = self.wire.len();
        piece
    }

    /// Where the next pair will stand.
    fn begin(&mut self, name: &'a str) -> Piece<'a> {
        if self.wire.len() > self.front {
            self.wire.push('&');
        }
        let start = self.wire.len();
        Piece {
            name,
            rank: rank(name),
            start,
            end: start,
            has_blank: false,
            is_plain: true,
        }
    }

    pub(super) fn canonical(&self, method: &Method, path: &str) -> String {
        let mut out = String::with_capacity(self.wire.len() + 3 * path.len() + BESIDE_QUERY);
        push_method_and_path(&mut out, method.as_str(), path);
        for (index, piece) in self.pieces.iter().enumerate() {
            if index > 0 {
                out.push('&');
            }
            let text = &self.wire[piece.start..piece.end];
            if !piece.has_blank {
                out.push_str(text);
                continue;
            }
            for (index, word) in text.split('+').enumerate() {
                if index > 0 {
                    out.push_str("%20");
                }
                out.push_str(word);
            }
        }
        out.push('\n');
        finish_without_headers(&mut out);
        out
    }
}

/// The first eight bytes, as a number that is ordered as they are.
fn rank(name: &str) -> u64 {
    let name = name.as_bytes();
    match name.first_chunk() {
        Some(first) => u64::from_be_bytes(*first),
        None => {
            let bytes = name
                .iter()
                .fold(0, |rank, byte| rank << 8 | u64::from(*byte));
            bytes << (8 * (8 - name.len()) as u32)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::rank;

    #[test]
    fn a_rank_is_ordered_as_the_names_are() {
        let names = [
            "0",
            "A",
            "X-Amz-Date",
            "X-Amz-Expires",
            "a",
            "aaaaaaaa",
            "aaaaaaab",
            "b",
            "é",
        ];
        for pair in names.windows(2) {
            assert!(rank(pair[0]) <= rank(pair[1]), "{pair:?}");
        }
        assert_eq!(rank("a\u{0}"), rank("a"));
    }
}
