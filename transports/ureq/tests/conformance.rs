//! The blocking transport among badly behaved servers.

use yunmei_conformance::{ProbeDownload, Sink, Supply};
use yunmei_core::{Downloaded, Error, Flow};
use yunmei_ureq::{Client, Options, Progress, Source};

struct Blocking(Client);

impl yunmei_conformance::Client for Blocking {
    const REUSES_AT_ONCE: bool = true;
    const TUNNELS: bool = true;

    fn new(options: Options) -> Blocking {
        Blocking(Client::new(options).expect("good settings"))
    }

    fn on_progress(self, sink: impl Fn(Progress) + Send + Sync + 'static) -> Blocking {
        Blocking(self.0.on_progress(sink))
    }

    fn send<F>(&self, flow: F, supplies: Vec<Supply>) -> Result<F::Output, Error>
    where
        F: Flow<Output: Send> + Send + 'static,
    {
        let sources: Result<Vec<Source>, Error> = supplies.into_iter().map(source).collect();
        self.0.send_all(flow, &mut sources?)
    }

    fn download(&self, download: ProbeDownload, sink: &mut Sink) -> Result<Downloaded, Error> {
        self.0.download(download, sink)
    }
}

fn source(supply: Supply) -> Result<Source, Error> {
    match supply {
        Supply::File(path) => Source::open(path),
        Supply::Bytes(bytes) => Ok(Source::bytes(bytes)),
        Supply::Reader(reader) => Source::reader(reader),
    }
}

yunmei_conformance::suite!(Blocking);
