//! What bills rest on, asked once.

use chassis::testing::party;
use contracts::medical_agreement::v1::treatment_service_client::TreatmentServiceClient;
use contracts::medical_agreement::v1::{
    AgreementEnd, AgreementEndForm, ApprovalEndForm, ApprovalEndReason, BatchGetBillTermsRequest,
    BatchGetBillTermsResponse, BillQuestion, BillTerms, CatalogueItem, CatalogueKind,
    CatalogueQuestion, OutsideAccidentReport, PatientInHand,
};

use super::*;

/// What benefit-review is answered about bills and items.
async fn terms(
    town: &Town,
    bills: &[BillQuestion],
    items: Vec<CatalogueQuestion>,
) -> BatchGetBillTermsResponse {
    let request = BatchGetBillTermsRequest {
        pooling_area: AREA.to_owned(),
        bills: bills.to_vec(),
        items,
    };
    let channel = town.service.connect_as_service("benefit-review").await;
    let mut treatment = TreatmentServiceClient::new(channel);
    let answered = treatment.batch_get_bill_terms(request).await.unwrap();
    answered.into_inner()
}

/// A bill of a person from an institution for some days.
fn bill(institution_id: &str, person: &Person, days: &[Date]) -> BillQuestion {
    BillQuestion {
        institution_id: institution_id.to_owned(),
        person_id: person.person_id.clone(),
        recognition_number: RECOGNITION.to_owned(),
        days: days.iter().copied().map(Into::into).collect(),
        ..BillQuestion::default()
    }
}

/// The kinds of what was approved.
fn kinds(terms: &BillTerms) -> Vec<ApprovalKind> {
    terms.approvals.iter().map(|one| one.kind()).collect()
}

/// Whether the institution is known, under agreement and not suspended, day by day.
fn charged(terms: &BillTerms) -> Vec<(bool, bool)> {
    let standings = terms.standings.iter();
    standings
        .map(|one| (one.known, one.kinds().any(|kind| kind == MEDICAL)))
        .collect()
}

// Art. 40, Art. 42, Art. 43, Art. 45, Art. 47
#[tokio::test]
async fn the_terms_of_bills_are_answered_bill_by_bill_and_day_by_day() {
    let town = Town::found().await;
    let (first, second) = (town.insure(1).await, town.insure(2).await);
    let id = sign(&town.service, 1, MEDICAL).await;
    for form in [relapse(&first), relapse(&second)] {
        town.service
            .approve(&handler(), &form, PAPERS)
            .await
            .unwrap();
    }
    town.service
        .approve(&handler(), &referral(&first), PAPERS)
        .await
        .unwrap();
    let list = [CatalogueItem {
        kind: CatalogueKind::Drug as i32,
        code: "A1".to_owned(),
        name: "药品".to_owned(),
        unit: "盒".to_owned(),
        ..CatalogueItem::default()
    }];
    let batch = upload_catalogue(&town.service, &list).await;
    let form = catalogue_form(&batch, CatalogueKind::Drug, TODAY);
    town.service
        .approve(&handler(), &form, PAPERS)
        .await
        .unwrap();

    let (last, over) = (date!(2027 - 12 - 31), date!(2028 - 01 - 01));
    let (approved, december) = (date!(2026 - 12 - 01), date!(2026 - 12 - 02));
    let bills = [
        // Both ends of the agreement.
        bill(&id, &first, &[YESTERDAY, TODAY, last, over]),
        // Both ends of the approvals, and the days beside them.
        bill(&id, &first, &[YESTERDAY]),
        bill(&id, &first, &[approved]),
        bill(&id, &first, &[december]),
        bill(&id, &second, &[december]),
        // Between the first and the last day, though on none of them.
        bill(&id, &second, &[YESTERDAY, december]),
        bill(&institution_id(9), &second, &[TODAY]),
        bill("", &second, &[TODAY]),
        bill(&id, &second, &[]),
        BillQuestion {
            recognition_number: "深人社认字〔2026〕1002号".to_owned(),
            ..bill(&id, &second, &[TODAY])
        },
    ];
    let question = |code: &str, day| CatalogueQuestion {
        kind: CatalogueKind::Drug as i32,
        code: code.to_owned(),
        on: on(day),
    };
    let items = vec![
        question("A1", YESTERDAY),
        question("A1", TODAY),
        question("A2", TODAY),
    ];
    let answered = terms(&town, &bills, items).await;
    let no = (true, false);
    let yes = (true, true);
    let (again, away) = (ApprovalKind::Relapse, ApprovalKind::Referral);
    let shown: Vec<_> = answered
        .bills
        .iter()
        .map(|bill| (charged(bill), kinds(bill)))
        .collect();
    assert_eq!(
        shown,
        [
            (vec![no, yes, yes, no], vec![again, away]),
            (vec![no], vec![]),
            (vec![yes], vec![again, away]),
            (vec![yes], vec![away]),
            (vec![yes], vec![]),
            (vec![no, yes], vec![again]),
            (vec![(false, false)], vec![again]),
            (vec![], vec![again]),
            (vec![], vec![]),
            (vec![yes], vec![]),
        ]
    );
    let days: Vec<_> = answered.bills[0]
        .standings
        .iter()
        .map(|one| one.on)
        .collect();
    assert_eq!(days, [on(YESTERDAY), on(TODAY), on(last), on(over)]);
    let own = &answered.bills[5].approvals[0];
    assert_eq!(own.person_id, second.person_id);
    assert_eq!((own.from_on, own.until_on), (on(TODAY), on(approved)));
    let listed: Vec<_> = answered
        .answers
        .iter()
        .map(|one| (one.effective_on.is_some(), one.item.is_some()))
        .collect();
    assert_eq!(listed, [(false, false), (true, true), (true, false)]);
    assert_eq!(
        terms(&town, &[], Vec::new()).await,
        BatchGetBillTermsResponse::default()
    );
}

