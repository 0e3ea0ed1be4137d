//! What signing allocates: counted in the ordinary tests, as it does not depend on the machine.

use yunmei_benches::sample::{self, wanxiang as samples};
use yunmei_core::{
    cos::SIGNATURE_LENGTH_LIMIT,
    error::InputError,
    fangtang::token::{token, token_into},
};

#[test]
fn a_signature_is_one_allocation_and_none_in_a_buffer_of_the_callers() {
    let (signer, grant, stamp) = (sample::signer(), sample::grant(), sample::stamp());
    let mut token = None;
    let counted = allocation_counter::measure(|| token = signer.sign(&grant, &stamp).ok());
    assert_eq!(counted.count_total, 1);

    let mut out = String::with_capacity(SIGNATURE_LENGTH_LIMIT);
    let counted = allocation_counter::measure(|| {
        signer
            .sign_into(&mut out, &grant, &stamp)
            .expect("a signature");
    });
    assert_eq!(counted.count_total, 0);
    assert_eq!(token.expect("a signature").expose(), out);
}

#[test]
fn every_signature_of_wanxiang_is_one_allocation() {
    let stamp = sample::stamp();
    let (grant, usage, until) = (samples::grant(), samples::usage(), samples::until());
    let (v1, v2) = (samples::signer_v1(), samples::signer_v2());
    let (url, detection) = (samples::url_signer(), samples::detection_signer());
    assert_eq!(allocations(|| v1.sign(&grant, &stamp)), 1);
    assert_eq!(allocations(|| v2.sign(&grant, &stamp)), 1);
    assert_eq!(
        allocations(|| url.app_sign(samples::V1_URL, usage, &stamp)),
        1
    );
    assert_eq!(
        allocations(|| url.app_sign_v2(samples::V2_URL, usage, &stamp)),
        1
    );
    assert_eq!(allocations(|| detection.sign(until, &stamp)), 1);
}

#[test]
fn a_signature_of_wanxiang_in_a_buffer_of_the_callers_is_no_allocation() {
    let stamp = sample::stamp();
    let (grant, until) = (samples::grant(), samples::until());
    let (v2, detection) = (samples::signer_v2(), samples::detection_signer());
    let mut out = String::with_capacity(SIGNATURE_LENGTH_LIMIT);
    assert_eq!(allocations(|| v2.sign_into(&mut out, &grant, &stamp)), 0);
    assert_eq!(out, v2.sign(&grant, &stamp).expect("a signature").expose());
    out.clear();
    assert_eq!(
        allocations(|| detection.sign_into(&mut out, until, &stamp)),
        0
    );
}

#[test]
fn a_token_of_fangtang_is_one_allocation_and_none_in_a_buffer_of_the_callers() {
    let (key, now) = (sample::fangtang::key(), sample::fangtang::now());
    let mut made = None;
    let counted = allocation_counter::measure(|| made = Some(token(&key, now)));
    assert_eq!(counted.count_total, 1);

    let mut out = String::with_capacity(53);
    let counted = allocation_counter::measure(|| token_into(&mut out, &key, now));
    assert_eq!(counted.count_total, 0);
    assert_eq!(made.expect("a token").expose(), out);
}

/// How often a success allocates.
fn allocations<T>(make: impl FnOnce() -> Result<T, InputError>) -> u64 {
    let mut made = None;
    let counted = allocation_counter::measure(|| made = make().ok());
    assert!(made.is_some());
    counted.count_total
}
