//! Requests that nobody should send: they are refused, and nothing else happens.

mod support;

use std::{
    io::{Read, Write},
    time::{Duration, Instant},
};

use support::{Bed, PREFIX, builder, code, multi_use, once, read_response};

/// Answers like a refusal: no success, and no fault of the emulator's own.
fn refuses(bed: &Bed, message: &[u8]) -> u16 {
    let stream = bed.connect();
    let _ = (&stream).write_all(message);
    let _ = stream.shutdown(std::net::Shutdown::Write);
    match read_response(&stream, false) {
        Some(response) => {
            let status = response.status().as_u16();
            assert!(
                (400..500).contains(&status),
                "{status} to {:?}",
                String::from_utf8_lossy(&message[..message.len().min(300)])
            );
            status
        }
        // A request that could not be told apart from noise.
        None => 0,
    }
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
    let mut forms: Vec<Vec<u8>> = vec![
        b"".to_vec(),
        b"no form at all".to_vec(),
        b"--xxBOUNDARYxx".to_vec(),
        b"--xxBOUNDARYxx\r\n".to_vec(),
        b"--xxBOUNDARYxx--".to_vec(),
        b"--xxBOUNDARYxx\r\n\r\n\r\n--xxBOUNDARYxx--".to_vec(),
        part(&format!("{named}\"op\""), "explode"),
        part(named, "upload"),
        part(&format!("{named}\""), "upload"),
        part(&format!("{named}\"\\\""), "upload"),
        part(&format!("{named}\"\""), "upload"),
        part("Content-Disposition: attachment", "upload"),
        part("Content-Type: text/plain", "upload"),
        part(": no name", "upload"),
        part("\u{0}\u{1}\u{2}", "upload"),
        part(&"X: y\r\n".repeat(200), "upload"),
        part(&"X".repeat(100_000), "upload"),
        part(&format!("{named}\"op\""), &"x".repeat(100_000)),
        part(&format!("{named}\"{}\"", "x".repeat(100_000)), "y"),
        part(&format!("{named}\"filecontent\""), "no op"),
        support::form(&[
            ("op", b"upload"),
            ("filecontent", b"1"),
            ("fileContent", b"2"),
        ]),
        support::form(&[("op", b"\xff\xfe"), ("filecontent", b"1")]),
        support::form(&[
            ("op", b"upload"),
            ("filecontent", b"1"),
            ("biz_attr", b"\xff"),
        ]),
        support::form(&[("op", b"upload"), ("op", b"delete")]),
        support::form(&vec![("x", &b"y"[..]); 1000]),
        support::form(&[("op", b"upload_slice_init"), ("filesize", b"-1")]),
        support::form(&[("op", b"upload_slice_init"), ("filesize", &[b'9'; 400])]),
        support::form(&[
            ("op", b"upload_slice_data"),
            ("offset", b"1e9"),
            ("filecontent", b""),
        ]),
    ];
    let whole = support::form(&[("op", b"upload"), ("filecontent", &[7; 5000])]);
    // Cut anywhere, it is not whole.
    for cut in (0..whole.len() - 4).step_by(61) {
        forms.push(whole[..cut].to_vec());
    }
    for form in &forms {
        refuses(&bed, &post(FORM, form));
    }
    for content_type in [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=\"xxBOUNDARYxx\"",
        "multipart/mixed; boundary=xxBOUNDARYxx",
        "multipart/",
        "MULTIPART/FORM-DATA",
        "",
    ] {
        refuses(&bed, &post(content_type, &whole));
    }
    assert_eq!(code(&bed.stat("/a")), -197);
}

#[test]
fn odd_json_is_refused() {
    let bed = Bed::new();
    let deep = "[".repeat(200_000);
    let object = format!("{{\"op\":{}", "{\"a\":".repeat(100_000));
    for body in [
        "",
        "null",
        "[]",
        "7",
        "\"op\"",
        "{",
        "{\"op\":null}",
        "{\"op\":7}",
        "{\"op\":{}}",
        "{\"op\":[\"delete\"]}",
        "{\"op\":\"move\",\"dest_fileid\":{}}",
        "{\"op\":\"move\",\"dest_fileid\":\"b\",\"to_over_write\":2}",
        "{\"op\":\"\\ud800\"}",
        &deep,
        &object,
    ] {
        refuses(&bed, &post("application/json", body.as_bytes()));
    }
    refuses(&bed, &post("application/json", b"{\"op\":\"\xff\"}"));
    let large = format!("{{\"op\":\"{}\"}}", "x".repeat(64 * 1024));
    refuses(&bed, &post("application/json", large.as_bytes()));
}

