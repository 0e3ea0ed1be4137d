//! What the signatures of Wanxiang cost.

use std::hint::black_box;

use yunmei_benches::{
    interleaved::Effort,
    sample::{self, wanxiang as samples},
};
use yunmei_core::{Token, error::InputError, wanxiang::sign::Signature};

use crate::{
    bare,
    row::{Row, compare},
};

pub(crate) fn signatures(effort: Effort) -> Vec<Row> {
    let stamp = sample::stamp();
    let (grant, usage, until) = (samples::grant(), samples::usage(), samples::until());
    let (v1, v2) = (samples::signer_v1(), samples::signer_v2());
    let (url, detection) = (samples::url_signer(), samples::detection_signer());
    vec![
        signature("wanxiang v1", effort, || {
            v1.sign(black_box(&grant), black_box(&stamp))
        }),
        signature("wanxiang v2", effort, || {
            v2.sign(black_box(&grant), black_box(&stamp))
        }),
        signature("wanxiang app_sign", effort, || {
            url.app_sign(black_box(samples::V1_URL), usage, black_box(&stamp))
        }),
        signature("wanxiang app_sign_v2", effort, || {
            url.app_sign_v2(black_box(samples::V2_URL), usage, black_box(&stamp))
        }),
        signature("wanxiang detection", effort, || {
            detection.sign(black_box(until), black_box(&stamp))
        }),
    ]
}

/// One kind of signature beside the primitives over the same text.
fn signature(
    name: &'static str,
    effort: Effort,
    sign: impl Fn() -> Result<Token, InputError>,
) -> Row {
    let token = sign().expect("a signature");
    let signature = Signature::decode(token.expose()).expect("what we make, we read");
    let mut bare = bare::Signature::new(samples::KEY, signature.plain_text());
    assert_eq!(bare.sign(), token.expose(), "the limit signs the same");
    compare(
        name,
        effort,
        || drop(black_box(sign())),
        || drop(black_box(bare.sign())),
    )
    .within(1.5)
    .allocating(1)
}
