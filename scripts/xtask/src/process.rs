//! Commands, processes in the background and waiting, all bounded.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::io::Errno;
use rustix::process::{Pid, Signal, kill_process};

/// Runs a command to its end; a failure shows what it printed.
pub fn run(command: &mut Command) -> Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command
        .output()
        .with_context(|| format!("starting {name}"))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if !output.status.success() {
        bail!(
            "{name}: {}\n{}{}",
            output.status,
            text(&output.stdout),
            text(&output.stderr)
        );
    }
    Ok(text(&output.stdout))
}

/// Asks until the answer is yes.
pub fn wait_until(what: &str, limit: Duration, mut yes: impl FnMut() -> bool) -> Result<()> {
    let start = Instant::now();
    while !yes() {
        if start.elapsed() > limit {
            bail!("{what} did not happen within {} seconds", limit.as_secs());
        }
        sleep(Duration::from_millis(50));
    }
    Ok(())
}

/// The status line of the answer to an HTTP GET on the loopback interface.
pub fn http_status(port: u16, path: &str) -> Result<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    write!(stream, "GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n")?;
    let mut answer = String::new();
    stream.take(64 << 10).read_to_string(&mut answer)?;
    Ok(answer.lines().next().unwrap_or_default().to_owned())
}

/// A process that goes on when the task that started it has ended.
pub struct Background {
    /// The file with its number.
    pub pid_file: PathBuf,
    /// Where it writes.
    pub log: PathBuf,
    /// A part of its command line that no other process has.
    pub mark: String,
}

impl Background {
    /// Starts the process, in a group of its own so that Ctrl-C at the terminal does not reach it.
    pub fn start(&self, command: &mut Command) -> Result<()> {
        let log = File::options().create(true).append(true).open(&self.log)?;
        let mut child = command
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .process_group(0)
            .spawn()
            .with_context(|| format!("starting {}", command.get_program().display()))?;
        fs::write(&self.pid_file, child.id().to_string())?;
        // For a moment a new process has no command line to be known by.
        wait_until("the start of a process", Duration::from_secs(10), || {
            self.pid().is_some() || !matches!(child.try_wait(), Ok(None))
        })
    }

    /// The number of the process, where it runs; a number that another process has got since does
    /// not count.
    pub fn pid(&self) -> Option<String> {
        let pid = fs::read_to_string(&self.pid_file).ok()?;
        let command = fs::read_to_string(Path::new("/proc").join(&pid).join("cmdline")).ok()?;
        command.contains(&self.mark).then_some(pid)
    }

    /// Tells the process to end, and ends it when it has not after the time it has to drain.
    pub fn stop(&self) -> Result<()> {
        let Some(pid) = self.pid() else { return Ok(()) };
        tell(&pid, Signal::TERM)?;
        let drained = wait_until("the end", Duration::from_secs(40), || self.pid().is_none());
        if drained.is_err() {
            eprintln!(
                "process {pid} ({}) did not drain in time; killing it",
                self.mark
            );
            self.kill()?;
        }
        fs::remove_file(&self.pid_file).ok();
        Ok(())
    }

    /// Ends the process at once, in the midst of whatever it does.
    pub fn kill(&self) -> Result<()> {
        let Some(pid) = self.pid() else { return Ok(()) };
        tell(&pid, Signal::KILL)?;
        wait_until("the end", Duration::from_secs(10), || self.pid().is_none())
    }

    /// The last lines that the process wrote.
    pub fn last_words(&self) -> String {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<_> = log.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }
}

/// Sends a signal; that the process has ended by itself meanwhile is no error.
fn tell(pid: &str, signal: Signal) -> Result<()> {
    let number = Pid::from_raw(pid.parse()?).context("no process has the number 0")?;
    match kill_process(number, signal) {
        Err(Errno::SRCH) => Ok(()),
        told => told.with_context(|| format!("telling process {pid} to end")),
    }
}
