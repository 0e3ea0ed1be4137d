use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use yunmei_hyper::Client;

/// The client, for a call that moves `bar`.
pub(super) fn watched(client: &Client, bar: &ProgressBar) -> Client {
    let bar = bar.clone();
    client.on_progress(move |progress| {
        if let Some(total) = progress.total {
            bar.set_length(total);
        }
        bar.set_position(progress.sent.max(progress.received));
    })
}

/// A bar on standard error; it draws nothing if that is no terminal.
pub(super) fn bar(name: &str) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
    let template = "{msg}  {wide_bar} {bytes}/{total_bytes}  {bytes_per_sec}  {eta}";
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.set_message(crate::output::shown(name));
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
