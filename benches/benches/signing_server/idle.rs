//! Connections on which nothing is going on, after each has had its signature.

use std::{error::Error, net::TcpStream, thread, time::Duration};

use crate::{asking::ask, process::Process, server};

/// How long a connection takes to be found idle, and more.
const REST: Duration = Duration::from_secs(2);
/// Files beside the connections.
const OTHERS: u64 = 64;

/// Lets this process have so many connections; if it may not, says how many files it needs.
pub(crate) fn make_room(count: usize) -> Result<(), u64> {
    let least = count as u64 + OTHERS;
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit, setrlimit};
        let mut limit = getrlimit(Resource::Nofile);
        if limit.current.is_some_and(|current| current < least) {
            limit.current = Some(least);
            return setrlimit(Resource::Nofile, limit).map_err(|_| least);
        }
    }
    Ok(())
}

/// Opens them one after the other, and waits until all are idle.
pub(crate) fn open(server: &Process, count: usize) -> Result<Vec<TcpStream>, Box<dyn Error>> {
    let token = server::token()?;
    let address = server.origin().trim_start_matches("http://");
    let mut connections = Vec::with_capacity(count);
    for _ in 0..count {
        let stream = TcpStream::connect(address)?;
        ask(&stream, server::ROUTES[0], &token)?;
        connections.push(stream);
    }
    thread::sleep(REST);
    Ok(connections)
}
