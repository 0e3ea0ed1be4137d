use std::time::{Duration, Instant};

use yunmei_core::error::Delivery;

use super::{SHORT, get, lost, options, seen};
use crate::{Client, Server};

/// A pause that no limit in these scenarios minds.
const MOMENT: Duration = Duration::from_millis(40);

const LOST: (Delivery, bool) = (Delivery::Unknown, false);
const TOO_SLOW: (Delivery, bool) = (Delivery::Unknown, true);

/// The outcome of a request that is answered with this text, after which the server hangs up.
fn answered<C: Client>(answer: &'static str) -> Result<crate::Seen, yunmei_core::Error> {
    let server = Server::start(move |peer| {
        peer.head()?;
        peer.write(answer)
    });
    get::<C>(options(), server.url())
}

pub fn a_reset_before_the_answer_leaves_the_outcome_open<C: Client>() {
    // What is not read when a connection is closed makes the closing a reset.
    let server = Server::start(|peer| {
        let mut byte = [0];
        std::io::Read::read_exact(peer.stream(), &mut byte)
    });
    assert_eq!(lost(get::<C>(options(), server.url())), LOST);
}

pub fn a_close_before_the_answer_leaves_the_outcome_open<C: Client>() {
    assert_eq!(lost(answered::<C>("")), LOST);
}

pub fn an_answer_cut_off_in_the_body_is_no_answer<C: Client>() {
    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"code\":0}";
    assert_eq!(lost(answered::<C>(answer)), LOST);
}

pub fn an_answer_cut_off_between_chunks_is_no_answer<C: Client>() {
    let answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\n{\"code\":0}\r\n";
    assert_eq!(lost(answered::<C>(answer)), LOST);
}

pub fn a_redirect_is_handed_over_whole_and_not_followed<C: Client>() {
    for status in [
        "301 Moved Permanently",
        "302 Found",
        "307 Temporary Redirect",
    ] {
        let server = Server::start(move |peer| {
            peer.head()?;
            let to = peer.stream().local_addr()?;
            peer.write(format!(
                "HTTP/1.1 {status}\r\nLocation: http://{to}/other\r\nContent-Length: 4\r\n\r\nmove"
            ))?;
            peer.drain();
            Ok(())
        });
        let answer = get::<C>(options(), server.url()).expect("an answer");
        assert!(status.starts_with(&answer.status.to_string()), "{answer:?}");
        assert_eq!(answer.body, "move");
        assert_eq!(server.connections(), 1);
    }
}

pub fn a_failure_status_is_handed_over_whole<C: Client>() {
    for status in [400, 404, 500, 503] {
        let answer = format!("HTTP/1.1 {status} Why\r\nContent-Length: 12\r\n\r\n{{\"code\":-77}}");
        let server = Server::answering(answer);
        let answer = get::<C>(options(), server.url());
        assert_eq!(answer.ok(), Some(seen(status, r#"{"code":-77}"#)));
    }
}

pub fn an_endless_answer_stops_at_the_limit<C: Client>() {
    let server = Server::start(|peer| {
        peer.head()?;
        peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")?;
        let chunk = format!("1000\r\n{}\r\n", "x".repeat(0x1000));
        loop {
            peer.write(&chunk)?;
        }
    });
    let result = get::<C>(options().answer_limit(100_000), server.url());
    let text = result.as_ref().map_err(ToString::to_string).err();
    assert_eq!(lost(result), LOST);
    assert!(text.is_some_and(|text| text.contains("larger than 100000 bytes")));
}

pub fn an_answer_that_announces_too_much_is_not_read<C: Client>() {
    let server = Server::start(|peer| {
        peer.head()?;
        peer.write("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nx")?;
        peer.drain();
        Ok(())
    });
    assert_eq!(lost(get::<C>(options(), server.url())), LOST);
}

pub fn a_server_that_never_answers_runs_into_the_idle_timeout<C: Client>() {
    let server = Server::start(|peer| {
        peer.drain();
        Ok(())
    });
    let begin = Instant::now();
    let result = get::<C>(options().idle_timeout(SHORT), server.url());
    assert_eq!(lost(result), TOO_SLOW);
    assert!(begin.elapsed() >= SHORT);
}

pub fn an_answer_that_stops_runs_into_the_idle_timeout<C: Client>() {
    for beginning in [
        "HTTP/1.1 200 OK\r\nContent-Le",
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
    ] {
        let server = Server::start(move |peer| {
            peer.head()?;
            peer.write(beginning)?;
            peer.drain();
            Ok(())
        });
        let result = get::<C>(options().idle_timeout(SHORT), server.url());
        assert_eq!(lost(result), TOO_SLOW);
    }
}

pub fn a_slow_answer_that_keeps_moving_is_no_idle_one<C: Client>() {
    let server = Server::start(|peer| {
        peer.head()?;
        peer.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n")?;
        for _ in 0..10 {
            peer.wait(SHORT / 2);
            peer.write("x")?;
        }
        peer.drain();
        Ok(())
    });
    // Shorter than all of it, and far longer than from one byte to the next.
    let answer = get::<C>(options().idle_timeout(SHORT * 4), server.url());
    assert_eq!(answer.ok(), Some(seen(200, "xxxxxxxxxx")));
}

pub fn a_dripping_answer_runs_into_the_exchange_timeout<C: Client>() {
    let server = Server::start(|peer| {
        peer.head()?;
        peer.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")?;
        loop {
            peer.wait(MOMENT);
            peer.write("x")?;
        }
    });
    let begin = Instant::now();
    let result = get::<C>(options().exchange_timeout(SHORT * 4), server.url());
    assert_eq!(lost(result), TOO_SLOW);
    assert!(begin.elapsed() >= SHORT * 4);
}

pub fn what_is_not_http_is_no_answer<C: Client>() {
    for garbage in [
        "SSH-2.0-OpenSSH_9.2\r\n\r\n",
        "HTTP/9.9 200 OK\r\n\r\n",
        "\0\0\0\0\0\0\0\0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnot hex\r\n",
    ] {
        assert_eq!(lost(answered::<C>(garbage)), LOST, "{garbage:?}");
    }
}

pub fn a_head_that_never_ends_is_no_answer<C: Client>() {
    let server = Server::start(|peer| {
        peer.head()?;
        peer.write("HTTP/1.1 200 OK\r\n")?;
        loop {
            peer.write("X-Filler: abcdefghijklmnopqrstuvwxyz\r\n".repeat(100))?;
        }
    });
    assert_eq!(lost(get::<C>(options(), server.url())), LOST);
}

pub fn an_interim_answer_is_skipped<C: Client>() {
    let answer = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    assert_eq!(answered::<C>(answer).ok(), Some(seen(200, "ok")));
}

pub fn an_answer_without_a_body_is_an_answer<C: Client>() {
    let server = Server::answering("HTTP/1.1 204 No Content\r\n\r\n");
    let answer = get::<C>(options(), server.url());
    assert_eq!(answer.ok(), Some(seen(204, "")));
}

pub fn an_answer_may_end_with_the_connection<C: Client>() {
    let answer = "HTTP/1.0 200 OK\r\nConnection: close\r\n\r\nall of it";
    assert_eq!(answered::<C>(answer).ok(), Some(seen(200, "all of it")));
}

pub fn a_chunked_answer_is_put_together<C: Client>() {
    let answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
                  3;note=x\r\nabc\r\n2\r\nde\r\n0\r\nX-Trailer: y\r\n\r\n";
    assert_eq!(answered::<C>(answer).ok(), Some(seen(200, "abcde")));
}
