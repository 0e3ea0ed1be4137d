//! Requests that nobody should send: they are refused, and nothing else happens.

use std::{
    io::{Read, Write},
    time::{Duration, Instant},
};

use crate::support::{Bed, PREFIX, builder, code, multi_use, once, read_response};
use serde_json::Value;

/// Is answered like a refusal: no success, no fault of the emulator's own, and no silence. Returns
/// the service's code; none if the request did not even come to the service.
fn refuses(bed: &Bed, message: &[u8]) -> Option<i64> {
    let shown = String::from_utf8_lossy(&message[..message.len().min(300)]);
    let stream = bed.connect();
    let _ = (&stream).write_all(message);
    let _ = stream.shutdown(std::net::Shutdown::Write);
    let Some(response) = read_response(&stream, false) else {
        panic!("no answer to {shown:?}");
    };
    let status = response.status().as_u16();
    assert!((400..500).contains(&status), "{status} to {shown:?}");
    let body: Value = serde_json::from_slice(response.body()).ok()?;
    let code = body.get("code").or_else(|| body.get("errorcode"));
    Some(code.and_then(Value::as_i64).expect("a code"))
}

/// Is taken: what differs from it and is refused, is refused for the difference.
fn takes(bed: &Bed, message: &[u8]) {
    let answer = bed.bytes(message);
    assert_eq!(code(&answer), 0, "{}", bed.last_refusal());
}

fn post(content_type: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST {PREFIX}/a HTTP/1.1\r\nhost: x\r\nauthorization: {}\r\ncontent-type: {content_type}\r\n\
         content-length: {}\r\n\r\n",
        multi_use(),
        body.len()
    );
    [head.as_bytes(), body].concat()
}

const FORM: &str = "multipart/form-data; boundary=xxBOUNDARYxx";

