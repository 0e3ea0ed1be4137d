use yunmei_core::{
    Nonce, Operation, Secret, Stamp, Timestamp,
    fangtang::{Job, Partner, RepairType, ThirdCode, token},
};

use crate::print::{KEY, Print, answer};

const ANSWERS: [&str; 5] = [
    r#"{"code":200,"data":{"code":"example","nums":7}}"#,
    r#"{"code":200,"data":{"img_url":"http://h/1.jpg","mdf":"00"}}"#,
    r#"{"code":200,"data":{"status":100,"msg":"processing"}}"#,
    r#"{"code":9000,"errno":9999,"msg":"token"}"#,
    "<html>no JSON</html>",
];

fn stamp() -> Stamp {
    Stamp::new(
        Timestamp::from_seconds(1_629_962_357),
        Nonce::from_bytes([7; 32]),
    )
}

fn partner() -> Partner {
    let code = ThirdCode::new("example").expect("a code");
    Partner::new(code, Secret::new(KEY)).expect("a partner")
}

fn job() -> Job {
    let json =
        r#"{"version":1,"third_code":"example","id":"00","repair":{"type":"sr"},"submitted":1}"#;
    serde_json::from_str(json).expect("a job")
}

#[test]
fn neither_key_nor_token_is_printed() {
    let mut print = Print::default();
    let made = token(&Secret::new(KEY), stamp().now);
    let (digest, _) = made.expose().split_once(',').expect("a token");
    print.signatures.insert(digest.to_owned());
    print.debug(&(&made, partner(), job()));
    print.debug(&token::SignedToken::decode(made.expose()).expect("a token"));

    let (partner, repair) = (partner(), RepairType::SuperResolution);
    print.flow(&partner.upload(repair, "a.jpg", 7), &ANSWERS, &stamp());
    print.flow(&partner.submit(repair, "a.jpg", 7), &ANSWERS, &stamp());
    print.flow(&partner.status(&job().id), &ANSWERS, &stamp());
    print.flow(&partner.result_address(&job().id), &ANSWERS, &stamp());
    print.flow(&partner.quota(), &ANSWERS, &stamp());
    let until = Timestamp::from_seconds(1_629_962_999);
    let wait = partner.wait(&job(), until).expect("a wait");
    print.flow(&wait, &ANSWERS, &stamp());
    print.assert_clean();
}

/// A service that repeats the token in its answer.
#[test]
fn errors_do_not_print_the_token() {
    let mut print = Print::default();
    let request = partner().quota().request(&stamp()).expect("a request");
    print.request(&request);
    let value = request.headers()["token"].to_str().expect("text");
    let body = format!(r#"{{"code":9000,"errno":9999,"msg":"bad token {value}"}}"#);
    for body in [body, format!("<html>{value}")] {
        let error = partner().quota().parse(&answer(200, body.leak()));
        print.error(&error.expect_err("refused"));
    }
    print.assert_clean();
}
