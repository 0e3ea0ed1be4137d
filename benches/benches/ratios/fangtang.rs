//! What a token of Fangtang costs.

use std::hint::black_box;

use yunmei_benches::{interleaved::Effort, sample::fangtang as samples};
use yunmei_core::fangtang;

use crate::{
    bare,
    row::{Row, compare},
};

pub(crate) fn token(effort: Effort) -> Row {
    let (key, now) = (samples::key(), samples::now());
    let bare = bare::Token::new(samples::KEY, samples::TIME);
    let token = fangtang::token(&key, now);
    assert_eq!(bare.make(), token.expose(), "the limit makes the same");
    compare(
        "fangtang token",
        effort,
        || drop(black_box(fangtang::token(black_box(&key), black_box(now)))),
        || drop(black_box(bare.make())),
    )
    .within(1.5)
    .allocating(1)
}
