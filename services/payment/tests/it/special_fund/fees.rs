//! Fees of appraisals: article 84.

use chassis::Actor;
use chassis::testing::{AREA, TestService, employer, person as as_person, reason};
use contracts::Money;
use contracts::benefit_review::v1::benefit_review_event::What as Reviewed;
use contracts::benefit_review::v1::{
    AppraisalConcluded, BenefitReviewEvent, Conclusion, Eligibility, Injury, InjuryRegistered,
    PayeeKind,
};
use contracts::common::v1::EvidenceKind;
use contracts::payment::v1::special_fund_service_client::SpecialFundServiceClient;
use contracts::payment::v1::{
    Appraisal, AppraisalFeeClaim, AppraisalFeeForm, AppraisalFeeRefundForm, AppraisalKind,
    BankDetails, ListAppraisalsRequest, PaymentChannel, PaymentPurpose,
};
use payment::reactions::BenefitReview;
use time::Date;
use time::macros::date;

use super::{account, ordered, set};
use crate::support::*;

const INVOICE: &[EvidenceKind] = &[EvidenceKind::Invoice];
const COMMITTEE: &str = "深圳市劳动能力鉴定委员会";

/// Injury `n` is registered.
async fn registered(service: &TestService, n: u128, eligibility: Eligibility) {
    let injury = Injury {
        person_id: person(n),
        name: format!("工伤职工{n}"),
        employer_id: EMPLOYER.to_owned(),
        present_employer_id: EMPLOYER.to_owned(),
        recognition_number: allowance(n, "0", "2026-11").recognition_number,
        eligibility: eligibility as i32,
        ..Injury::default()
    };
    let injury = Some(injury);
    let what = Some(Reviewed::InjuryRegistered(InjuryRegistered { injury }));
    let heard = service.hear(BenefitReview, BenefitReviewEvent { what });
    heard.await.unwrap();
}

/// The committee concluded on injury `n`, for the `nth` time.
async fn concluded(service: &TestService, n: u128, nth: u32, on: Date) {
    let conclusion = Conclusion {
        conclusion_number: number(n, nth),
        person_id: person(n),
        name: format!("工伤职工{n}"),
        recognition_number: allowance(n, "0", "2026-11").recognition_number,
        concluded_on: Some(on.into()),
        disability_grade: 7,
        ..Conclusion::default()
    };
    let conclusion = Some(conclusion);
    let what = Some(Reviewed::AppraisalConcluded(AppraisalConcluded {
        conclusion,
    }));
    let heard = service.hear(BenefitReview, BenefitReviewEvent { what });
    heard.await.unwrap();
}

fn number(n: u128, nth: u32) -> String {
    format!("深劳鉴〔2026〕{n}-{nth}号")
}

fn claim(n: u128, nth: u32, kind: AppraisalKind, charged: &str) -> AppraisalFeeClaim {
    AppraisalFeeClaim {
        conclusion_number: number(n, nth),
        name: format!("工伤职工{n}"),
        kind: kind as i32,
        charged: Some(Money::from_text(charged)),
    }
}

fn bill_of_committee(claims: Vec<AppraisalFeeClaim>) -> AppraisalFeeForm {
    AppraisalFeeForm {
        committee: COMMITTEE.to_owned(),
        claims,
        account: Some(account(COMMITTEE)),
    }
}

fn refund(n: u128, claim: AppraisalFeeClaim) -> AppraisalFeeRefundForm {
    AppraisalFeeRefundForm {
        person_id: person(n),
        claim: Some(claim),
        ..AppraisalFeeRefundForm::default()
    }
}

/// Where `n` is paid.
fn own(n: u128) -> BankDetails {
    let form = account_form(n);
    BankDetails {
        kind: form.kind,
        number: form.number,
        holder: form.holder,
        bank_name: form.bank_name,
        bank_code: form.bank_code,
    }
}

async fn appraisals(service: &TestService, actor: &Actor, unpaid: bool) -> Vec<Appraisal> {
    let request = ListAppraisalsRequest {
        pooling_area: AREA.to_owned(),
        unpaid,
        ..ListAppraisalsRequest::default()
    };
    let mut client = SpecialFundServiceClient::new(service.connect(actor).await);
    let listed = client.list_appraisals(request).await.unwrap();
    listed.into_inner().appraisals
}

/// Four injuries: two insured ones, of which the first was appraised twice, one that is not insured, and one not registered.
async fn town() -> TestService {
    let service = alone().await;
    set(&service, "appraisal_fee.initial", "300").await;
    set(&service, "appraisal_fee.review", "250.50").await;
    registered(&service, 1, Eligibility::Eligible).await;
    registered(&service, 2, Eligibility::InArrears).await;
    registered(&service, 3, Eligibility::NotInsured).await;
    for n in 1..=4 {
        concluded(&service, n, 1, date!(2026 - 06 - 01)).await;
    }
    concluded(&service, 1, 2, date!(2026 - 10 - 01)).await;
    service
}

