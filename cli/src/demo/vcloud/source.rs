//! A server on this machine, from which films are fetched.

use std::{
    io::{self, BufRead, BufReader, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Receiver, RecvTimeoutError, Sender},
    },
    thread::JoinHandle,
    time::Duration,
};

use bytes::Bytes;

/// How long anybody waits for anybody here.
const PATIENCE: Duration = Duration::from_secs(10);

/// Serves one film, whatever it is asked for; stops when dropped.
pub(super) struct Source {
    address: SocketAddr,
    asked: Receiver<String>,
    ended: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Source {
    pub(super) fn start(film: Bytes) -> io::Result<Source> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let (sender, asked) = mpsc::channel();
        let ended = Arc::new(AtomicBool::new(false));
        let end = Arc::clone(&ended);
        let thread = std::thread::Builder::new().spawn(move || {
            for stream in listener.incoming() {
                if end.load(Ordering::Relaxed) {
                    return;
                }
                // Whoever asked and went away is not missed here, but where the film should be.
                let _ = stream.and_then(|stream| serve(stream, &film, &sender));
            }
        })?;
        Ok(Source {
            address,
            asked,
            ended,
            thread: Some(thread),
        })
    }

    /// The address of a film, as people write it.
    pub(super) fn url(&self, name: &str) -> String {
        format!("http://{}/{name}", self.address)
    }

    /// What it was asked for next, as it stood in the request.
    pub(super) fn asked(&self) -> Result<String, RecvTimeoutError> {
        self.asked.recv_timeout(PATIENCE)
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        // Wakes it up.
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn serve(mut stream: TcpStream, film: &[u8], asked: &Sender<String>) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    let target = first.split(' ').nth(1).unwrap_or_default().to_owned();
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    // Nobody may be waiting for it.
    let _ = asked.send(target);
    let length = film.len();
    write!(
        stream,
        "HTTP/1.1 200 OK\r\nContent-Type: video/x-msvideo\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n"
    )?;
    stream.write_all(film)
}