#[test]
fn odd_forms_are_refused() {
    let bed = Bed::new();
    let part = |headers: &str, body: &str| {
        format!("--xxBOUNDARYxx\r\n{headers}\r\n\r\n{body}\r\n--xxBOUNDARYxx--\r\n").into_bytes()
    };
    let named = "Content-Disposition: form-data; name=";
    let forms: Vec<(i64, Vec<u8>)> = vec![
        (-5993, b"".to_vec()),
        (-5993, b"no form at all".to_vec()),
        (-5993, b"--xxBOUNDARYxx".to_vec()),
        (-5993, b"--xxBOUNDARYxx\r\n".to_vec()),
        (-5980, b"--xxBOUNDARYxx--".to_vec()),
        (
            -5993,
            b"--xxBOUNDARYxx\r\n\r\n\r\n--xxBOUNDARYxx--".to_vec(),
        ),
        (-5964, part(&format!("{named}\"op\""), "explode")),
        (-5980, part(named, "upload")),
        (-5993, part(&format!("{named}\""), "upload")),
        (-5993, part(&format!("{named}\"\\\""), "upload")),
        (-5980, part(&format!("{named}\"\""), "upload")),
        (-5993, part("Content-Disposition: attachment", "upload")),
        (-5993, part("Content-Type: text/plain", "upload")),
        (-5993, part(": no name", "upload")),
        (-5993, part("\u{0}\u{1}\u{2}", "upload")),
        (-5993, part(&"X: y\r\n".repeat(200), "upload")),
        (-5993, part(&"X".repeat(100_000), "upload")),
        (-5992, part(&format!("{named}\"op\""), &"x".repeat(100_000))),
        (
            -5993,
            part(&format!("{named}\"{}\"", "x".repeat(100_000)), "y"),
        ),
        (-5980, part(&format!("{named}\"filecontent\""), "no op")),
    ];
    for (code, form) in &forms {
        let shown = String::from_utf8_lossy(&form[..form.len().min(100)]);
        assert_eq!(refuses(&bed, &post(FORM, form)), Some(*code), "{shown:?}");
    }
    type Fields<'a> = &'a [(&'a str, &'a [u8])];
    let many = vec![("x", &b"y"[..]); 1000];
    let forms: [(i64, Fields<'_>); 8] = [
        (
            -5993,
            &[
                ("op", b"upload"),
                ("filecontent", b"1"),
                ("fileContent", b"2"),
            ],
        ),
        (-147, &[("op", b"\xff\xfe"), ("filecontent", b"1")]),
        (
            -147,
            &[
                ("op", b"upload"),
                ("filecontent", b"1"),
                ("biz_attr", b"\xff"),
            ],
        ),
        (-5990, &[("op", b"upload"), ("op", b"delete")]),
        (-5993, &many),
        (-29141, &[("op", b"upload_slice_init"), ("filesize", b"-1")]),
        (
            -29141,
            &[("op", b"upload_slice_init"), ("filesize", &[b'9'; 400])],
        ),
        (
            -29096,
            &[
                ("op", b"upload_slice_data"),
                ("offset", b"1e9"),
                ("filecontent", b""),
            ],
        ),
    ];
    for (code, fields) in forms {
        let form = crate::support::form(fields);
        let shown = &fields[..fields.len().min(3)];
        assert_eq!(refuses(&bed, &post(FORM, &form)), Some(code), "{shown:?}");
    }
    let whole = crate::support::form(&[("op", b"upload"), ("filecontent", &[7; 5000])]);
    // Cut anywhere, it is not whole.
    for cut in (0..whole.len() - 4).step_by(61) {
        let refused = refuses(&bed, &post(FORM, &whole[..cut]));
        assert_eq!(refused, Some(-5993), "{cut}");
    }
    for (code, content_type) in [
        (-5993, "multipart/form-data"),
        (-5993, "multipart/form-data; boundary="),
        (-5993, "multipart/form-data; boundary=\"xxBOUNDARYxx\""),
        (-5993, "multipart/mixed; boundary=xxBOUNDARYxx"),
        (-5993, "multipart/"),
        (-5993, "MULTIPART/FORM-DATA"),
        (-5975, ""),
    ] {
        let refused = refuses(&bed, &post(content_type, &whole));
        assert_eq!(refused, Some(code), "{content_type}");
    }
    assert_eq!(code(&bed.stat("/a")), -197);
    takes(&bed, &post(FORM, &whole));
}

#[test]
fn odd_json_is_refused() {
    let bed = Bed::new();
    let deep = "[".repeat(200_000);
    let object = format!("{{\"op\":{}", "{\"a\":".repeat(100_000));
    for (code, body) in [
        (-5980, ""),
        (-5975, "null"),
        (-5975, "[]"),
        (-5975, "7"),
        (-5975, "\"op\""),
        (-5975, "{"),
        (-5980, "{\"op\":null}"),
        (-5964, "{\"op\":7}"),
        (-5964, "{\"op\":{}}"),
        (-5964, "{\"op\":[\"delete\"]}"),
        (-197, "{\"op\":\"move\",\"dest_fileid\":{}}"),
        (
            -5992,
            "{\"op\":\"move\",\"dest_fileid\":\"b\",\"to_over_write\":2}",
        ),
        (-5975, "{\"op\":\"\\ud800\"}"),
        (-5975, &deep[..60_000]),
        (-5975, &object[..60_000]),
        (-5992, &deep),
        (-5992, &object),
    ] {
        let refused = refuses(&bed, &post("application/json", body.as_bytes()));
        assert_eq!(refused, Some(code), "{}", &body[..body.len().min(100)]);
    }
    let post = |body: &[u8]| post("application/json", body);
    assert_eq!(refuses(&bed, &post(b"{\"op\":\"\xff\"}")), Some(-147));
    let large = format!("{{\"op\":\"{}\"}}", "x".repeat(64 * 1024));
    assert_eq!(refuses(&bed, &post(large.as_bytes())), Some(-5992));
    bed.put("/a", b"x");
    takes(&bed, &post(b"{\"op\":\"move\",\"dest_fileid\":\"b\"}"));
}

#[test]
fn odd_addresses_and_heads_are_refused() {
    let bed = Bed::new();
    let signature = multi_use();
    let get = |target: &str, more: &str| {
        format!("GET {target} HTTP/1.1\r\nhost: x\r\nauthorization: {signature}\r\n{more}\r\n")
    };
    for (code, target) in [
        (-197, format!("{PREFIX}/%00?op=stat")),
        (-147, format!("{PREFIX}/%ff%fe?op=stat")),
        (-147, format!("{PREFIX}/%c0%af?op=stat")),
        (-197, format!("{PREFIX}/%?op=stat")),
        (-197, format!("{PREFIX}/%zz?op=stat")),
        (-197, format!("{PREFIX}/..?op=stat")),
        (-197, format!("{PREFIX}/../../../../etc/passwd?op=stat")),
        (
            -197,
            format!("{PREFIX}/%2e%2e%2f%2e%2e%2fetc%2fpasswd?op=stat"),
        ),
        (-180, format!("{PREFIX}/{}?op=stat", "a".repeat(3000))),
        (-164, format!("{PREFIX}?op=stat")),
        (-147, format!("{PREFIX}/a?op=stat&op=list&%ff=%ff")),
        (-5980, format!("{PREFIX}/a?{}", "x&".repeat(10_000))),
        (
            -5966,
            format!("{PREFIX}/?op=list&num=99999999999999999999999"),
        ),
        (-5966, format!("{PREFIX}/?op=list&num=%00")),
        (-197, format!("{PREFIX}/a?sign=%ff&op=stat")),
        (-61, "/files/v2/1250000000/%ff/a?op=stat".to_owned()),
        (
            -70,
            "/files/v2/%31250000001/examplebucket/a?op=stat".to_owned(),
        ),
        (-70, "/files/v2/-1/examplebucket/a?op=stat".to_owned()),
        (
            -70,
            "/files/v2/99999999999999999999999999/examplebucket/a?op=stat".to_owned(),
        ),
        (-5994, "/files/v2//".to_owned()),
        (-180, "*".to_owned()),
        (-45086, "//".to_owned()),
    ] {
        let refused = refuses(&bed, get(&target, "").as_bytes());
        assert_eq!(refused, Some(code), "{}", &target[..target.len().min(100)]);
    }
    let broken = get("http://[::1/x", "");
    let many = get(&format!("{PREFIX}/a?op=stat"), &"x: y\r\n".repeat(200));
    let wide = format!("x: {}\r\n", "y".repeat(200_000));
    let wide = get(&format!("{PREFIX}/a?op=stat"), &wide);
    for noise in [
        broken.as_bytes(),
        many.as_bytes(),
        wide.as_bytes(),
        b"\x16\x03\x01\x00\xa5",
        b"GET\r\n\r\n",
        &[0; 4096],
    ] {
        assert_eq!(refuses(&bed, noise), None);
    }
    // Blank lines before a request mean nothing: there is none to answer.
    let stream = bed.connect();
    (&stream).write_all(b"\r\n\r\n\r\n").expect("sent");
    stream
        .shutdown(std::net::Shutdown::Write)
        .expect("a socket");
    assert!(read_response(&stream, false).is_none());
    for host in [
        "-1250000000.x",
        "b-1250000000.",
        "b-1250000000.cossh.myqcloud.com",
    ] {
        let request = format!("GET /../%ff HTTP/1.1\r\nhost: {host}\r\nrange: bytes=5-1\r\n\r\n");
        assert_eq!(refuses(&bed, request.as_bytes()), Some(-147), "{host}");
    }
    takes(&bed, get(&format!("{PREFIX}/?op=list"), "").as_bytes());
    // After all that, it still serves.
    assert_eq!(code(&bed.stat("/a")), -197);
}

#[test]
fn odd_signatures_are_refused() {
    let bed = Bed::new();
    let ask = |signature: &str| {
        format!("GET {PREFIX}/?op=list HTTP/1.1\r\nhost: x\r\nauthorization: {signature}\r\n\r\n")
            .into_bytes()
    };
    takes(&bed, &ask(&multi_use()));
    for (code, signature) in [
        (-5998, "="),
        (-5998, "===="),
        (-5998, "AAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        (-5998, "YT0xJms9MiZlPTMmdD00JnI9NSZmPTYmYj03"),
        (-5998, "\u{e9}\u{e9}"),
        (-46180, &"A".repeat(60_000)),
    ] {
        let refused = refuses(&bed, &ask(signature));
        assert_eq!(
            refused,
            Some(code),
            "{}",
            &signature[..signature.len().min(50)]
        );
    }
    // One character changed anywhere.
    let good = once("/a");
    let another = bed.get("/a?op=stat", &once("/a"));
    assert_eq!(another.status(), 404, "a whole one is taken");
    for at in (0..good.len()).step_by(7) {
        let mut bad = good.clone().into_bytes();
        bad[at] = if bad[at] == b'A' { b'B' } else { b'A' };
        let bad = String::from_utf8(bad).expect("ASCII");
        let answer = bed.get("/a?op=stat", &bad);
        assert_eq!(answer.status(), 403, "{at}");
    }
}

#[test]
fn who_stops_sending_is_not_waited_for() {
    let bed = Bed::with(builder().idle_timeout(Duration::from_millis(200)));
    let begin = Instant::now();
    let mut stream = bed.connect();
    let whole = post(
        FORM,
        &crate::support::form(&[("op", b"upload"), ("filecontent", b"x")]),
    );
    stream.write_all(&whole[..whole.len() - 30]).expect("sent");
    let answer = read_response(&stream, false).expect("an answer");
    assert_eq!((answer.status().as_u16(), code(&answer)), (408, -5963));
    assert!(begin.elapsed() < Duration::from_secs(5));
}

#[test]
fn who_waits_for_leave_is_given_it_only_with_a_good_signature() {
    let bed = Bed::new();
    let body = crate::support::form(&[("op", b"upload"), ("filecontent", b"x")]);
    let head = |signature: &str| {
        format!(
            "POST {PREFIX}/a HTTP/1.1\r\nhost: x\r\nauthorization: {signature}\r\n\
             content-type: {FORM}\r\ncontent-length: {}\r\nexpect: 100-continue\r\n\r\n",
            body.len()
        )
    };
    let mut stream = bed.connect();
    stream
        .write_all(head(&multi_use()).as_bytes())
        .expect("sent");
    let mut leave = [0; 25];
    stream.read_exact(&mut leave).expect("leave");
    assert_eq!(&leave, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(&body).expect("sent");
    assert_eq!(code(&read_response(&stream, false).expect("an answer")), 0);
    let mut stream = bed.connect();
    stream.write_all(head("QUFB").as_bytes()).expect("sent");
    let mut begin = [0; 12];
    stream.read_exact(&mut begin).expect("a status");
    assert_eq!(&begin, b"HTTP/1.1 403");
}

#[test]
fn who_never_ends_the_head_of_a_part_is_refused_soon() {
    let bed = Bed::new();
    let named = "--xxBOUNDARYxx\r\nContent-Disposition: form-data; name=\"op\"\r\n";
    for begin in [
        String::new(),
        format!("{named}X: "),
        format!("{named}\r\nupload\r\n{named}X: "),
        "--xxBOUNDARYxx".to_owned(),
    ] {
        let mut stream = bed.connect();
        let head = format!(
            "POST {PREFIX}/a HTTP/1.1\r\nhost: x\r\nauthorization: {}\r\n\
             content-type: {FORM}\r\ncontent-length: 30000000\r\n\r\n{begin}",
            multi_use(),
        );
        stream.write_all(head.as_bytes()).expect("sent");
        // It may have been refused before all of this is sent.
        let _ = stream.write_all(&[b'a'; 512 * 1024]);
        // The rest never comes, and is not waited for.
        let answer = read_response(&stream, false).expect("an answer");
        assert_eq!(code(&answer), -5993, "{begin}");
    }
}

#[test]
fn a_request_has_one_host() {
    let bed = Bed::new();
    let signature = multi_use();
    let ask = |version: &str, hosts: &str| {
        let request = format!(
            "GET {PREFIX}/a?op=stat HTTP/{version}\r\n{hosts}authorization: {signature}\r\n\r\n"
        );
        bed.bytes(request.as_bytes()).status().as_u16()
    };
    assert_eq!(ask("1.1", ""), 400);
    assert_eq!(ask("1.1", "host: x\r\nhost: x\r\n"), 400);
    assert_eq!(ask("1.0", "host: x\r\nhost: y\r\n"), 400);
    assert!(bed.last_refusal().contains("Host"));
    // Nothing is there, but it was looked.
    assert_eq!(ask("1.1", "host: x\r\n"), 404);
    assert_eq!(ask("1.0", ""), 404);
    assert_eq!(bed.bytes(b"OPTIONS / HTTP/1.1\r\n\r\n").status(), 400);
}