// Art. 84
#[tokio::test]
async fn the_committee_is_paid_each_appraisal_once_and_up_to_the_standard() {
    let service = town().await;
    let form = bill_of_committee(vec![
        claim(1, 1, AppraisalKind::Initial, "280.00"),
        claim(1, 2, AppraisalKind::Review, "400.00"),
        claim(2, 1, AppraisalKind::Initial, "300.00"),
    ]);
    let case = service.approve(&handler(), &form, INVOICE).await.unwrap();
    let orders = ordered(&service).await;
    assert_eq!(orders.len(), 1);
    let order = &orders[0];
    assert_eq!(yuan(order.amount.as_ref()), "830.50");
    assert_eq!(
        (order.payee(), order.channel(), order.purpose()),
        (
            PayeeKind::AppraisalCommittee,
            PaymentChannel::AppraisalCommittee,
            PaymentPurpose::AppraisalFee
        )
    );
    assert_eq!(
        (order.run_id.as_str(), order.payee_name.as_str()),
        (case.case_id.as_str(), COMMITTEE)
    );
    assert!(!order.bank_account_id.is_empty());
    let paid = appraisals(&service, &as_person(&person(1)), false).await;
    let paid: Vec<_> = paid.iter().map(|one| yuan(one.paid.as_ref())).collect();
    assert_eq!(paid, ["250.50", "280.00"]);
    let unpaid = appraisals(&service, &handler(), true).await;
    assert_eq!(unpaid.len(), 2);

    let again = bill_of_committee(vec![claim(2, 1, AppraisalKind::Initial, "300.00")]);
    let refused = service.approve(&handler(), &again, INVOICE).await;
    assert_eq!(reason(&refused.unwrap_err()), "APPRAISAL_FEE_PAID");
    assert_eq!(ordered(&service).await.len(), 1);
}

// Art. 84
#[tokio::test]
async fn appraisals_that_nobody_told_of_that_the_fund_does_not_bear_or_of_another_kind_are_refused()
{
    let service = town().await;
    let initial = |n, charged| claim(n, 1, AppraisalKind::Initial, charged);
    let other_name = AppraisalFeeClaim {
        name: "别人".to_owned(),
        ..initial(1, "300.00")
    };
    let cases = [
        (
            vec![initial(1, "300.00"), initial(9, "300.00")],
            "APPRAISAL_UNKNOWN",
        ),
        (vec![other_name], "APPRAISAL_UNKNOWN"),
        (
            vec![initial(1, "300.00"), initial(1, "300.00")],
            "APPRAISAL_FEE_PAID",
        ),
        (vec![initial(3, "300.00")], "APPRAISAL_NOT_BORNE"),
        (vec![initial(4, "300.00")], "APPRAISAL_NOT_BORNE"),
        (
            vec![claim(1, 2, AppraisalKind::Initial, "1.00")],
            "APPRAISAL_KIND_WRONG",
        ),
        (
            vec![claim(1, 1, AppraisalKind::Again, "1.00")],
            "APPRAISAL_KIND_WRONG",
        ),
    ];
    for (claims, expected) in cases {
        let form = bill_of_committee(claims);
        let refused = service.approve(&handler(), &form, INVOICE).await;
        assert_eq!(reason(&refused.unwrap_err()), expected);
    }
    let strange = AppraisalFeeForm {
        account: Some(account("某公司")),
        ..bill_of_committee(vec![initial(1, "300.00")])
    };
    let refused = service.approve(&handler(), &strange, INVOICE).await;
    assert_eq!(reason(&refused.unwrap_err()), "PREVENTION_ACCOUNT_HOLDER");
    // The area has set no standard of those that are appraised again.
    let again = bill_of_committee(vec![claim(1, 2, AppraisalKind::Again, "1.00")]);
    assert!(service.approve(&handler(), &again, INVOICE).await.is_err());
    revoke(&service, 1).await;
    let revoked = bill_of_committee(vec![initial(1, "300.00")]);
    let refused = service.approve(&handler(), &revoked, INVOICE).await;
    assert_eq!(reason(&refused.unwrap_err()), "APPRAISAL_NOT_BORNE");
    assert!(ordered(&service).await.is_empty());
}

// Art. 84
#[tokio::test]
async fn who_paid_the_fee_gets_it_back_once() {
    let service = town().await;
    let first = || claim(1, 1, AppraisalKind::Initial, "350.00");
    let without = refund(1, first());
    let actor = as_person(&person(1));
    let refused = service.approve(&actor, &without, INVOICE).await;
    assert_eq!(reason(&refused.unwrap_err()), "ACCOUNT_MISSING");
    let form = AppraisalFeeRefundForm {
        account: Some(own(1)),
        ..without
    };
    service.approve(&actor, &form, INVOICE).await.unwrap();
    // By now it is known where she is paid.
    let second = refund(1, claim(1, 2, AppraisalKind::Review, "200.00"));
    service.approve(&actor, &second, INVOICE).await.unwrap();

    let of_employer = AppraisalFeeRefundForm {
        employer_id: EMPLOYER.to_owned(),
        ..refund(2, claim(2, 1, AppraisalKind::Initial, "300.00"))
    };
    let stranger = AppraisalFeeRefundForm {
        employer_id: "91440300000000002X".to_owned(),
        ..of_employer.clone()
    };
    let refused = service.approve(&handler(), &stranger, INVOICE).await;
    assert_eq!(reason(&refused.unwrap_err()), "APPRAISAL_FEE_PAYER");
    service
        .approve(&employer(EMPLOYER), &of_employer, INVOICE)
        .await
        .unwrap();

    let orders = ordered(&service).await;
    let shown: Vec<_> = orders
        .iter()
        .map(|one| {
            (
                one.channel(),
                yuan(one.amount.as_ref()),
                one.organisation_id.as_str(),
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            (PaymentChannel::Bank, "300.00".to_owned(), ""),
            (PaymentChannel::Bank, "200.00".to_owned(), ""),
            (PaymentChannel::Employer, "300.00".to_owned(), EMPLOYER)
        ]
    );
    assert_eq!(orders[0].bank_account_id, orders[1].bank_account_id);
    // The committee does not get it once more.
    let bill = bill_of_committee(vec![first()]);
    let refused = service.approve(&handler(), &bill, INVOICE).await;
    assert_eq!(reason(&refused.unwrap_err()), "APPRAISAL_FEE_PAID");
    let seen = appraisals(&service, &employer(EMPLOYER), false).await;
    assert!(seen.is_empty());
}
