//! The law of repayment: who signs an agreement, what it has to come to, and when it is broken.

use chassis::{Error, Result};
use contracts::Refused;
use contracts::collection::v1::{
    AgreementPartyRole, ArrearsState, LedgerAccount, LedgerEntryKind, Refusal, Succession,
};
use contracts::reflect::label_of;
use law::calendar::add_months;
use law::{Law, Month};
use rust_decimal::Decimal;
use time::Date;

use crate::ledger::account::MonthAccount;
use crate::ledger::{Accrued, Posting, Source};

/// A payment agreed: the day by which it is made, and yuan.
pub type Instalment = (Date, Decimal);

/// Art. 36. In what capacity an agreement is signed.
#[must_use]
pub fn role(succession: Succession) -> AgreementPartyRole {
    match succession {
        Succession::Unspecified | Succession::None => AgreementPartyRole::Employer,
        Succession::Merger => AgreementPartyRole::MergingParty,
        Succession::Split => AgreementPartyRole::SplitParty,
        Succession::Bankruptcy => AgreementPartyRole::LiquidationGroup,
        Succession::SaleOrLease => AgreementPartyRole::DepartmentInCharge,
    }
}

/// Art. 36. The right party signs: each of the parties of a split, one in every other case; and they
/// take over the whole principal between them.
///
/// # Errors
/// [`Refusal::PartyWrong`], [`Refusal::PartyShares`].
pub fn check_parties(
    succession: Succession,
    parties: &[(AgreementPartyRole, Decimal)],
    principal: Decimal,
) -> Result<()> {
    let right = role(succession);
    let enough = if right == AgreementPartyRole::SplitParty {
        parties.len() >= 2
    } else {
        parties.len() == 1
    };
    if !enough || parties.iter().any(|(role, _)| *role != right) {
        let refused = Refused::because(Refusal::PartyWrong)
            .with(
                "succession",
                label_of("workinjury.collection.v1.Succession", succession as i32),
            )
            .with(
                "party",
                label_of("workinjury.collection.v1.AgreementPartyRole", right as i32),
            );
        return Err(refused.into());
    }
    let shares: Decimal = parties.iter().map(|(_, share)| *share).sum();
    if shares != principal {
        let refused = Refused::because(Refusal::PartyShares);
        return Err(refused
            .with("shares", shares)
            .with("principal", principal)
            .into());
    }
    Ok(())
}

/// Art. 36. The instalments lie ahead, one after the other, within the area's longest term, and come
/// to what is owed. Late fee goes on until each is paid and is settled with the payments.
///
/// # Errors
/// [`Refusal::InstalmentDates`], [`Refusal::InstalmentSum`].
pub fn check_instalments(
    instalments: &[Instalment],
    owed: Decimal,
    today: Date,
    law: &Law,
) -> Result<()> {
    let months = law.integer("repayment_agreement_months")?.value;
    let last = add_months(today, i32::try_from(months).map_err(Error::internal)?);
    let dates = || instalments.iter().map(|(due_on, _)| *due_on);
    if !std::iter::once(today)
        .chain(dates())
        .is_sorted_by(|earlier, later| earlier < later)
        || dates().any(|due_on| due_on > last)
    {
        return Err(Refused::because(Refusal::InstalmentDates)
            .with("last", last)
            .into());
    }
    let sum: Decimal = instalments.iter().map(|(_, amount)| *amount).sum();
    if sum < owed {
        let refused = Refused::because(Refusal::InstalmentSum);
        return Err(refused.with("instalments", sum).with("owed", owed).into());
    }
    Ok(())
}

/// Art. 36. The first instalment whose day is among those of which lists have told and that is not covered by
/// what was `paid` in all, on whichever day, and how much of it is missing, in yuan.
#[must_use]
pub fn broken(instalments: &[Instalment], paid: Decimal, told_through: Date) -> Option<Instalment> {
    let mut due = Decimal::ZERO;
    instalments
        .iter()
        .take_while(|(due_on, _)| *due_on <= told_through)
        .find_map(|(due_on, amount)| {
            due += *amount;
            (due > paid).then(|| (*due_on, due - paid))
        })
}

/// Art. 37. The entries that write off what was approved of a month's principal and late fee, in yuan: at
/// most what is still owed. The late fee of what is written off ends with `as_of`, the day as of which the
/// remainder was handed over, also where more was billed meanwhile.
///
/// # Errors
/// When the law of one of the days has no rate.
pub fn write_off(
    account: &MonthAccount,
    (employer_id, month): (&str, Month),
    approved: (Decimal, Decimal),
    as_of: Date,
    laws: &[Law],
    source: Source,
) -> Result<Vec<Posting>> {
    let principal = approved.0.min(account.unpaid()).max(Decimal::ZERO);
    let mut after = account.clone();
    after.write_off(as_of, principal);
    // What was billed through a later day stands for the principal that goes on being late.
    let through = after.booked_through(account.through(as_of));
    let worksheet = after.late_fee(through, laws)?;
    let settled = account.late_fee_paid + account.late_fee_written_off;
    let due = worksheet.value.max(settled);
    let late_fee = approved.1.min(due - settled).max(Decimal::ZERO);
    let mut postings = Vec::with_capacity(3);
    if due != account.late_fee_due {
        let accrued = Accrued {
            employer_id: employer_id.to_owned(),
            month,
            amount: due - account.late_fee_due,
            worksheet,
        };
        postings.push(accrued.posting(through, source));
    }
    let written_off = [
        (LedgerAccount::Principal, principal),
        (LedgerAccount::LateFee, late_fee),
    ];
    let written_off = written_off
        .into_iter()
        .filter(|(_, amount)| !amount.is_zero());
    postings.extend(written_off.map(|(account, amount)| Posting {
        employer_id: employer_id.to_owned(),
        month,
        account,
        kind: LedgerEntryKind::WriteOff,
        amount: -amount,
        value_on: as_of,
        source,
        worksheet: None,
    }));
    Ok(postings)
}

