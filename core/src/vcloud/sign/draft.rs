use std::cmp::Ordering;

use http::Method;

use super::{
    Signer, TokenPlace,
    canonical::{finish_without_headers, push_method_and_path},
    digest::HexDigest,
    signer::Today,
};
use crate::vcloud::{Dialect, Parameters, escape, time::BasicTime};

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
        self.sort();
        let date = self.push(constants.date, time.as_str());
        let [not_sign_body, credential, algorithm, signed_headers] =
            self.push_kept(signer.kept_query(today));
        let (listed, unlisted) = match signer.token_place() {
            TokenPlace::Listed => (signer.session_token(), None),
            TokenPlace::Unlisted => (None, signer.session_token()),
        };
        let token = listed.map(|token| self.push_token(signer, token));
        let mut list = self.begin(constants.signed_queries);
        self.insert(&[
            algorithm,
            credential,
            date,
            not_sign_body,
            signed_headers,
            list,
        ]);
        if let Some(token) = token {
            self.insert(&[token]);
        }
        list.has_blank = self.push_list(constants.signed_queries);
        list.end = self.wire.len();
        let place = (self.pieces.iter_mut()).find(|piece| piece.start == list.start);
        *place.expect("it is one of them") = list;
        if let Some(token) = unlisted {
            let token = self.push_token(signer, token);
            self.insert(&[token]);
        }
    }

    fn sort(&mut self) {
        self.pieces.sort_by(Piece::order);
    }

    /// Puts pieces, sorted among themselves, among those that are sorted already: side by side, as
    /// hardly any caller has a parameter that belongs between them.
    fn insert(&mut self, pieces: &[Piece<'a>]) {
        let ([first, ..], [.., last]) = (pieces, pieces) else {
            return;
        };
        let start = self
            .pieces
            .partition_point(|piece| piece.order(first).is_lt());
        let (end, old_end) = (start + pieces.len(), self.pieces.len());
        self.pieces.extend_from_slice(pieces);
        self.pieces.copy_within(start..old_end, end);
        self.pieces[start..end].copy_from_slice(pieces);
        if (self.pieces.get(end)).is_some_and(|next| next.order(last).is_lt()) {
            self.sort();
        }
    }

    /// Those that are the same all day.
    fn push_kept(&mut self, kept: &KeptQuery) -> [Piece<'a>; 4] {
        let offset = self.wire.len();
        self.wire.push_str(&kept.text);
        kept.pieces.map(|piece| Piece {
            start: offset + piece.start,
            end: offset + piece.end,
            ..piece
        })
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
        Piece::at(self.wire.len(), name)
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

impl<'a> Piece<'a> {
    /// One that begins there, and has nothing in it yet.
    fn at(start: usize, name: &'a str) -> Piece<'a> {
        Piece {
            name,
            rank: rank(name),
            start,
            end: start,
            has_blank: false,
            is_plain: true,
        }
    }

    fn order(&self, other: &Piece<'_>) -> Ordering {
        (self.rank.cmp(&other.rank)).then_with(|| self.name.cmp(other.name))
    }
}

/// The signature's own parameters that are the same all day, in the reference's order on the wire, each
/// with the `&` before it.
pub(super) struct KeptQuery {
    text: String,
    pieces: [Piece<'static>; 4],
}

impl KeptQuery {
    pub(super) fn new(dialect: Dialect, access_key: &str, scope: [&str; 4]) -> KeptQuery {
        let constants = dialect.constants();
        let mut text = String::with_capacity(FIXED);
        let mut push = |name: &'static str, push_value: &dyn Fn(&mut String)| {
            text.push('&');
            let mut piece = Piece::at(text.len(), name);
            text.push_str(name);
            text.push('=');
            push_value(&mut text);
            piece.end = text.len();
            piece
        };
        let credential = |text: &mut String| {
            // Only the access key may need other escapes than those of the slashes.
            escape::push_canonical(text, access_key);
            for part in scope {
                text.extend(["%2F", part]);
            }
        };
        let algorithm = |text: &mut String| text.push_str(constants.algorithm);
        let pieces = [
            push(constants.not_sign_body, &|_| ()),
            push(constants.credential, &credential),
            push(constants.algorithm_parameter, &algorithm),
            push(constants.signed_headers, &|_| ()),
        ];
        KeptQuery { text, pieces }
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
