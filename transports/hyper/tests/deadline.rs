//! The time limit of an exchange, and a writer that is slow.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use tokio::{
    io::AsyncWrite,
    time::{Sleep, sleep},
};
use yunmei_conformance::{ProbeDownload, Server};
use yunmei_core::Retry;
use yunmei_hyper::{Client, Options, Proxy};

/// More than one piece of an answer.
const LENGTH: usize = 4 * 1024 * 1024;

const LIMIT: Duration = Duration::from_millis(500);

/// Takes one byte, and the next one only after the time limit.
struct Reluctant {
    bytes: Vec<u8>,
    pause: Pin<Box<Sleep>>,
}

impl AsyncWrite for Reluctant {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.bytes.is_empty() {
            self.bytes.extend(&bytes[..1]);
            return Poll::Ready(Ok(1));
        }
        if self.pause.as_mut().poll(context).is_pending() {
            return Poll::Pending;
        }
        self.pause = Box::pin(sleep(Duration::ZERO));
        self.bytes.extend(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

fn content() -> Vec<u8> {
    (0..LENGTH as u32)
        .map(|number| (number ^ (number >> 11)) as u8)
        .collect()
}

/// A server that understands ranges without an end.
fn server() -> Server {
    // Made before the time runs.
    let content = content();
    Server::start(move |peer| {
        loop {
            let request = peer.head()?;
            let start = request.header("range").map_or(0, |range| {
                let start = range.trim_start_matches("bytes=").trim_end_matches('-');
                start.parse().expect("a number")
            });
            let (status, range) = match start {
                0 => ("200 OK", String::new()),
                _ => (
                    "206 Partial Content",
                    format!("Content-Range: bytes {start}-{}/{LENGTH}\r\n", LENGTH - 1),
                ),
            };
            let length = LENGTH - start;
            peer.write(format!(
                "HTTP/1.1 {status}\r\nETag: \"one\"\r\n{range}Content-Length: {length}\r\n\r\n"
            ))?;
            peer.write(&content[start..])?;
        }
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_limit_that_ends_while_a_piece_is_written_leaves_no_hole() {
    let server = server();
    let options = Options::default()
        .proxy(Proxy::None)
        .exchange_timeout(LIMIT)
        .retry(Retry {
            attempts: 2,
            base: Duration::from_millis(1),
            ..Retry::default()
        });
    let client = Client::new(options).expect("good settings");
    let mut writer = Reluctant {
        bytes: Vec::new(),
        pause: Box::pin(sleep(2 * LIMIT)),
    };
    let result = client
        .download(ProbeDownload::new(server.url()), &mut writer)
        .await;
    let content = content();
    assert!(content.starts_with(&writer.bytes), "there is a hole");
    assert!(writer.bytes.len() > 1, "the piece was not written");
    // On a slow machine the second exchange may take too long as well.
    match result {
        Ok(done) => {
            assert_eq!(done.length, LENGTH as u64);
            assert_eq!(writer.bytes.len(), LENGTH);
        }
        Err(error) => assert!(error.to_string().contains("took longer"), "{error}"),
    }
    assert!(server.connections() > 1, "the limit was not kept");
}
