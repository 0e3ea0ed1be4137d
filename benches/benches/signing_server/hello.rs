//! A server with one bare route: axum on hyper and tokio, with nothing in front and nothing counted.

use std::io::{self, Read, Write};

use axum::{Router, routing::get, serve::ListenerExt};

/// Where it is.
pub(crate) const ROUTE: &str = "/hello";

/// Serves until its standard input ends; prints its address first.
pub(crate) fn serve() -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))?;
    let mut out = io::stdout();
    writeln!(out, "http://{}", listener.local_addr()?)?;
    out.flush()?;
    let router = Router::new().route(ROUTE, get(|| async { "hello" }));
    // As the signing server has it.
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    runtime.spawn(async move { axum::serve(listener, router).await });
    io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
