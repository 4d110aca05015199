//! Commands and waiting, both bounded.

use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

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
