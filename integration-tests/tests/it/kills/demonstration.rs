//! The demonstration as a program that somebody else runs, and what it prints.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use xtask::platform::Platform;

/// The steps, as the program calls them.
pub const STEPS: [&str; 20] = [
    "Area",
    "Registration",
    "Enrolment",
    "Bases",
    "Assessment",
    "LateHires",
    "Agreements",
    "Catalogues",
    "Payment",
    "Dunning",
    "Changes",
    "Arrears",
    "NextMonth",
    "Injuries",
    "Approvals",
    "Stays",
    "Claims",
    "Benefits",
    "Adjustment",
    "Payroll",
];

/// How much is demonstrated.
const SIZE: [&str; 4] = ["--employers", "25", "--employees", "250"];

/// What may differ between two months that agree.
const NOT_COMPARED: &str = "times the stream was taken up again";

/// How long one may take, with everything that is killed meanwhile.
const PATIENCE: Duration = Duration::from_secs(300);

/// A demonstration under way.
pub struct Demonstration {
    child: Child,
    since: Instant,
    printed: Arc<Mutex<Vec<String>>>,
    reader: Option<JoinHandle<()>>,
}

impl Demonstration {
    /// Begins it in an area, or goes on with one that was interrupted.
    pub fn begin(platform: &Platform, area: &str) -> Self {
        let mut child = platform
            .task("demo")
            .args(["--no-up", "--area", area])
            .args(SIZE)
            .stdout(Stdio::piped())
            // The tax bureau's program ends with it.
            .process_group(0)
            .spawn()
            .unwrap();
        let printed = Arc::new(Mutex::new(Vec::new()));
        let reader = read(child.stdout.take().unwrap(), Arc::clone(&printed));
        Self {
            child,
            since: Instant::now(),
            printed,
            reader: Some(reader),
        }
    }

    /// How many steps have begun.
    pub fn begun(&self) -> usize {
        let printed = self.printed.lock().unwrap();
        let heads = printed.iter().filter_map(|line| line.strip_prefix("== "));
        let heads: Vec<_> = heads.collect();
        assert_eq!(heads, STEPS[..heads.len()]);
        heads.len()
    }

    /// Has the program ended? Then it has succeeded.
    pub fn has_ended(&mut self) -> bool {
        let Some(status) = self.child.try_wait().unwrap() else {
            assert!(self.since.elapsed() < PATIENCE, "it does not end");
            return false;
        };
        let printed = self.printed.lock().unwrap();
        assert!(
            status.success(),
            "it failed: {status}\n{}",
            printed.join("\n")
        );
        true
    }

    /// The closing table of a demonstration that has ended, and in which everything agrees.
    pub fn closing(mut self) -> Vec<String> {
        self.reader.take().unwrap().join().unwrap();
        let printed = self.printed.lock().unwrap();
        let compared = |line: &&String| line.ends_with(" =") && !line.contains(NOT_COMPARED);
        let table: Vec<_> = printed.iter().filter(compared).cloned().collect();
        assert!(table.len() > STEPS.len());
        table
    }
}

/// It ends at once, also where the test fails.
impl Drop for Demonstration {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            let group = format!("-{}", self.child.id());
            let killed = Command::new("sh")
                .args(["-c", "kill -s KILL -- \"$0\"", &group])
                .status();
            assert!(killed.unwrap().success());
            self.child.wait().unwrap();
        }
    }
}

/// Collects the lines in the background until there are no more.
fn read(stdout: impl Read + Send + 'static, printed: Arc<Mutex<Vec<String>>>) -> JoinHandle<()> {
    std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines() {
            printed.lock().unwrap().push(line.unwrap());
        }
    })
}