// Art. 40, Art. 41, Art. 42
#[tokio::test]
async fn what_ended_counts_for_its_days_and_an_accident_outside_for_the_injury_it_became() {
    let town = Town::found().await;
    let person = town.insure(1).await;
    let id = sign(&town.service, 1, MEDICAL).await;
    let accident = OutsideAccidentReport {
        person_id: person.person_id.clone(),
        name: person.name.clone(),
        employer_id: credit_code("91", 1),
        happened_on: on(TODAY),
        course: "外出送货途中发生交通事故。".to_owned(),
        injury: "左股骨干骨折".to_owned(),
        institution_name: "东莞市人民医院".to_owned(),
        institution_area: "441900".to_owned(),
        expected_stable_on: on(date!(2026 - 11 - 08)),
        ..OutsideAccidentReport::default()
    };
    town.service
        .approve(&handler(), &accident, &[])
        .await
        .unwrap();
    let later = ResidenceTreatmentForm {
        from_on: on(date!(2026 - 11 - 10)),
        ..residence(&person)
    };
    town.service
        .approve(&handler(), &later, PAPERS)
        .await
        .unwrap();
    suspend_doctor(&town, 1).await;
    town.service.clock().set(datetime!(2026-11-12 09:00 +8));
    let living = town.approvals(&person).await.remove(0);
    let ended = ApprovalEndForm {
        person_id: person.person_id.clone(),
        approval_id: living.approval_id,
        reason: ApprovalEndReason::MovedBack as i32,
        until_on: on(date!(2026 - 11 - 15)),
        ..ApprovalEndForm::default()
    };
    town.service.approve(&handler(), &ended, &[]).await.unwrap();
    let end = AgreementEndForm {
        institution_id: id.clone(),
        kind: MEDICAL as i32,
        end: AgreementEnd::Mutual as i32,
        notified_on: None,
        ends_on: on(date!(2026 - 11 - 20)),
        ground: "双方协商一致".to_owned(),
        patients: vec![PatientInHand {
            person_id: person.person_id.clone(),
            admitted_on: on(TODAY),
            arrangement: "继续住院至治疗终结".to_owned(),
        }],
        care_until_on: on(date!(2026 - 11 - 25)),
    };
    let institution = party(Caller::Institution, &id);
    town.service
        .approve(&institution, &end, PAPERS)
        .await
        .unwrap();

    let days =
        [8, 9, 15, 16, 20, 21, 25, 26].map(|day| date!(2026 - 11 - 01).replace_day(day).unwrap());
    let bills = days.map(|day| bill(&id, &person, &[day]));
    let answered = terms(&town, &bills, Vec::new()).await;
    let shown: Vec<_> = answered
        .bills
        .iter()
        .map(|bill| {
            let standing = &bill.standings[0];
            let doctors = standing.suspended_doctors.len();
            (
                kinds(bill),
                standing.kinds.len(),
                standing.in_hand.len(),
                doctors,
            )
        })
        .collect();
    let (outside, living) = (ApprovalKind::OutsideAccident, ApprovalKind::Residence);
    assert_eq!(
        shown,
        [
            (vec![outside], 1, 0, 1),
            (vec![], 1, 0, 1),
            (vec![living], 1, 0, 1),
            (vec![], 1, 0, 1),
            (vec![], 1, 0, 1),
            (vec![], 0, 1, 1),
            (vec![], 0, 1, 1),
            (vec![], 0, 0, 1),
        ]
    );
    let own = &answered.bills[5].standings[0].in_hand[0];
    assert!(own.listed);
    // Of who is not listed that is said.
    let day = date!(2026 - 11 - 21);
    let other = bill(&id, &town.insure(9).await, &[day]);
    let answered_of_other = terms(&town, &[other], Vec::new()).await;
    let other = &answered_of_other.bills[0].standings[0].in_hand;
    assert!(other.len() == 1 && !other[0].listed);
    let living = &answered.bills[2].approvals[0];
    assert_eq!(living.until_on, on(date!(2026 - 11 - 15)));
}