#[test]
fn odd_addresses_and_heads_are_refused() {
    let bed = Bed::new();
    let signature = multi_use();
    let get = |target: &str, more: &str| {
        format!("GET {target} HTTP/1.1\r\nhost: x\r\nauthorization: {signature}\r\n{more}\r\n")
    };
    for target in [
        format!("{PREFIX}/%00?op=stat"),
        format!("{PREFIX}/%ff%fe?op=stat"),
        format!("{PREFIX}/%c0%af?op=stat"),
        format!("{PREFIX}/%?op=stat"),
        format!("{PREFIX}/%zz?op=stat"),
        format!("{PREFIX}/..?op=stat"),
        format!("{PREFIX}/../../../../etc/passwd?op=stat"),
        format!("{PREFIX}/%2e%2e%2f%2e%2e%2fetc%2fpasswd?op=stat"),
        format!("{PREFIX}/{}?op=stat", "a".repeat(3000)),
        format!("{PREFIX}?op=stat"),
        format!("{PREFIX}/a?op=stat&op=list&%ff=%ff"),
        format!("{PREFIX}/a?{}", "x&".repeat(10_000)),
        format!("{PREFIX}/?op=list&num=99999999999999999999999"),
        format!("{PREFIX}/?op=list&num=%00"),
        format!("{PREFIX}/a?sign=%ff&op=stat"),
        "/files/v2/1250000000/%ff/a?op=stat".to_owned(),
        "/files/v2/%31250000001/examplebucket/a?op=stat".to_owned(),
        "/files/v2/-1/examplebucket/a?op=stat".to_owned(),
        "/files/v2/99999999999999999999999999/examplebucket/a?op=stat".to_owned(),
        "/files/v2//".to_owned(),
        "*".to_owned(),
        "//".to_owned(),
        "http://[::1/x".to_owned(),
    ] {
        refuses(&bed, get(&target, "").as_bytes());
    }
    refuses(
        &bed,
        get(&format!("{PREFIX}/a?op=stat"), &"x: y\r\n".repeat(200)).as_bytes(),
    );
    let wide = format!("x: {}\r\n", "y".repeat(200_000));
    refuses(&bed, get(&format!("{PREFIX}/a?op=stat"), &wide).as_bytes());
    for noise in [
        &b"\x16\x03\x01\x00\xa5"[..],
        b"GET\r\n\r\n",
        b"\r\n\r\n\r\n",
        &[0; 4096],
    ] {
        refuses(&bed, noise);
    }
    for host in [
        "-1250000000.x",
        "b-1250000000.",
        "b-1250000000.cossh.myqcloud.com",
    ] {
        let request = format!("GET /../%ff HTTP/1.1\r\nhost: {host}\r\nrange: bytes=5-1\r\n\r\n");
        refuses(&bed, request.as_bytes());
    }
    // After all that, it still serves.
    assert_eq!(code(&bed.stat("/a")), -197);
}

#[test]
fn odd_signatures_are_refused() {
    let bed = Bed::new();
    for signature in [
        "=",
        "====",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "YT0xJms9MiZlPTMmdD00JnI9NSZmPTYmYj03",
        "\u{e9}\u{e9}",
        &"A".repeat(60_000),
    ] {
        let request = format!(
            "GET {PREFIX}/a?op=stat HTTP/1.1\r\nhost: x\r\nauthorization: {signature}\r\n\r\n"
        );
        refuses(&bed, request.as_bytes());
    }
    // One character changed anywhere.
    let good = once("/a");
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
        &support::form(&[("op", b"upload"), ("filecontent", b"x")]),
    );
    stream.write_all(&whole[..whole.len() - 30]).expect("sent");
    let answer = read_response(&stream, false).expect("an answer");
    assert_eq!((answer.status().as_u16(), code(&answer)), (408, -5963));
    assert!(begin.elapsed() < Duration::from_secs(5));
}

#[test]
fn who_waits_for_leave_is_given_it_only_with_a_good_signature() {
    let bed = Bed::new();
    let body = support::form(&[("op", b"upload"), ("filecontent", b"x")]);
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
fn nested_json_is_no_slice_list() {
    let bed = Bed::new();
    let nested = format!("[{}{{}}]", "[[{}],{\"\":0}],".repeat(500_000));
    let entry = format!("[{{\"offset\":{nested},\"datalen\":1,\"datasha\":\"\"}}]");
    for parts in [&nested, &entry] {
        let fields: [(&str, &[u8]); 5] = [
            ("op", b"upload_slice_init"),
            ("sha", &[b'a'; 40]),
            ("uploadparts", parts.as_bytes()),
            ("filesize", b"1048576"),
            ("slice_size", b"1048576"),
        ];
        assert_eq!(code(&bed.post_form("/a", &multi_use(), &fields)), -5965);
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
