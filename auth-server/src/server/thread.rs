//! The thread that a server runs on.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    sync::mpsc,
    thread::JoinHandle,
    time::Duration,
};

use socket2::{Domain, Socket, Type};
use tokio::runtime::Runtime;

/// How long what is left may take when the connections have ended.
const FAREWELL: Duration = Duration::from_millis(200);

/// How many connections may wait to be accepted, if the system lets as many: whoever finds no place
/// tries again after a second.
const QUEUE: i32 = 4096;

/// Listens at this address.
pub(super) fn listen(address: SocketAddr) -> io::Result<(TcpListener, SocketAddr)> {
    let bound = || {
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
        // After a restart, connections of the last run may still be there. Elsewhere this would let
        // another program take the address as well.
        #[cfg(unix)]
        socket.set_reuse_address(true)?;
        socket.bind(&address.into())?;
        socket.listen(QUEUE)?;
        let listener = TcpListener::from(socket);
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        Ok((listener, address))
    };
    bound().map_err(|problem: io::Error| {
        io::Error::new(problem.kind(), format!("listening at {address}: {problem}"))
    })
}

/// Runs the server on a thread of its own, and returns when it accepts connections.
pub(super) fn spawn<F: Future<Output = ()>>(
    serve: impl FnOnce(tokio::net::TcpListener) -> F + Send + 'static,
    listener: TcpListener,
) -> io::Result<JoinHandle<()>> {
    let (sender, ready) = mpsc::channel();
    let run = move || {
        let runtime = match runtime() {
            Ok(runtime) => runtime,
            Err(problem) => return drop(sender.send(Err(problem))),
        };
        runtime.block_on(async {
            match tokio::net::TcpListener::from_std(listener) {
                Ok(listener) => {
                    let _ = sender.send(Ok(()));
                    serve(listener).await;
                }
                Err(problem) => drop(sender.send(Err(problem))),
            }
        });
        runtime.shutdown_timeout(FAREWELL);
    };
    let thread = std::thread::Builder::new()
        .name("yunmei-auth".into())
        .spawn(run)?;
    ready
        .recv()
        .map_err(|_| io::Error::other("the server's thread ended at once"))??;
    Ok(thread)
}

fn runtime() -> io::Result<Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .thread_name("yunmei-auth")
        .enable_all()
        .build()
}
