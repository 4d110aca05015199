//! The hospital's program as a process of its own.

use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use chassis::testing::{AREA, Bench, party};
use contracts::options::v1::Caller;
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;
use tokio::time::timeout;
use xtask::checkout::root;

use super::bills::{institution_id, name};
use super::line::Line;
use crate::town::Town;

/// How long one call of the program may take.
const PATIENCE: Duration = Duration::from_secs(90);

/// The program of one hospital, with its books.
pub struct Program {
    bench: Arc<Bench>,
    line: Line,
    folder: TempDir,
    /// Whose token it shows.
    n: u8,
}

/// What came of a call.
pub struct Answer {
    pub is_well: bool,
    pub said: String,
    pub wrong: String,
}

impl Program {
    /// That of hospital `n`, with empty books.
    pub async fn of(town: &Town, n: u8) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            bench: Arc::clone(&town.benefit_review.bench),
            line: Line::lay(&town.benefit_review, folder.path()).await,
            folder,
            n,
        }
    }

    /// The same books in the hands of hospital `n`.
    pub fn in_hands_of(self, n: u8) -> Self {
        Self { n, ..self }
    }

    /// The bills that are to be settled.
    pub fn write(&self, stays: &[Value]) {
        let content = serde_json::to_string(stays).unwrap();
        std::fs::write(self.path("stays.json"), content).unwrap();
    }

    /// Forgets what was sent and answered.
    pub fn lose_books(&self) {
        std::fs::remove_file(self.path("books.sqlite")).unwrap();
    }

    /// Has the bills settled.
    pub async fn settle(&self, more: &[&str]) -> Answer {
        self.call(self.settling().args(more)).await
    }

    /// Compares the books of a day with the agency's.
    pub async fn reconcile(&self, day: &str) -> Answer {
        self.call(self.command().args(["reconcile", day])).await
    }

    /// Begins to have the bills settled, and kills the program when it has said so many lines, or all it has to say.
    pub async fn killed_after(&self, lines: usize) {
        let mut child = self.settling().stdout(Stdio::piped()).spawn().unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
        for _ in 0..lines {
            let line = timeout(PATIENCE, said.next_line()).await.unwrap().unwrap();
            if line.is_none() {
                break;
            }
        }
        child.kill().await.unwrap();
    }

    fn settling(&self) -> Command {
        let mut command = self.command();
        // The books are the first hospital's, whoever shows a token.
        command
            .args(["settle", "--name", &name(1), "--stays"])
            .arg(self.path("stays.json"));
        command
    }

    fn command(&self) -> Command {
        let own = party(Caller::Institution, &institution_id(self.n));
        let token = self.path("token");
        std::fs::write(&token, self.bench.token(&own)).unwrap();
        let mut command = Command::new(root().join(".local/python/bin/python"));
        command
            .arg(root().join("integration-tests/clients/hospital"))
            .args(["--server", &self.line.server, "--area", AREA])
            .args(["--institution", &institution_id(1)])
            .arg("--ca")
            .arg(self.path("ca.pem"))
            .arg("--token-file")
            .arg(token)
            .arg("--ledger")
            .arg(self.path("books.sqlite"))
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("PYTHONUTF8", "1")
            .stdin(Stdio::null())
            .kill_on_drop(true);
        command
    }

    async fn call(&self, command: &mut Command) -> Answer {
        let output = timeout(PATIENCE, command.output()).await.unwrap().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Answer {
            is_well: output.status.success(),
            said: text(output.stdout),
            wrong: text(output.stderr),
        }
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }
}
