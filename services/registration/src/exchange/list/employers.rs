//! The rows of a list of employers.

use chassis::{Finding, Numbered, Result, Unit};
use contracts::registration::v1::{DifferenceKind, OutsideEmployer};
use uuid::Uuid;

use super::store::{self, Matched};
use super::{find, remark};
use crate::exchange::rules::list as rules;
use crate::exchange::store::{Found, Source};

/// Art. 125. Holds rows against the register; answers those that are refused or disagree with it.
///
/// # Errors
/// When the database cannot be reached.
pub async fn take(
    unit: &mut Unit,
    batch_id: Uuid,
    rows: &[Numbered<OutsideEmployer>],
) -> Result<Vec<Finding>> {
    let (area, today) = (unit.area().to_owned(), unit.today());
    let mut findings = Vec::new();
    let mut good = Vec::new();
    for row in rows {
        match rules::employer(&row.row, today) {
            Ok(()) => good.push(row),
            Err(refused) => findings.push(Finding::refused(row.number, refused)),
        }
    }
    let known = store::employers(unit.db(), &area, &good).await?;
    let (mut found, mut matched) = (Vec::new(), Vec::new());
    for row in good {
        let registered = known.get(&row.number);
        let employer_id = registered.map_or("", |(id, _)| id.as_str());
        matched.push(Matched::of(row.number, row.row.as_of, employer_id, None)?);
        let points = rules::compare_employer(&row.row, registered.map(|(_, employer)| employer));
        for point in points {
            let column = rules::employer_column(&row.row, &point);
            findings.push(remark(row.number, point.kind, column));
            found.push(Found {
                kind: point.kind,
                employer_id: employer_id.to_owned(),
                person_id: None,
                source: Source::List(batch_id, row.number),
                code: match point.kind {
                    DifferenceKind::NotRegistered => rules::code(&row.row).to_owned(),
                    _ => String::new(),
                },
                registered: point.registered,
                told: point.told,
            });
        }
    }
    store::keep(unit.db(), &area, batch_id, &matched).await?;
    find(unit, &found).await?;
    Ok(findings)
}
