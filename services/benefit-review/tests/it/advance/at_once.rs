//! What later decisions change of an advance is booked and told with them.

use benefit_review::reactions::Audit;
use chassis::testing::eventually;
use contracts::medical_agreement::v1::{CatalogueItem, CatalogueKind};
use rust_decimal::Decimal;

use super::bills::{advanced, back, compensated};
use super::*;
use crate::medical::{DRESSING, Ward, item};

const JUDGEMENT: &str = "（2026）粤0304民初1号";

/// All that was told to payment and to audit of the advance: yuan of each, added up.
async fn in_all(town: &Town, advance_id: &str) -> [Decimal; 2] {
    let decimal = |amount: &str| amount.parse::<Decimal>().unwrap();
    let paid = paid(town, advance_id).await;
    let due = recoveries(town).await;
    [
        paid.iter().map(|(.., amount)| decimal(amount)).sum(),
        due.iter()
            .map(|due| decimal(text(due.amount.as_ref())))
            .sum(),
    ]
}

// Art. 74, Art. 77
#[tokio::test]
async fn a_judgement_that_is_signed_again_and_again_is_booked_once() {
    let (ward, _, form) = advanced().await;
    let (town, injury) = (&ward.town, &ward.injury);
    decide(town, &form).await;
    let service = &town.service;
    let judged = compensated(injury, (JUDGEMENT, "6"));
    let case = service.submit(&handler(), &judged, ALL).await.unwrap();
    let case = service.sign_next(&case).await.unwrap();
    town.sign_again_and_again(&case).await;
    assert_eq!(
        sums(&recoveries(town).await),
        [["10.00", "10.00", "0.00"], ["-6.00", "4.00", "0.00"]]
    );
    assert_eq!(in_all(town, &form.advance_id).await, [Decimal::from(4); 2]);
    assert_eq!(refused(town, &form).await, "ADVANCE_NOTHING");
}

// Art. 74, Art. 77
#[tokio::test]
async fn a_judgement_whose_connection_ends_in_between_is_booked_once() {
    let (ward, _, form) = advanced().await;
    let (town, injury) = (&ward.town, &ward.injury);
    decide(town, &form).await;
    let service = &town.service;
    let judged = compensated(injury, (JUDGEMENT, "6"));
    let case = service.submit(&handler(), &judged, ALL).await.unwrap();
    let case = service.sign_next(&case).await.unwrap();
    // The person's bills are held by somebody; whoever waits for them loses the connection.
    let pool = service.platform.db().pool();
    let mut holds = pool.begin().await.unwrap();
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('bills of ' || $1, 0))")
        .bind(&injury.person_id)
        .execute(&mut *holds)
        .await
        .unwrap();
    let cut = "SELECT bool_or(pg_terminate_backend(pid)) FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let is_cut = eventually(async || {
        let cut: Option<bool> = sqlx::query_scalar(cut).fetch_one(pool).await.unwrap();
        cut
    });
    let (lost, is_cut) = tokio::join!(service.sign_next(&case), is_cut);
    assert!(is_cut);
    lost.unwrap_err();
    assert_eq!(recoveries(town).await.len(), 1);
    holds.rollback().await.unwrap();
    service.sign_next(&case).await.unwrap();
    assert_eq!(in_all(town, &form.advance_id).await, [Decimal::from(4); 2]);
    assert_eq!(refused(town, &form).await, "ADVANCE_NOTHING");
}

