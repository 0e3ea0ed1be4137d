//! Which proxy leads where.

mod rules;
mod url;

pub use rules::ProxyRules;
pub use url::{ProxyProtocol, ProxyUrl};

/// Through whom to connect.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum Proxy {
    /// Whom the environment names: `HTTP_PROXY` for http addresses, `HTTPS_PROXY` for https ones,
    /// `ALL_PROXY` for both, upper case or lower, except for the hosts in `NO_PROXY`. This machine
    /// itself is never reached through a proxy.
    ///
    /// `HTTP_PROXY` in upper case is not read by a CGI program, where a visitor could set it.
    #[default]
    Environment,
    /// Nobody.
    None,
    /// This one, for every address.
    At(ProxyUrl),
}
