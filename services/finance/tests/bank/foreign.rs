//! The bank that is not ours (`integration-tests/bank`) pays our files, and we read what it says.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use finance::bank::report::{Outcome, StatusReport};
use finance::bank::statement::{Entry, Nature, Part, Statement, Statements};
use finance::bank::{Fault, Payment};
use rust_decimal::Decimal;
use tempfile::TempDir;
use uuid::Uuid;

use crate::support::{OURS, account, batch, list, message, payment};

/// The program of the bank, with its books.
struct Bank {
    folder: TempDir,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

impl Bank {
    /// A bank at which the agency has a million yuan.
    fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let bank = Self { folder };
        bank.call(&[
            "open",
            "--account",
            OURS,
            "--name",
            "支出户",
            "--line",
            "102584000018",
            "--balance",
            "1000000",
        ]);
        bank
    }

    fn call(&self, arguments: &[&str]) -> String {
        let output = Command::new(root().join(".local/python/bin/python"))
            .arg(root().join("integration-tests/bank"))
            .arg("--books")
            .arg(self.path("books.sqlite"))
            .args(["--seed", "7"])
            .args(arguments)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("PYTHONUTF8", "1")
            .output()
            .unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        let wrong = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {wrong}");
        said
    }

    fn is_valid(&self, message: &str, path: &Path) {
        let said = self.call(&["check", message, path.to_str().unwrap()]);
        assert!(
            said.contains("\"valid\": true"),
            "{}: {said}",
            path.display()
        );
    }

    /// Sends a file and answers what the bank wrote.
    fn receive(&self, content: &str, on: &str) -> Vec<u8> {
        let (sent, answer) = (self.path("sent.xml"), self.path("answer.xml"));
        std::fs::write(&sent, content).unwrap();
        self.call(&[
            "receive",
            sent.to_str().unwrap(),
            "--on",
            on,
            "--answer",
            answer.to_str().unwrap(),
        ]);
        self.is_valid("pain.002.001.10", &answer);
        std::fs::read(answer).unwrap()
    }

    /// Ends a day and answers its statement.
    fn close(&self, on: &str) -> (Statement, Vec<Entry>) {
        let folder = self.path("statements");
        self.call(&["close", "--on", on, "--folder", folder.to_str().unwrap()]);
        let path = folder.join(format!("{OURS}-{on}.xml"));
        self.is_valid("camt.053.001.08", &path);
        let file = std::fs::read(path).unwrap();
        let mut parts = Statements::open(&file[..]).map(Result::unwrap);
        let Some(Part::Begins(head)) = parts.next() else {
            panic!("a statement begins with its head")
        };
        let entries = parts.filter_map(|part| match part {
            Part::Entry(entry) => Some(*entry),
            _ => None,
        });
        (head, entries.collect())
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }
}

/// Enough for every rule of the bank to strike.
fn many() -> Vec<Payment> {
    (1..=1_500)
        .map(|id| payment(id, 10_000 + i64::try_from(id).unwrap()))
        .collect()
}

