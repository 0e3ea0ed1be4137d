//! Bars on standard error; they draw nothing if that is no terminal.

use std::{io::Write, time::Duration};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::io::AsyncWrite;
use yunmei_core::{Download, Downloaded, Error, Flow};
use yunmei_hyper::{Client, Source};

use crate::exit::Failure;

/// The client, for a call that moves `bar`.
pub(crate) fn watched(client: &Client, bar: &ProgressBar) -> Client {
    let bar = bar.clone();
    client.on_progress(move |progress| {
        if let Some(total) = progress.total {
            bar.set_length(total);
        }
        bar.set_position(progress.sent.max(progress.received));
    })
}

/// Reads a source once into `hasher`.
pub(crate) async fn digest(
    source: &mut Source,
    name: &str,
    hasher: &mut (impl Write + Send),
) -> Result<(), Failure> {
    let bar = bar(&format!("checking {name}"), Some(source.len()));
    let result = source.digest(&mut bar.wrap_write(hasher)).await;
    bar.finish_and_clear();
    result
        .map(drop)
        .map_err(|error| Failure::operation(name, error))
}

/// Runs a flow that sends a source.
pub(crate) async fn send<F: Flow>(
    client: &Client,
    flow: F,
    source: &mut Source,
    name: &str,
) -> Result<F::Output, Error> {
    let bar = bar(name, Some(source.len()));
    let result = watched(client, &bar).send(flow, source).await;
    bar.finish_and_clear();
    result
}

/// Downloads into `out`.
pub(crate) async fn download(
    client: &Client,
    download: impl Download,
    mut out: impl AsyncWrite + Unpin,
    name: &str,
) -> Result<Downloaded, Error> {
    let bar = bar(name, None);
    let result = watched(client, &bar).download(download, &mut out).await;
    bar.finish_and_clear();
    result
}

/// A bar for bytes: so many, where that is known yet. One of no bytes would be drawn full.
pub(crate) fn bar(name: &str, length: Option<u64>) -> ProgressBar {
    let length = length.filter(|length| *length > 0);
    let bar = ProgressBar::with_draw_target(length, ProgressDrawTarget::stderr());
    let template = "{msg}  {wide_bar} {bytes}/{total_bytes}  {bytes_per_sec}  {eta}";
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.set_message(crate::output::shown(name));
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// What turns while there is nothing to count.
pub(crate) fn spinner(text: String) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}  {elapsed}") {
        bar.set_style(style);
    }
    bar.set_message(crate::output::shown(&text));
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_bar_begins_full() {
        for length in [None, Some(0), Some(9_000_000)] {
            let mut drawn = None;
            bar("a.bin", length).update(|state| drawn = Some(state.fraction()));
            assert_eq!(drawn, Some(0.0), "{length:?}");
        }
        assert_eq!(bar("a.bin", Some(9)).length(), Some(9));
    }
}
