//! Notices of registration authorities (Art. 5): kept once per number, held against the register
//! (Art. 125). They change nothing that is registered: that takes the employer's application.

pub mod store;

use std::collections::HashMap;

use chassis::batch::Sender;
use chassis::{Finding, Numbered, Result, Unit};
use contracts::authority;
use contracts::registration::v1::AuthorityNotice;
use uuid::Uuid;

use super::rules::{self, Registered};
use super::store::{Found, Source};
use super::{find, repeat};

/// Art. 5. Takes notices; answers those that are refused or came before.
///
/// # Errors
/// When the database cannot be reached.
pub async fn take(
    unit: &mut Unit,
    sender: &Sender,
    rows: &[Numbered<AuthorityNotice>],
) -> Result<Vec<Finding>> {
    let (area, today, now) = (unit.area().to_owned(), unit.today(), unit.now());
    let mut findings = Vec::new();
    let mut earlier: HashMap<(i32, String), AuthorityNotice> =
        store::of_numbers(unit.db(), &area, rows)
            .await?
            .into_iter()
            .filter_map(|record| record.notice)
            .map(|notice| ((notice.authority, notice.notice_number.clone()), notice))
            .collect();
    let mut new: Vec<(Uuid, &AuthorityNotice)> = Vec::new();
    for Numbered { number, row } in rows {
        let (party, label) = authority::registering(row.authority());
        let admitted = rules::may_send((sender.caller, &sender.party), (&party, &label))
            .map_err(|refused| refused.about("登记管理机关"))
            .and_then(|()| rules::authority_notice(row, today));
        if let Err(refused) = admitted {
            findings.push(Finding::refused(*number, refused));
            continue;
        }
        let key = (row.authority, row.notice_number.clone());
        if let Some(before) = earlier.get(&key) {
            findings.push(repeat(*number, &row.notice_number, before == row));
        } else {
            earlier.insert(key, row.clone());
            new.push((Uuid::now_v7(), row));
        }
    }
    let registered: HashMap<Uuid, Registered> = store::employers_of(unit.db(), &area, &new).await?;
    let kept: Vec<store::New<'_>> = new
        .iter()
        .map(|(notice_id, notice)| {
            let employer = registered.get(notice_id);
            let employer_id = employer.map(|employer| employer.employer_id.as_str());
            (*notice_id, *notice, employer_id.unwrap_or_default())
        })
        .collect();
    store::insert(unit.db(), &area, &kept, now).await?;
    let found: Vec<Found> = kept
        .iter()
        .flat_map(|&(notice_id, notice, employer_id)| {
            rules::compare(notice, registered.get(&notice_id))
                .into_iter()
                .map(move |point| Found {
                    kind: point.kind,
                    employer_id: employer_id.to_owned(),
                    person_id: None,
                    source: Source::Notice(notice_id),
                    code: String::new(),
                    registered: point.registered,
                    told: point.told,
                })
        })
        .collect();
    find(unit, &found).await?;
    Ok(findings)
}
