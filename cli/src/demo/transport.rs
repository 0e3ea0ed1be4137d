use std::path::Path;

use bytes::Bytes;
use tokio::runtime::Runtime;
use yunmei_core::{
    Download, Downloaded, Error, Flow,
    cos::slices::Manifest,
    vcloud::Content,
    wanxiang::{DigestBuilder, Digests},
};
use yunmei_host::Options;

use super::TransportName;
use crate::exit::Failure;

/// One of the two transports, called the same way: the demonstration itself blocks.
pub(super) enum Transport {
    Ureq(yunmei_ureq::Client),
    Hyper(Runtime, yunmei_hyper::Client),
}

/// What is to be sent.
#[derive(Clone)]
pub(super) enum Body<'a> {
    Bytes(Bytes),
    File(&'a Path),
}

impl Transport {
    pub(super) fn new(name: TransportName) -> Result<Transport, Failure> {
        let failed = |error| Failure::operation("HTTP client", error);
        Ok(match name {
            TransportName::Ureq => {
                Transport::Ureq(yunmei_ureq::Client::new(Options::default()).map_err(failed)?)
            }
            TransportName::Hyper => {
                let client = yunmei_hyper::Client::new(Options::default()).map_err(failed)?;
                Transport::Hyper(crate::runtime::new()?, client)
            }
        })
    }

    pub(super) fn name(&self) -> TransportName {
        match self {
            Transport::Ureq(_) => TransportName::Ureq,
            Transport::Hyper(..) => TransportName::Hyper,
        }
    }

    pub(super) fn run<F: Flow>(&self, flow: F) -> Result<F::Output, Error> {
        match self {
            Transport::Ureq(client) => client.run(flow),
            Transport::Hyper(runtime, client) => runtime.block_on(client.run(flow)),
        }
    }

    pub(super) fn send<F: Flow>(&self, flow: F, body: Body<'_>) -> Result<F::Output, Error> {
        match self {
            Transport::Ureq(client) => client.send(flow, &mut blocking(body)?),
            Transport::Hyper(runtime, client) => {
                runtime.block_on(async { client.send(flow, &mut asynchronous(body).await?).await })
            }
        }
    }

    /// The same of several bodies, in the order in which the flow counts them.
    pub(super) fn send_all<F: Flow>(
        &self,
        flow: F,
        bodies: Vec<Body<'_>>,
    ) -> Result<F::Output, Error> {
        match self {
            Transport::Ureq(client) => {
                let sources: Result<Vec<_>, _> = bodies.into_iter().map(blocking).collect();
                client.send_all(flow, &mut sources?)
            }
            Transport::Hyper(runtime, client) => runtime.block_on(async {
                let mut sources = Vec::new();
                for body in bodies {
                    sources.push(asynchronous(body).await?);
                }
                client.send_all(flow, &mut sources).await
            }),
        }
    }

    /// The digests of a body as COS wants them, in one pass.
    pub(super) fn manifest(&self, body: Body<'_>) -> Result<Manifest, Error> {
        match self {
            Transport::Ureq(_) => blocking(body)?.manifest(),
            Transport::Hyper(runtime, _) => {
                runtime.block_on(async { asynchronous(body).await?.manifest().await })
            }
        }
    }

    /// The digests of a body as Wanxiang wants them, in one pass.
    pub(super) fn digests(&self, body: Body<'_>) -> Result<Digests, Error> {
        let mut builder = DigestBuilder::new();
        match self {
            Transport::Ureq(_) => blocking(body)?.digest(&mut builder)?,
            Transport::Hyper(runtime, _) => {
                runtime.block_on(async { asynchronous(body).await?.digest(&mut builder).await })?
            }
        };
        Ok(builder.finish())
    }

    /// The checksums of a body as TTVcloud wants them, in one pass.
    pub(super) fn checksums(&self, body: Body<'_>) -> Result<Content, Error> {
        match self {
            Transport::Ureq(_) => blocking(body)?.checksums(),
            Transport::Hyper(runtime, _) => {
                runtime.block_on(async { asynchronous(body).await?.checksums().await })
            }
        }
    }

    pub(super) fn download<D: Download>(
        &self,
        download: D,
    ) -> Result<(Downloaded, Vec<u8>), Error> {
        let mut content = Vec::new();
        let downloaded = match self {
            Transport::Ureq(client) => client.download(download, &mut content),
            Transport::Hyper(runtime, client) => {
                runtime.block_on(client.download(download, &mut content))
            }
        }?;
        Ok((downloaded, content))
    }
}

fn blocking(body: Body<'_>) -> Result<yunmei_ureq::Source, Error> {
    match body {
        Body::Bytes(bytes) => Ok(yunmei_ureq::Source::bytes(bytes)),
        Body::File(path) => yunmei_ureq::Source::open(path),
    }
}

async fn asynchronous(body: Body<'_>) -> Result<yunmei_hyper::Source, Error> {
    match body {
        Body::Bytes(bytes) => Ok(yunmei_hyper::Source::bytes(bytes)),
        Body::File(path) => yunmei_hyper::Source::open(path).await,
    }
}
