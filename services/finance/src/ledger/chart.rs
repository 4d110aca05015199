//! The chart of accounts and the posting rules, as they hold from which day on, with their sources.
//!
//! The names of accounts are those of 《社会保险基金会计制度》 (财会〔2017〕28号) and, for expense, of 《社会保险基金财务制度》
//! (财社〔2017〕144号). Codes have four digits for general accounts and six for detail accounts below them; an area that numbers
//! its details otherwise changes the file.

use std::sync::LazyLock;

use contracts::finance::v1::{AccountClass, DocumentPart, SourceDocument};
use time::Date;
use time::format_description::well_known::Iso8601;

/// An account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    /// Four digits, or six of a detail account.
    pub code: &'static str,
    /// As on statements.
    pub name: &'static str,
    /// What kind of account it is.
    pub class: AccountClass,
    /// Its balance normally stands on the debit side.
    pub debit: bool,
    /// The first day on which it is there.
    pub from: Date,
    /// Document that names it.
    pub source: &'static str,
}

impl Account {
    /// Entries are made on it, not on accounts below it.
    #[must_use]
    pub fn is_posted(&self) -> bool {
        !ACCOUNTS
            .iter()
            .any(|other| other.code.len() > self.code.len() && other.code.starts_with(self.code))
    }

    /// Money: cash, and deposits with banks, the treasury account and the treasury.
    #[must_use]
    pub fn is_money(&self) -> bool {
        MONEY.contains(&self.code)
    }
}

/// Cash and deposits, each with a journal of its own (article 103).
pub const MONEY: [&str; 5] = [
    "1001",
    INCOME_ACCOUNT,
    TREASURY_ACCOUNT,
    EXPENDITURE_ACCOUNT,
    "1005",
];

/// 收入户存款.
pub const INCOME_ACCOUNT: &str = "1002";

/// 财政专户存款.
pub const TREASURY_ACCOUNT: &str = "1003";

/// 支出户存款.
pub const EXPENDITURE_ACCOUNT: &str = "1004";

/// 储备金.
pub const RESERVE: &str = "3201";

/// 社会保险费收入.
pub const CONTRIBUTIONS: &str = "4001";

/// How a part of a document is posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The document.
    pub document: SourceDocument,
    /// Which of its amounts.
    pub part: DocumentPart,
    /// The account that is debited.
    pub debit: &'static str,
    /// The account that is credited.
    pub credit: &'static str,
    /// The first day on which it is posted so.
    pub from: Date,
    /// What says so.
    pub source: &'static str,
}

static ACCOUNTS: LazyLock<Vec<Account>> = LazyLock::new(|| {
    let lines = include_str!("../../data/accounts.csv").lines();
    lines.filter_map(account_of).collect()
});

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let lines = include_str!("../../data/posting_rules.csv").lines();
    lines.filter_map(rule_of).collect()
});

/// The accounts that are there on a day, by their codes.
pub fn accounts(on: Date) -> impl Iterator<Item = &'static Account> {
    ACCOUNTS.iter().filter(move |account| account.from <= on)
}

/// The account of a code, whether it has come into use yet or not.
#[must_use]
pub fn account(code: &str) -> Option<&'static Account> {
    ACCOUNTS.iter().find(|account| account.code == code)
}

/// The codes of an account and of all below it.
#[must_use]
pub fn codes_of(code: &str) -> Vec<&'static str> {
    let all = ACCOUNTS.iter().map(|account| account.code);
    all.filter(|one| one.starts_with(code)).collect()
}

/// The rules that hold on a day: of those of a document and part the last that has come into force.
#[must_use]
pub fn rules(on: Date) -> Vec<&'static Rule> {
    let holds = |rule: &&Rule| {
        let later = RULES.iter().filter(|other| {
            other.document == rule.document && other.part == rule.part && other.from <= on
        });
        rule.from <= on && later.map(|other| other.from).max() == Some(rule.from)
    };
    RULES.iter().filter(holds).collect()
}

/// How a part of a document of a day is posted.
#[must_use]
pub fn rule(document: SourceDocument, part: DocumentPart, on: Date) -> Option<&'static Rule> {
    let mut of_day = rules(on).into_iter();
    of_day.find(|rule| rule.document == document && rule.part == part)
}

fn account_of(line: &'static str) -> Option<Account> {
    let mut fields = line.split(',');
    let (code, name) = (fields.next()?, fields.next()?);
    let class = format!("ACCOUNT_CLASS_{}", fields.next()?.to_ascii_uppercase());
    Some(Account {
        code,
        name,
        class: AccountClass::from_str_name(&class)?,
        debit: fields.next()? == "debit",
        from: day(fields.next()?)?,
        source: fields.next()?,
    })
}

fn rule_of(line: &'static str) -> Option<Rule> {
    let mut fields = line.split(',');
    let document = format!("SOURCE_DOCUMENT_{}", fields.next()?);
    let part = format!("DOCUMENT_PART_{}", fields.next()?);
    Some(Rule {
        document: SourceDocument::from_str_name(&document)?,
        part: DocumentPart::from_str_name(&part)?,
        debit: fields.next()?,
        credit: fields.next()?,
        from: day(fields.next()?)?,
        source: fields.next()?,
    })
}

/// A date of a data file; none of a heading.
#[must_use]
pub fn day(text: &str) -> Option<Date> {
    Date::parse(text, &Iso8601::DATE).ok()
}
