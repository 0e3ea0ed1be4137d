use std::{sync::OnceLock, time::Duration};

use http::Uri;
use ureq::{
    Agent, Proxy,
    config::{AutoHeaderValue, Config},
    tls::{RootCerts, TlsConfig},
};
use yunmei_core::{Error, error::TransportError};
use yunmei_host::{IDLE_CONNECTION_AGE, Options, ProxyProtocol, ProxyRules, ProxyUrl, Roots};

use crate::connection::{Connect, Lookup};

/// What one write to the socket may carry; with less, large uploads take noticeably longer.
const OUTPUT_SIZE: usize = 256 * 1024;
/// The same where an exchange may take only so long. ureq looks at the clock before each write, and
/// a server that reads slowly can draw out one of 256 KiB for minutes.
const TIMED_OUTPUT_SIZE: usize = 32 * 1024;
const INPUT_SIZE: usize = 128 * 1024;

/// The clients beneath, one for each way out: a way is fixed when an agent is made.
pub(crate) struct Agents {
    rules: ProxyRules,
    direct: Agent,
    http: OnceLock<Agent>,
    https: OnceLock<Agent>,
}

impl Agents {
    pub(crate) fn new(options: &Options) -> Agents {
        Agents {
            rules: ProxyRules::new(&options.proxy),
            direct: agent(options, None),
            http: OnceLock::new(),
            https: OnceLock::new(),
        }
    }

    /// The one that leads to this address.
    pub(crate) fn find(&self, uri: &Uri, options: &Options) -> Result<&Agent, Error> {
        let Some(url) = self.rules.find(uri)? else {
            return Ok(&self.direct);
        };
        // Each scheme has at most one proxy.
        let slot = match uri.scheme_str() {
            Some("https") => &self.https,
            _ => &self.http,
        };
        if let Some(agent) = slot.get() {
            return Ok(agent);
        }
        let proxy = proxy(url)?;
        Ok(slot.get_or_init(|| agent(options, Some(proxy))))
    }
}

fn agent(options: &Options, proxy: Option<Proxy>) -> Agent {
    let roots = match options.roots {
        Roots::Bundled => RootCerts::WebPki,
        Roots::Platform => RootCerts::PlatformVerifier,
    };
    let connect = Some(options.connect_timeout);
    let idle: Option<Duration> = Some(options.idle_timeout);
    let output_size = match options.exchange_timeout {
        None => OUTPUT_SIZE,
        Some(_) => TIMED_OUTPUT_SIZE,
    };
    let config = Config::builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .user_agent(options.user_agent.as_str())
        .accept(AutoHeaderValue::None)
        .accept_encoding(AutoHeaderValue::None)
        .output_buffer_size(output_size)
        .input_buffer_size(INPUT_SIZE)
        .max_idle_connections(options.max_idle_connections)
        .max_idle_connections_per_host(options.max_idle_connections)
        .max_idle_age(IDLE_CONNECTION_AGE)
        .timeout_resolve(connect)
        .timeout_connect(connect)
        .timeout_per_read(idle)
        .timeout_per_write(idle)
        .timeout_global(options.exchange_timeout)
        .tls_config(TlsConfig::builder().root_certs(roots).build())
        .proxy(proxy)
        .build();
    Agent::with_parts(config, Connect::default(), Lookup::default())
}

fn proxy(url: &ProxyUrl) -> Result<Proxy, Error> {
    let protocol = match url.protocol() {
        ProxyProtocol::Http => ureq::ProxyProtocol::Http,
        ProxyProtocol::Socks5 => ureq::ProxyProtocol::Socks5,
        ProxyProtocol::Socks5Remote => ureq::ProxyProtocol::Socks5h,
    };
    let mut builder = Proxy::builder(protocol).host(url.host()).port(url.port());
    if let Some((name, password)) = url.credentials() {
        builder = builder.username(name).password(password.expose());
    }
    builder
        .build()
        .map_err(|_| TransportError::not_sent("the address of the proxy cannot be used").into())
}
