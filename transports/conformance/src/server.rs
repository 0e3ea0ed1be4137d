#![expect(
    clippy::missing_errors_doc,
    reason = "all errors are those of the connection, which they end"
)]

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use socket2::{Domain, Socket, Type};

/// No scenario waits longer for a client that does not come up to expectations.
const PATIENCE: Duration = Duration::from_secs(10);

/// How much a narrow connection holds on the server's side, in bytes.
const NARROW: usize = 4 * 1024;

/// A server on a free port of this machine. Each connection is served on a thread of its own.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    connections: Arc<AtomicUsize>,
}

/// The server's end of a connection.
#[derive(Debug)]
pub struct Peer {
    stream: BufReader<TcpStream>,
    /// Which connection it is, counted from 0.
    pub number: usize,
}

/// The head of a request as it came.
#[derive(Clone, Debug, Default)]
pub struct Head {
    /// The first line.
    pub line: String,
    /// All other lines.
    pub headers: Vec<(String, String)>,
}

impl Server {
    /// Serves each connection with `behave`, whose errors end the connection.
    pub fn start(behave: impl Fn(&mut Peer) -> io::Result<()> + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        Server::serve(listener, behave)
    }

    /// As [`Server::start`], but its connections hold little: what a client has written is soon on
    /// its way, and what the server does not read is soon noticed.
    pub fn narrow(behave: impl Fn(&mut Peer) -> io::Result<()> + Send + Sync + 'static) -> Server {
        Server::serve(narrow_listener().expect("a free port"), behave)
    }

    fn serve(
        listener: TcpListener,
        behave: impl Fn(&mut Peer) -> io::Result<()> + Send + Sync + 'static,
    ) -> Server {
        let address = listener.local_addr().expect("an address");
        let connections = Arc::new(AtomicUsize::new(0));
        let (count, behave) = (connections.clone(), Arc::new(behave));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let number = count.fetch_add(1, Ordering::SeqCst);
                let behave = behave.clone();
                thread::spawn(move || {
                    let Ok(mut peer) = stream.and_then(|stream| Peer::new(stream, number)) else {
                        return;
                    };
                    // A client that hangs up is part of many scenarios.
                    let _ = behave(&mut peer);
                });
            }
        });
        Server {
            address,
            connections,
        }
    }

    /// Answers each request on each connection with the same text.
    pub fn answering(answer: impl Into<Vec<u8>>) -> Server {
        let answer = answer.into();
        Server::start(move |peer| {
            loop {
                let head = peer.head()?;
                peer.body(&head)?;
                peer.write(&answer)?;
            }
        })
    }

    /// An `http` address there.
    pub fn url(&self) -> String {
        format!("http://{}/path?sign=canary", self.address)
    }

    /// Host and port.
    pub fn authority(&self) -> String {
        self.address.to_string()
    }

    /// How many connections there were.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

fn narrow_listener() -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.set_recv_buffer_size(NARROW)?;
    // On Linux the client's own buffer grows with the segments, which are huge on loopback.
    #[cfg(target_os = "linux")]
    socket.set_tcp_mss(1400)?;
    socket.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into())?;
    socket.listen(16)?;
    Ok(socket.into())
}

impl Peer {
    fn new(stream: TcpStream, number: usize) -> io::Result<Peer> {
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        Ok(Peer {
            stream: BufReader::new(stream),
            number,
        })
    }

    /// Reads the head of a request. An error if there is none.
    pub fn head(&mut self) -> io::Result<Head> {
        let mut head = Head {
            line: self.line()?,
            ..Head::default()
        };
        loop {
            let line = self.line()?;
            let Some((name, value)) = line.split_once(':') else {
                return Ok(head);
            };
            let value = value.trim().to_owned();
            head.headers.push((name.to_ascii_lowercase(), value));
        }
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        match self.stream.read_line(&mut line)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(line.trim_end().to_owned()),
        }
    }

    /// Reads the body that the head announces.
    pub fn body(&mut self, head: &Head) -> io::Result<Vec<u8>> {
        let mut body = vec![0; head.content_length()];
        self.stream.read_exact(&mut body)?;
        Ok(body)
    }

    /// Reads until the client hangs up. Returns how many bytes came.
    pub fn drain(&mut self) -> u64 {
        let mut buffer = vec![0; 64 * 1024];
        let mut sum = 0;
        while let Ok(count @ 1..) = self.stream.read(&mut buffer) {
            sum += count as u64;
        }
        sum
    }

    /// Reads this many bytes.
    pub fn read(&mut self, count: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; count];
        self.stream.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// Writes.
    pub fn write(&mut self, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        self.stream.get_mut().write_all(bytes.as_ref())
    }

    /// Answers with this status line and body.
    pub fn answer(&mut self, status: &str, body: impl AsRef<[u8]>) -> io::Result<()> {
        let body = body.as_ref();
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        self.write([head.as_bytes(), body].concat())
    }

    /// Stays, and does nothing.
    pub fn wait(&self, duration: Duration) {
        thread::sleep(duration);
    }

    /// The connection itself.
    pub fn stream(&mut self) -> &mut TcpStream {
        self.stream.get_mut()
    }
}

impl Head {
    /// The values of a header.
    pub fn all(&self, name: &str) -> Vec<&str> {
        let named = self.headers.iter().filter(|(found, _)| found == name);
        named.map(|(_, value)| value.as_str()).collect()
    }

    /// The value of a header that is there at most once.
    pub fn header(&self, name: &str) -> Option<&str> {
        let all = self.all(name);
        assert!(all.len() < 2, "{name} is there {} times", all.len());
        all.first().copied()
    }

    /// The announced length.
    pub fn content_length(&self) -> usize {
        let length = self.header("content-length").unwrap_or("0");
        length.parse().expect("a length in digits")
    }
}
