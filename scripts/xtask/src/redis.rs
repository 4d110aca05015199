//! The private Redis. It holds only what may be lost, so it keeps nothing on disk.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::local::{Local, Server, write_private};
use crate::process::{run, wait_until};

/// Starts Redis unless it runs.
pub fn start(local: &mut Local) -> Result<()> {
    if is_running(&local.chosen.redis) {
        return Ok(());
    }
    local.chosen.redis.choose_free_port()?;
    local.save()?;
    let folder = local.path("redis");
    fs::create_dir_all(&folder)?;
    let Server { port, password } = &local.chosen.redis;
    let settings = folder.join("redis.conf");
    write_private(
        &settings,
        &format!(
            "bind 127.0.0.1\nport {port}\nrequirepass {password}\ndir \"{0}\"\n\
             logfile \"{0}/redis.log\"\nsave \"\"\nappendonly no\ndaemonize yes\n",
            folder.display()
        ),
    )?;
    run(program()?.arg(&settings))?;
    wait_until("an answer of Redis", Duration::from_secs(20), || {
        is_running(&local.chosen.redis)
    })
}

/// Stops Redis if it runs.
pub fn stop(local: &Local) -> Result<()> {
    let server = &local.chosen.redis;
    if is_running(server) {
        ask(server, "SHUTDOWN NOSAVE").ok();
        wait_until("the end of Redis", Duration::from_secs(20), || {
            !is_running(server)
        })?;
    }
    Ok(())
}

/// Only our Redis knows the password: another one on the port is not taken for it.
pub fn is_running(server: &Server) -> bool {
    ask(server, "PING").is_ok_and(|answer| answer == "+PONG")
}

/// The URL that clients connect to.
pub fn url(server: &Server) -> String {
    format!(
        "redis://default:{}@127.0.0.1:{}",
        server.password, server.port
    )
}

fn ask(server: &Server, question: &str) -> Result<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", server.port))?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    write!(stream, "AUTH {}\r\n{question}\r\n", server.password)?;
    let mut lines = BufReader::new(stream).lines();
    let greeting = lines.next().context("no answer")??;
    if greeting != "+OK" {
        bail!("{greeting}");
    }
    Ok(lines.next().context("no answer")??)
}

/// The server's binary. Debian ships it twice: in `redis-server`, which also starts a system service,
/// and in `redis-tools` under the name of the checking tool, which is the server called by that name.
fn program() -> Result<Command> {
    let in_path = Command::new("redis-server")
        .arg("--version")
        .output()
        .is_ok();
    let checker = Path::new("/usr/bin/redis-check-rdb");
    if in_path {
        return Ok(Command::new("redis-server"));
    }
    if !checker.exists() {
        bail!(
            "redis-server is missing: scripts/up installs it (Debian: apt-get install redis-tools)"
        );
    }
    let mut command = Command::new(checker);
    command.arg0("redis-server");
    Ok(command)
}
