//! The way to a server: through a proxy or not, with TLS or not.

use std::{
    error::Error as StdError,
    fmt, io,
    pin::Pin,
    sync::{Arc, OnceLock},
    task::{Context, Poll},
};

use http::{HeaderValue, Uri};
use hyper_rustls::{ConfigBuilderExt, HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::connect::{
    HttpConnector,
    proxy::{SocksV5, Tunnel},
};
use rustls::{ClientConfig, crypto::ring};
use tokio::{net::lookup_host, time::timeout};
use tower_service::Service;
use yunmei_core::Error;
use yunmei_host::{Options, ProxyProtocol, ProxyRules, ProxyUrl, Roots};

use crate::wire::Wire;

type BoxError = Box<dyn StdError + Send + Sync>;
type BoxFuture<T> = Pin<Box<dyn Future<Output = Result<T, BoxError>> + Send>>;

/// Connects, within the time for it.
#[derive(Clone)]
pub(crate) struct Connector(Arc<Inner>);

struct Inner {
    limit: std::time::Duration,
    roots: Roots,
    rules: ProxyRules,
    tcp: HttpConnector,
    /// Made when first needed: the platform's certificates take time and memory.
    tls: OnceLock<Arc<ClientConfig>>,
}

impl Connector {
    pub(crate) fn new(options: &Options) -> Connector {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        // Shared among the addresses of a host, so that one that is dead does not hide the others.
        tcp.set_connect_timeout(Some(options.connect_timeout));
        Connector(Arc::new(Inner {
            limit: options.connect_timeout,
            roots: options.roots,
            rules: ProxyRules::new(&options.proxy),
            tcp,
            tls: OnceLock::new(),
        }))
    }

    /// What a proxy wants to see in the request itself: it sees requests without TLS.
    ///
    /// An error if the address is none.
    pub(crate) fn proxy_authorization(&self, uri: &Uri) -> Result<Option<HeaderValue>, Error> {
        let proxy = self.0.rules.find(uri)?;
        Ok(proxy
            .filter(|proxy| names_whole_address(proxy, uri))
            .and_then(ProxyUrl::authorization))
    }

    async fn connect(self, uri: Uri) -> Result<MaybeHttpsStream<Wire>, BoxError> {
        let mut route = Route(self.clone());
        if uri.scheme_str() == Some("https") {
            HttpsConnector::from((route, self.tls()?)).call(uri).await
        } else {
            route.call(uri).await.map(MaybeHttpsStream::Http)
        }
    }

    fn tls(&self) -> Result<Arc<ClientConfig>, rustls::Error> {
        if let Some(config) = self.0.tls.get() {
            return Ok(config.clone());
        }
        let provider = Arc::new(ring::default_provider());
        let builder =
            ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
        let builder = match self.0.roots {
            Roots::Bundled => builder.with_webpki_roots(),
            Roots::Platform => builder.try_with_platform_verifier()?,
        };
        let config = Arc::new(builder.with_no_client_auth());
        Ok(self.0.tls.get_or_init(|| config).clone())
    }
}

impl Service<Uri> for Connector {
    type Response = MaybeHttpsStream<Wire>;
    type Error = BoxError;
    type Future = BoxFuture<MaybeHttpsStream<Wire>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let connector = self.clone();
        Box::pin(async move {
            let limit = connector.0.limit;
            match timeout(limit, connector.connect(uri)).await {
                Ok(result) => result,
                Err(_) => Err(NotInTime.into()),
            }
        })
    }
}

/// Connects without TLS.
#[derive(Clone)]
struct Route(Connector);

impl Service<Uri> for Route {
    type Response = Wire;
    type Error = BoxError;
    type Future = BoxFuture<Wire>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> BoxFuture<Wire> {
        let Route(Connector(inner)) = self.clone();
        Box::pin(async move {
            let mut tcp = inner.tcp.clone();
            let proxy = inner.rules.find(&uri)?;
            let whole_address = proxy.is_some_and(|proxy| names_whole_address(proxy, &uri));
            let stream = match proxy.map(|proxy| (proxy, proxy.protocol())) {
                None => tcp.call(uri).await?,
                Some((proxy, _)) if whole_address => tcp.call(proxy.uri()).await?,
                Some((proxy, ProxyProtocol::Http)) => {
                    let mut tunnel = Tunnel::new(proxy.uri(), tcp);
                    if let Some(value) = proxy.authorization() {
                        tunnel = tunnel.with_auth(value);
                    }
                    tunnel.call(uri).await?
                }
                Some((proxy, ProxyProtocol::Socks5)) => {
                    let place = look_up(&uri).await?;
                    socks(proxy, tcp).call(place).await?
                }
                Some((proxy, ProxyProtocol::Socks5Remote)) => socks(proxy, tcp).call(uri).await?,
            };
            Ok(Wire::new(stream, whole_address))
        })
    }
}

/// An HTTP proxy needs no tunnel for a request that it may read.
fn names_whole_address(proxy: &ProxyUrl, uri: &Uri) -> bool {
    proxy.protocol() == ProxyProtocol::Http && uri.scheme_str() == Some("http")
}

fn socks(proxy: &ProxyUrl, tcp: HttpConnector) -> SocksV5<HttpConnector> {
    let socks = SocksV5::new(proxy.uri(), tcp);
    match proxy.credentials() {
        Some((name, password)) => socks.with_auth(name.to_owned(), password.expose().to_owned()),
        None => socks,
    }
}

/// The same place with an address instead of a name.
async fn look_up(uri: &Uri) -> Result<Uri, BoxError> {
    let (host, https) = (uri.host().unwrap_or(""), uri.scheme_str() == Some("https"));
    let port = uri.port_u16().unwrap_or(if https { 443 } else { 80 });
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let found = lookup_host((bare, port)).await?.next();
    let address = found.ok_or_else(|| io::Error::other("the host has no address"))?;
    Ok(format!("http://{address}").parse()?)
}

/// There was no connection in time.
#[derive(Debug)]
pub(crate) struct NotInTime;

impl fmt::Display for NotInTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not connected in time")
    }
}

impl StdError for NotInTime {}
