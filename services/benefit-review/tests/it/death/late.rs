//! Pensions of a death whose recognition the employer applied for too late.

use super::changed::*;
use super::reviewed::assert_upheld;
use super::survivors::*;
use super::*;

/// The day of the accident and of the death, after a month that was paid in time.
const DAY: Date = date!(2026 - 12 - 07);

/// The recognition was applied for in March and accepted on the twentieth.
async fn late() -> Bereaved {
    let town = Town::found().await;
    let employer_id = town.register(1).await;
    let person = town.hire(&employer_id, 1).await;
    town.heard_of(&employer_id, &person, TODAY).await;
    let november = Month::new(2026, 11).unwrap();
    town.declare(&employer_id, november, &[(1, "6000.00")])
        .await;
    let owed = town.charge(november).await;
    town.pay(&employer_id, november, &owed, date!(2026 - 11 - 20))
        .await;
    town.set("area_average_monthly_wage", "8000").await;
    town.service.clock().set(nine(date!(2027 - 04 - 01)));
    let recognition = Recognition {
        happened_on: on(DAY),
        applied_on: on(date!(2027 - 03 - 15)),
        accepted_on: on(date!(2027 - 03 - 20)),
        ..town.recognition(&employer_id, &person, NUMBER)
    };
    let bereaved = Bereaved {
        town,
        employer_id,
        person,
        recognition,
    };
    let injury = bereaved.register(Some(DAY)).await;
    assert_eq!(injury.overdue_until_on, on(date!(2027 - 03 - 20)));
    assert_eq!(injury.eligibility(), Eligibility::Eligible);
    bereaved
}

/// Whose, how much, from and until when, and who bears it.
fn pensions(awards: &[Award]) -> Vec<String> {
    let of = |month: Option<contracts::Month>| {
        month.map_or(String::new(), |one| {
            Month::try_from(one).unwrap().to_string()
        })
    };
    let line = |award: &Award| {
        let payer = award.payer().as_str_name().trim_start_matches("PAYER_");
        let (from, until) = (of(award.from_month), of(award.until_month));
        let yuan = text(award.amount.as_ref());
        format!("{} {yuan} {from}~{until} {payer}", award.person.unwrap())
    };
    awards.iter().map(line).collect()
}

// Art. 58, Art. 72
#[tokio::test]
async fn months_of_pensions_before_a_late_application_was_accepted_are_the_employers() {
    let bereaved = late().await;
    let circle = [unable_widow(), daughter()];
    let first = approved(&bereaved, &form(&bereaved, DeathCase::AtWork, &circle)).await;
    assert_eq!(
        pensions(&first.awards),
        [
            "0 2400.00 2027-01~2027-02 EMPLOYER",
            "0 2400.00 2027-03~ FUND",
            "1 1800.00 2027-01~2027-02 EMPLOYER",
            "1 1800.00 2027-03~2033-06 FUND",
        ]
    );
    // By the month it is what is paid in the end.
    let sums = (text(first.fund.as_ref()), text(first.employer.as_ref()));
    assert_eq!(sums, ("4200.00", "0.00"));
    let sheet = first.awards[0].worksheet.as_ref();
    let why = &sheet.unwrap().lines.last().unwrap().source;
    assert!(why.contains("第十七条第四款"), "{why}");
    let told_first = bereaved.told().await.remove(0);
    let told_first: Vec<_> = told_first
        .iter()
        .map(|one| (one.payer(), one.from_month, one.until_month))
        .collect();
    let until = |month: Option<contracts::Month>| month;
    assert_eq!(
        told_first[..2],
        [
            (Payer::Employer, month((2027, 1)), month((2027, 2))),
            (Payer::Fund, month((2027, 3)), until(None)),
        ]
    );

    // A change after it leaves the employer's months as they were.
    let service = &bereaved.town.service;
    service.clock().set(datetime!(2027-06-01 09:00 +8));
    let remarries = (SurvivorChangeKind::Remarried, date!(2027 - 05 - 04));
    let remarried = adjusted(&bereaved, &change(&bereaved, &circle[0], remarries)).await;
    assert_eq!(
        pensions(&remarried.after.unwrap().awards),
        [
            "0 2400.00 2027-01~2027-02 EMPLOYER",
            "1 1800.00 2027-01~2027-02 EMPLOYER",
            "1 1800.00 2027-03~2033-06 FUND",
            "0 0.00 2027-06~ FUND",
        ]
    );
    assert_eq!(
        told_last(&bereaved).await,
        [told("李四", "0.00", (2027, 6))]
    );
    assert_upheld(&bereaved).await;

    // What the employer bore of who has nothing any more is not paid by the month.
    service.clock().set(datetime!(2027-08-01 09:00 +8));
    let unable = (SurvivorChangeKind::UnableToWork, date!(2027 - 07 - 10));
    let mut unable = change(&bereaved, &circle[1], unable);
    unable.change.as_mut().unwrap().conclusion_number = "深劳鉴〔2027〕1号".to_owned();
    let adjusted = adjusted(&bereaved, &unable).await;
    assert_eq!(text(adjusted.employer_difference.as_ref()), "0.00");
    let after = adjusted.after.unwrap();
    let sums = (text(after.fund.as_ref()), text(after.employer.as_ref()));
    assert_eq!(sums, ("1800.00", "0.00"));
    assert_upheld(&bereaved).await;
}