/// Art. 37. What waits to be written off is not dealt with otherwise.
///
/// # Errors
/// When finance has one of the months.
pub fn not_with_finance(states: &[(Month, ArrearsState)]) -> Result<(), Refused> {
    if states
        .iter()
        .any(|(_, state)| *state == ArrearsState::WithFinance)
    {
        return Err(Refused::because(Refusal::AlreadyHandedOver).with("department", "财务部门"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use law::Catalogue;
    use time::macros::date;

    fn yuan(whole: i64) -> Decimal {
        Decimal::from(whole)
    }

    fn refusal(result: Result<()>) -> String {
        match result {
            Err(Error::Refused(refused)) => refused.reason().reason,
            other => panic!("{other:?} is no refusal"),
        }
    }

    // Art. 36
    #[test]
    fn each_succession_names_its_own_party() {
        use AgreementPartyRole as Role;
        for (succession, role, parties) in [
            (Succession::None, Role::Employer, 1),
            (Succession::Merger, Role::MergingParty, 1),
            (Succession::Split, Role::SplitParty, 2),
            (Succession::Bankruptcy, Role::LiquidationGroup, 1),
            (Succession::SaleOrLease, Role::DepartmentInCharge, 1),
        ] {
            let share = yuan(100) / yuan(parties);
            let signed_by = |role| vec![(role, share); usize::try_from(parties).unwrap()];
            check_parties(succession, &signed_by(role), yuan(100)).unwrap();
            let wrong = if role == Role::Employer {
                Role::MergingParty
            } else {
                Role::Employer
            };
            assert_eq!(
                refusal(check_parties(succession, &signed_by(wrong), yuan(100))),
                "PARTY_WRONG"
            );
            assert_eq!(
                refusal(check_parties(succession, &signed_by(role), yuan(101))),
                "PARTY_SHARES"
            );
            assert_eq!(
                refusal(check_parties(succession, &[], yuan(100))),
                "PARTY_WRONG"
            );
        }
        let one_party = [(Role::SplitParty, yuan(100))];
        assert_eq!(
            refusal(check_parties(Succession::Split, &one_party, yuan(100))),
            "PARTY_WRONG"
        );
    }

    // Art. 36
    #[test]
    fn instalments_lie_ahead_one_after_the_other_and_come_to_what_is_owed() {
        let files = [law::parameter::SHARED, crate::PARAMETERS].concat();
        let today = date!(2026 - 11 - 02);
        let law = Catalogue::parse(&files)
            .unwrap()
            .as_of("440300", today, &[], &[])
            .unwrap();
        let check = |plan: &[Instalment]| check_instalments(plan, yuan(100), today, &law);
        check(&[
            (date!(2026 - 12 - 01), yuan(60)),
            (date!(2027 - 11 - 02), yuan(40)),
        ])
        .unwrap();
        for plan in [
            vec![(today, yuan(100))],
            vec![
                (date!(2026 - 12 - 01), yuan(60)),
                (date!(2026 - 12 - 01), yuan(40)),
            ],
            vec![(date!(2027 - 11 - 03), yuan(100))],
        ] {
            assert_eq!(refusal(check(&plan)), "INSTALMENT_DATES");
        }
        assert_eq!(
            refusal(check(&[(date!(2026 - 12 - 01), yuan(99))])),
            "INSTALMENT_SUM"
        );
    }

    // Art. 36
    #[test]
    fn an_agreement_is_broken_once_lists_have_told_of_an_instalment_that_was_not_covered() {
        let plan = [
            (date!(2026 - 12 - 01), yuan(60)),
            (date!(2027 - 01 - 04), yuan(40)),
        ];
        assert_eq!(broken(&plan, yuan(0), date!(2026 - 11 - 30)), None);
        assert_eq!(
            broken(&plan, yuan(50), date!(2026 - 12 - 01)),
            Some((date!(2026 - 12 - 01), yuan(10)))
        );
        assert_eq!(broken(&plan, yuan(60), date!(2027 - 01 - 03)), None);
        assert_eq!(
            broken(&plan, yuan(70), date!(2027 - 01 - 04)),
            Some((date!(2027 - 01 - 04), yuan(30)))
        );
        assert_eq!(broken(&plan, yuan(100), date!(2030 - 01 - 01)), None);
    }
}
