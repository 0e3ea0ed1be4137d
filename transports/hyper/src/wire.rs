//! What the connections are made of, and when a byte moved on them last.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll, ready},
};

use http::Extensions;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::{
    client::legacy::connect::{Connected, Connection},
    rt::TokioIo,
};
use tokio::{net::TcpStream, time::Instant};

/// When a byte moved last on a connection. hyper holds some back on their way, so that its own
/// signs of life are too rare on a slow connection.
#[derive(Clone)]
pub(crate) struct Pulse {
    base: Instant,
    /// In microseconds after `base`.
    last: Arc<AtomicU64>,
}

impl Pulse {
    fn new() -> Pulse {
        Pulse {
            base: Instant::now(),
            last: Arc::default(),
        }
    }

    fn beat(&self) {
        // Enough for half a million years.
        let now = self.base.elapsed().as_micros() as u64;
        self.last.store(now, Ordering::Relaxed);
    }

    /// When a byte moved last; at first, when it was connected.
    pub(crate) fn last(&self) -> Instant {
        self.base + std::time::Duration::from_micros(self.last.load(Ordering::Relaxed))
    }

    /// The one of this connection.
    pub(crate) fn of(connected: &Connected) -> Option<Pulse> {
        let mut extras = Extensions::new();
        connected.get_extras(&mut extras);
        extras.remove()
    }
}

/// A connection that delivers an answer even if the server gave it before it had read the whole
/// request, and hung up.
pub(crate) struct Wire {
    stream: TokioIo<TcpStream>,
    /// Whether requests on it must name the whole address.
    whole_address: bool,
    /// Nobody reads any more what is written. Whether there is an answer, only reading can tell.
    unheard: bool,
    pulse: Pulse,
}

impl Wire {
    pub(crate) fn new(stream: TokioIo<TcpStream>, whole_address: bool) -> Wire {
        Wire {
            stream,
            whole_address,
            unheard: false,
            pulse: Pulse::new(),
        }
    }

    fn written(&mut self, result: io::Result<usize>, offered: usize) -> Poll<io::Result<usize>> {
        use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset};
        Poll::Ready(match result {
            Err(error)
                if matches!(
                    error.kind(),
                    BrokenPipe | ConnectionAborted | ConnectionReset
                ) =>
            {
                self.unheard = true;
                Ok(offered)
            }
            result => {
                if matches!(result, Ok(1..)) {
                    self.pulse.beat();
                }
                result
            }
        })
    }
}

impl Connection for Wire {
    fn connected(&self) -> Connected {
        let connected = self.stream.connected().proxy(self.whole_address);
        connected.extra(self.pulse.clone())
    }
}

impl Read for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let result = ready!(Pin::new(&mut self.stream).poll_read(context, buffer));
        // Or it has ended, after which there is nothing to wait for.
        self.pulse.beat();
        Poll::Ready(result)
    }
}

impl Write for Wire {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(context, &[IoSlice::new(bytes)])
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let offered = slices.iter().map(|slice| slice.len()).sum();
        if self.unheard {
            return Poll::Ready(Ok(offered));
        }
        let stream = Pin::new(&mut self.stream);
        let result = ready!(stream.poll_write_vectored(context, slices));
        self.written(result, offered)
    }
}
