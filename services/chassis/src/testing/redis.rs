//! A Redis of a test's own.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// A Redis that ends with the test.
pub struct Redis {
    /// Where it is reached.
    pub url: String,
    child: Child,
    _folder: TempDir,
}

impl Redis {
    /// Starts one that keeps nothing on disk, and waits until it answers.
    ///
    /// # Panics
    /// When it does not start.
    #[expect(
        clippy::expect_used,
        reason = "a test that cannot be set up has failed"
    )]
    #[must_use]
    pub fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder for a socket");
        let socket = folder.path().join("redis.sock");
        let mut child = redis_server()
            .args(["--port", "0", "--save", "", "--appendonly", "no"])
            .arg("--unixsocket")
            .arg(&socket)
            .stdout(Stdio::piped())
            .spawn()
            .expect("redis-server is installed; scripts/up does that");
        let output = child.stdout.take().expect("what it writes");
        let ready = BufReader::new(output)
            .lines()
            .map_while(Result::ok)
            .any(|line| line.contains("eady to accept connections"));
        assert!(ready, "Redis did not start");
        Self {
            url: format!("redis+unix://{}", socket.display()),
            child,
            _folder: folder,
        }
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        // One that has ended by itself is as good.
        let _ended = self.child.kill().and_then(|()| self.child.wait());
    }
}

/// The server's binary, to be started by a test that stops it. Debian ships it twice: the smaller
/// package has it under the name of the checking tool.
#[must_use]
pub fn redis_server() -> Command {
    let checker = Path::new("/usr/bin/redis-check-rdb");
    if Path::new("/usr/bin/redis-server").exists() || !checker.exists() {
        return Command::new("redis-server");
    }
    let mut command = Command::new(checker);
    command.arg0("redis-server");
    command
}
