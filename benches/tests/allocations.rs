//! What signing allocates: counted in the ordinary tests, as it does not depend on the machine.

use yunmei_benches::sample;
use yunmei_core::cos::SIGNATURE_LENGTH_LIMIT;

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
