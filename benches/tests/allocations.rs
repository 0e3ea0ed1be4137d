//! What signing allocates: counted in the ordinary tests, as it does not depend on the machine.

use http::Method;
use yunmei_benches::sample::{self, vcloud, wanxiang as samples};
use yunmei_core::{
    Token,
    cos::SIGNATURE_LENGTH_LIMIT,
    error::InputError,
    fangtang::token::{token, token_into},
    vcloud::{Parameters, sign::Signer},
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

#[test]
fn a_signature_of_vcloud_is_three_allocations_once_the_key_is_kept() {
    let (signer, now) = (vcloud::signer(), vcloud::now());
    let (play, commit) = (vcloud::play(), vcloud::commit());
    // Derives the key.
    query_of(&signer, &play).expect("a signature");
    let get = vcloud::get(&play, &vcloud::HEADERS);
    assert_eq!(allocations(|| signer.sign_headers(&get, now)), 3);
    let body = vcloud::COMMIT.as_bytes();
    let post = vcloud::post(&commit, &vcloud::HEADERS_OF_JSON, body);
    assert_eq!(allocations(|| signer.sign_headers(&post, now)), 3);
    for query in [&play, &vcloud::fetch()] {
        assert_eq!(allocations(|| query_of(&signer, query)), 3);
    }
}

#[test]
fn a_key_of_vcloud_is_derived_once_for_a_day() {
    let (signer, play) = (vcloud::signer(), vcloud::play());
    let first = allocations(|| query_of(&signer, &play));
    let later = allocations(|| query_of(&signer, &play));
    assert!(later < first, "{later} {first}");
    assert_eq!(allocations(|| query_of(&signer.clone(), &play)), later);
}

#[test]
fn temporary_keys_of_vcloud_are_six_allocations() {
    let (issuer, policy, stamp) = (vcloud::issuer(), vcloud::policy(), vcloud::stamp());
    let issue = || issuer.issue(Some(&policy), vcloud::LIFETIME, &stamp);
    issue().expect("temporary keys");
    assert_eq!(allocations(issue), 6);
}

fn query_of(signer: &Signer, query: &Parameters) -> Result<Token, InputError> {
    signer.sign_query(&Method::GET, "/", query, vcloud::now())
}

/// How often a success allocates.
fn allocations<T>(make: impl FnOnce() -> Result<T, InputError>) -> u64 {
    let mut made = None;
    let counted = allocation_counter::measure(|| made = make().ok());
    assert!(made.is_some());
    counted.count_total
}
