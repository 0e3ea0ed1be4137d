//! One upload through one transport, and what it took of memory.

use std::{
    error::Error,
    io::{self, Write},
    path::Path,
};

use yunmei_ureq::{Options, Proxy};

use super::put_file::PutFile;

/// Sends the file, and prints the peak of this process's memory in bytes, if it can be known.
pub(crate) fn send(transport: &str, url: &str, file: &Path) -> Result<(), Box<dyn Error>> {
    let put = PutFile::new(url.parse()?, file.metadata()?.len());
    let options = Options::default().proxy(Proxy::None);
    match transport {
        "ureq" => {
            let mut source = yunmei_ureq::Source::open(file)?;
            yunmei_ureq::Client::new(options)?.send(put, &mut source)?;
        }
        "hyper" => tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?
            .block_on(async {
                let mut source = yunmei_hyper::Source::open(file).await?;
                let client = yunmei_hyper::Client::new(options)?;
                client.send(put, &mut source).await
            })?,
        other => return Err(format!("no such transport: {other}").into()),
    }
    if let Some(peak) = peak()? {
        writeln!(io::stdout(), "{peak}")?;
    }
    Ok(())
}

/// The most memory that was resident so far, in bytes; none where the system does not tell.
fn peak() -> Result<Option<u64>, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let Some(peak) = (status.lines()).find_map(|line| line.strip_prefix("VmHWM:")) else {
        return Ok(None);
    };
    let kibibytes: u64 = peak.trim().trim_end_matches(" kB").parse()?;
    Ok(Some(kibibytes << 10))
}