// Art. 74, Art. 77
#[tokio::test]
async fn what_was_recovered_before_a_judgement_is_to_be_given_back_with_it() {
    let (ward, _, form) = advanced().await;
    let (town, injury) = (&ward.town, &ward.injury);
    decide(town, &form).await;
    let recovered = |amount, number: &str| {
        let told = AdvanceRecovered {
            advance_id: form.advance_id.clone(),
            debtor: AdvanceDebtor::Employer as i32,
            amount: yuan(amount),
            document_number: number.to_owned(),
            recovered_on: on(TODAY),
        };
        let happened = Some(Happened::AdvanceRecovered(told));
        town.service.hear(Audit, AuditEvent { happened })
    };
    recovered("8", "深社稽追〔2026〕1号").await.unwrap();
    back(town, &compensated(injury, (JUDGEMENT, "6"))).await;
    let due = recoveries(town).await;
    assert_eq!(sums(&due)[1], ["-6.00", "0.00", "4.00"]);
    // Nothing is owed any more, and what was recovered beyond that goes back.
    recovered("1", "深社稽追〔2026〕2号").await.unwrap_err();
    recovered("-4", "深社稽退〔2026〕1号").await.unwrap();
}

// Art. 74, Art. 77
#[tokio::test]
async fn what_was_open_before_a_judgement_stays_open_for_the_next_review() {
    let (ward, _, form) = advanced().await;
    let (town, injury) = (&ward.town, &ward.injury);
    let some = review(&form.advance_id, &[(BenefitKind::Medical, "3")]);
    let decision = decide(town, &some).await;
    assert_eq!(lines(&decision), ["MEDICAL PERSON 7.00 EMPLOYER"]);
    // The employer has paid three: a judgement on five leaves two of the seven that were advanced.
    back(town, &compensated(injury, (JUDGEMENT, "5"))).await;
    assert_eq!(sums(&recoveries(town).await)[1], ["-5.00", "2.00", "0.00"]);
    // That it paid nothing was not known when the judgement was booked.
    let mut corrected = review(&form.advance_id, &[(BenefitKind::Medical, "0")]);
    corrected.paid[0].correction = "误将待付款计入".to_owned();
    let decision = decide(town, &corrected).await;
    assert_eq!(lines(&decision), ["MEDICAL PERSON 3.00 EMPLOYER"]);
}

// Art. 43, Art. 74, Art. 77
#[tokio::test]
async fn a_catalogue_for_days_that_are_past_changes_what_was_advanced_at_once() {
    let (ward, _, form) = advanced().await;
    let (town, injury) = (&ward.town, &ward.injury);
    decide(town, &form).await;
    back(town, &compensated(injury, (JUDGEMENT, "6"))).await;
    readjudicate(&ward, "4").await;
    // Of a bill of four all is compensated: what was left of the advance is taken back.
    assert_eq!(
        sums(&recoveries(town).await),
        [
            ["10.00", "10.00", "0.00"],
            ["-6.00", "4.00", "0.00"],
            ["-4.00", "0.00", "0.00"],
        ]
    );
    assert_eq!(in_all(town, &form.advance_id).await, [Decimal::ZERO; 2]);
    assert_eq!(refused(town, &form).await, "ADVANCE_NOTHING");
    // Once more it finds nothing.
    let again = order("粤人社规〔2026〕22号");
    let run = town.service.preview(&handler(), &again).await.unwrap();
    assert_eq!(run.items, 0);
    assert_eq!(recoveries(town).await.len(), 3);
}

fn order(document_number: &str) -> ReadjudicationOrder {
    ReadjudicationOrder {
        from_on: on(date!(2026 - 02 - 01)),
        document_number: document_number.to_owned(),
        cause: ReadjudicationCause::Catalogue as i32,
    }
}

/// The treatment costs at most so much, for days that are past.
async fn readjudicate(ward: &Ward, limit: &str) {
    let cheaper = CatalogueItem {
        price_limit: yuan(limit),
        ..item(CatalogueKind::TreatmentItem, DRESSING, "换药")
    };
    let (town, from_on) = (&ward.town, date!(2026 - 02 - 01));
    town.catalogue_from(from_on, CatalogueKind::TreatmentItem, vec![cheaper])
        .await;
    let service = &town.service;
    let run = service
        .preview(&handler(), &order("粤人社规〔2026〕21号"))
        .await;
    let run = run.unwrap();
    service.sign_off_run(&handler(), &run).await.unwrap();
    service.run_done(&handler(), &run.run_id).await.unwrap();
}
