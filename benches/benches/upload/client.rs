//! One upload through one transport, and what it took of memory.

use std::{
    error::Error,
    io::{self, Write},
    path::Path,
};

use yunmei_ureq::{Options, Proxy};

use super::put_file::PutFile;

/// Sends the file, and prints the peak of this process's memory in bytes.
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
    writeln!(io::stdout(), "{}", peak()?)?;
    Ok(())
}

/// The most memory that was resident so far, in bytes; zero where the system does not tell.
fn peak() -> Result<u64, Box<dyn Error>> {
    let Ok(status) = std::fs::read_to_string("/proc/self/status") else {
        return Ok(0);
    };
    let peak = |line| str::strip_prefix(line, "VmHWM:");
    let Some(line) = status.lines().find_map(peak) else {
        return Ok(0);
    };
    let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kibibytes << 10)
}
