//! A server that takes everything as fast as it can, and says how much it was.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    thread,
};

/// Serves until killed; prints its address first.
pub(crate) fn serve() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let mut out = io::stdout();
    writeln!(out, "http://{}/content", listener.local_addr()?)?;
    out.flush()?;
    for stream in listener.incoming() {
        let stream = stream?;
        thread::spawn(move || {
            // A client that breaks off says so itself.
            let _ = converse(&stream);
        });
    }
    Ok(())
}

fn converse(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::with_capacity(1 << 20, stream);
    while let Some(head) = head(&mut reader)? {
        if head.expects_leave {
            (&*stream).write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        let received = swallow(&mut reader, head.length)?;
        let body = format!(r#"{{"code":0,"data":{{"received":{received}}}}}"#);
        let length = body.len();
        let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{body}");
        (&*stream).write_all(answer.as_bytes())?;
    }
    Ok(())
}

struct Head {
    length: u64,
    expects_leave: bool,
}

/// The next request; none when the client is done.
fn head(reader: &mut impl BufRead) -> io::Result<Option<Head>> {
    let mut head = Head {
        length: 0,
        expects_leave: false,
    };
    let mut line = String::new();
    let mut is_first = true;
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        if line.trim_end().is_empty() && !is_first {
            return Ok(Some(head));
        }
        is_first = false;
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => head.length = value.trim().parse().map_err(io::Error::other)?,
            "expect" => head.expects_leave = true,
            _ => {}
        }
    }
}

fn swallow(reader: &mut impl BufRead, length: u64) -> io::Result<u64> {
    let mut body = reader.take(length);
    loop {
        let taken = body.fill_buf()?.len();
        if taken == 0 {
            return Ok(length - body.limit());
        }
        body.consume(taken);
    }
}