// Art. 95, Art. 97. Every order ends paid, refused or returned, and the statements say the same as the reports.
#[test]
fn what_the_bank_says_of_our_files_comes_to_the_fen() {
    let bank = Bank::open();
    let payments = many();
    let payout = batch(&payments);
    let answer = bank.receive(&message(&payout, &payments).unwrap(), "2026-12-02");
    let mut report = StatusReport::open(&answer[..]).unwrap();
    assert_eq!(report.batch_id(), payout.batch_id);
    assert_eq!(
        report.declared(),
        (Some(payout.payments), Some(payout.total))
    );
    let told: BTreeMap<Uuid, Outcome> = report
        .by_ref()
        .map(Result::unwrap)
        .map(|order| {
            if order.outcome == Outcome::Refused {
                assert_eq!(order.reason.as_ref().unwrap().fault(), Fault::Account);
            }
            (order.order_id, order.outcome)
        })
        .collect();
    assert_eq!(report.whole().unwrap().0, Outcome::Partly);
    assert_eq!(told.len(), payments.len());
    let refused = told
        .values()
        .filter(|outcome| **outcome == Outcome::Refused)
        .count();
    assert!(refused > 0);

    let amounts: BTreeMap<Uuid, Decimal> = payments
        .iter()
        .map(|payment| (payment.order_id, payment.amount))
        .collect();
    let (first, paid) = bank.close("2026-12-02");
    assert_eq!(first.account, OURS);
    assert_eq!(paid.len(), payments.len() - refused);
    for entry in &paid {
        let Nature::Payment(order) = entry.nature() else {
            panic!("{entry:?}")
        };
        assert_eq!(told[&order], Outcome::Paid);
        assert_eq!(entry.amount, amounts[&order]);
    }
    let (second, nothing) = bank.close("2026-12-03");
    second.follows(&first.taken()).unwrap();
    assert!(nothing.is_empty());
    let (third, returned) = bank.close("2026-12-04");
    third.follows(&second.taken()).unwrap();
    assert!(third.follows(&first.taken()).is_err());
    assert!(!returned.is_empty());
    for entry in &returned {
        let Nature::Return(order) = entry.nature() else {
            panic!("{entry:?}")
        };
        assert_eq!(told[&order], Outcome::Paid);
        assert_eq!(entry.amount, amounts[&order]);
        assert_eq!(entry.returned.as_ref().unwrap().fault(), Fault::Account);
    }
}

#[test]
fn a_file_that_is_sent_twice_is_paid_once() {
    let bank = Bank::open();
    let payments = [payment(1, 100), payment(2, 200)];
    let file = message(&batch(&payments), &payments).unwrap();
    bank.receive(&file, "2026-12-02");
    let again = bank.receive(&file, "2026-12-02");
    let mut report = StatusReport::open(&again[..]).unwrap();
    assert!(report.next().is_none());
    let (outcome, reason) = report.whole().unwrap();
    assert_eq!((outcome, reason.code.as_str()), (Outcome::Refused, "DU01"));
    let (stated, entries) = bank.close("2026-12-02");
    assert_eq!(entries.len(), 2);
    assert_eq!(stated.opening - stated.closing, Decimal::new(300, 2));
}

#[test]
fn the_list_pays_what_the_message_pays() {
    let bank = Bank::open();
    let payments = [
        Payment {
            creditor: account("=甲,\"乙\"", "62220001"),
            ..payment(1, 100)
        },
        payment(2, 200),
    ];
    bank.receive(&list(&batch(&payments), &payments).unwrap(), "2026-12-02");
    let (_, entries) = bank.close("2026-12-02");
    let natures: Vec<_> = entries.iter().map(Entry::nature).collect();
    assert_eq!(
        natures,
        [1, 2].map(|id| Nature::Payment(Uuid::from_u128(id)))
    );
    assert_eq!(entries[0].other_name, "=甲,\"乙\"");
    assert_eq!(entries[0].remittance, payments[0].remittance);
}

#[test]
fn what_this_service_shows_banks_is_of_the_published_schemas() {
    let bank = Bank::open();
    let golden = root().join("services/finance/tests/bank/golden");
    for (message, file) in [
        ("pain.001.001.09", "payout.xml"),
        ("pain.002.001.10", "report.xml"),
        ("camt.053.001.08", "statement.xml"),
    ] {
        bank.is_valid(message, &golden.join(file));
    }
    let broken = bank.path("broken.xml");
    let content = std::fs::read_to_string(golden.join("payout.xml")).unwrap();
    std::fs::write(&broken, content.replace("<PmtMtd>TRF</PmtMtd>", "")).unwrap();
    let said = bank.call(&["check", "pain.001.001.09", broken.to_str().unwrap()]);
    assert!(said.contains("\"valid\": false"), "{said}");
}