// Art. 58, Art. 72
#[tokio::test]
async fn a_change_within_the_employers_months_leaves_the_rest_of_them_to_it() {
    let bereaved = late().await;
    let circle = [unable_widow(), daughter(), father(), mother()];
    let first = approved(&bereaved, &form(&bereaved, DeathCase::AtWork, &circle)).await;
    assert_eq!(
        pensions(&first.awards)[..2],
        [
            "0 1714.28 2027-01~2027-02 EMPLOYER",
            "0 1714.28 2027-03~ FUND",
        ]
    );
    let dies = (SurvivorChangeKind::Died, date!(2027 - 01 - 12));
    let dead = adjusted(&bereaved, &change(&bereaved, &circle[3], dies)).await;
    assert_eq!(
        pensions(&dead.after.unwrap().awards),
        [
            "0 2400.00 2027-02~2027-02 EMPLOYER",
            "0 2400.00 2027-03~ FUND",
            "1 1800.00 2027-02~2027-02 EMPLOYER",
            "1 1800.00 2027-03~2033-06 FUND",
            "2 1800.00 2027-02~2027-02 EMPLOYER",
            "2 1800.00 2027-03~ FUND",
            "3 0.00 2027-02~ EMPLOYER",
            "3 0.00 2027-02~ FUND",
        ]
    );
    // Nothing stands in the way of what happened in a month that only another goes on bearing.
    let later = (SurvivorChangeKind::Employed, date!(2027 - 01 - 20));
    let adjusted = adjusted(&bereaved, &change(&bereaved, &circle[1], later)).await;
    assert_eq!(text(adjusted.fund_difference.as_ref()), "-1800.00");
    assert_upheld(&bereaved).await;
}

// Art. 58
#[test]
fn what_arises_on_the_day_of_acceptance_is_the_employers_in_all_sections() {
    use benefit_review::benefit::rules::{Award as RuleAward, split};
    use benefit_review::injury::rules::falls_into;
    use law::Worksheet;

    let overdue = (date!(2026 - 12 - 07), date!(2027 - 03 - 20));
    for (day, is_the_employers) in [
        (date!(2026 - 12 - 07), true),
        (date!(2027 - 03 - 20), true),
        (date!(2027 - 03 - 21), false),
    ] {
        let once = RuleAward {
            kind: BenefitKind::LumpSumDisability,
            payer: Payer::Fund,
            survivor: None,
            from: None,
            until: None,
            worksheet: Worksheet {
                value: 1.into(),
                lines: Vec::new(),
            },
        };
        let (late, rest) = split(once, overdue, day);
        assert_eq!(late.is_some(), is_the_employers);
        assert_eq!(rest.is_none(), is_the_employers);
        assert_eq!(falls_into(Some(overdue), day).is_some(), is_the_employers);
    }
}
