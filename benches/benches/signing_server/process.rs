use std::{
    env, fs,
    io::{self, BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

/// A server in a process of its own; it ends with its standard input.
pub(crate) struct Process {
    child: Child,
    origin: String,
}

impl Process {
    pub(crate) fn hello() -> io::Result<Process> {
        Process::start(Command::new(env::current_exe()?).arg("--be-hello"))
    }

    pub(crate) fn server(audit: &Path) -> io::Result<Process> {
        let program = env::current_exe()?;
        Process::start(Command::new(program).arg("--be-server").arg(audit))
    }

    fn start(command: &mut Command) -> io::Result<Process> {
        let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = piped.spawn()?;
        let mut origin = String::new();
        if let Some(stdout) = child.stdout.take() {
            BufReader::new(stdout).read_line(&mut origin)?;
        }
        let origin = origin.trim().to_owned();
        Ok(Process { child, origin })
    }

    /// Its address, without a slash at the end.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// How much of its memory is resident, in bytes, where the system tells.
    pub(crate) fn memory(&self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))?;
        let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse().ok()?;
        Some(kibibytes << 10)
    }

    /// Ends it, and waits until it has.
    pub(crate) fn end(mut self) -> io::Result<()> {
        drop(self.child.stdin.take());
        match self.child.wait()? {
            status if status.success() => Ok(()),
            status => Err(io::Error::other(format!("a server: {status}"))),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // There is nobody to tell if it has ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
