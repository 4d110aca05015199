//! Rates by group of diagnoses.

use contracts::medical_agreement::v1::treatment_service_client::TreatmentServiceClient;
use contracts::medical_agreement::v1::{
    AgreementChangeDecision, BatchGetBillTermsRequest, BillQuestion, CaseRate, CaseRates,
};

use super::*;

fn rate(diagnosis: &str, yuan: i64) -> CaseRate {
    CaseRate {
        diagnosis: diagnosis.to_owned(),
        name: "胫腓骨骨折".to_owned(),
        amount: Some(rust_decimal::Decimal::from(yuan).into()),
    }
}

/// What was agreed for stays at institution 1 with these diagnoses that are over on a day: the code, and yuan.
async fn agreed(service: &TestService, stays: &[(&str, Date)]) -> Vec<Option<(String, String)>> {
    let bill = |(diagnosis, over_on): &(&str, Date)| BillQuestion {
        institution_id: institution_id(1),
        person_id: "0190163d-8694-739b-aea5-966c26f80001".to_owned(),
        recognition_number: "深人社认字〔2026〕1001号".to_owned(),
        stay_under: MEDICAL as i32,
        principal_diagnosis: (*diagnosis).to_owned(),
        over_on: on(*over_on),
        ..BillQuestion::default()
    };
    let request = BatchGetBillTermsRequest {
        pooling_area: AREA.to_owned(),
        bills: stays.iter().map(bill).collect(),
        items: Vec::new(),
    };
    let channel = service.connect_as_service("benefit-review").await;
    let answered = TreatmentServiceClient::new(channel)
        .batch_get_bill_terms(request)
        .await;
    let shown = |rate: CaseRate| (rate.diagnosis, rate.amount.unwrap().as_text().to_owned());
    let bills = answered.unwrap().into_inner().bills.into_iter();
    bills.map(|bill| bill.case_rate.map(shown)).collect()
}

// Art. 38
#[tokio::test]
async fn an_agreement_sets_rates_from_a_day_on_and_the_longest_code_counts() {
    let service = alone().await;
    for rates in [
        vec![rate("S82", 9000), rate("S82", 9500)],
        vec![rate("胫骨", 9000)],
    ] {
        let form = AgreementForm {
            case_rates: rates,
            ..agreement_form(1, MEDICAL)
        };
        let refused = service.approve(&handler(), &form, PAPERS).await;
        assert_eq!(reason(&refused.unwrap_err()), "CASE_RATE");
    }
    let form = AgreementForm {
        case_rates: vec![rate("S82", 9000), rate("S82.1", 12_000)],
        ..agreement_form(1, MEDICAL)
    };
    service.approve(&handler(), &form, PAPERS).await.unwrap();
    sign(&service, 2, MEDICAL).await;
    let change = AgreementChangeForm {
        institution_id: institution_id(1),
        kind: MEDICAL as i32,
        effective_on: on(date!(2026 - 12 - 01)),
        case_rates: Some(CaseRates {
            rates: vec![rate("S82", 9900), rate("S72", 20_000)],
        }),
        ..AgreementChangeForm::default()
    };
    let case = service.submit(&handler(), &change, PAPERS).await.unwrap();
    let decision: AgreementChangeDecision = service.decision(&case).await.unwrap();
    let items: Vec<_> = decision
        .items
        .iter()
        .map(|item| (&*item.item, &*item.before, &*item.after))
        .collect();
    assert_eq!(
        items,
        [
            ("按病种付费标准（S72）", "", "胫腓骨骨折 20000元"),
            (
                "按病种付费标准（S82）",
                "胫腓骨骨折 9000元",
                "胫腓骨骨折 9900元"
            ),
            ("按病种付费标准（S82.1）", "胫腓骨骨折 12000元", ""),
        ]
    );
    service.sign_off(&case).await.unwrap();
    // Another change leaves them.
    let notice = AgreementChangeForm {
        effective_on: on(date!(2026 - 12 - 15)),
        notice_days: 60,
        case_rates: None,
        ..change
    };
    service.approve(&handler(), &notice, PAPERS).await.unwrap();
    let stays = [
        ("S82.1", date!(2026 - 11 - 30)),
        ("S82.2", date!(2026 - 11 - 30)),
        ("S72.0", date!(2026 - 11 - 30)),
        ("S82.1", date!(2026 - 12 - 01)),
        ("S72.0", date!(2026 - 12 - 31)),
        ("S82.1", date!(2028 - 01 - 01)),
    ];
    let found = agreed(&service, &stays).await;
    let found: Vec<_> = found
        .iter()
        .map(|one| one.as_ref().map(|(code, yuan)| (&**code, &**yuan)))
        .collect();
    assert_eq!(
        found,
        [
            Some(("S82.1", "12000.00")),
            Some(("S82", "9000.00")),
            None,
            Some(("S82", "9900.00")),
            Some(("S72", "20000.00")),
            None,
        ]
    );
}
