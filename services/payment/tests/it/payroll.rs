//! Section 1: payrolls and the ledger: articles 80 to 83.

use chassis::testing::{AREA, reason};
use contracts::benefit_review::v1::{Benefit, BenefitKind, PayeeKind, Payer};
use contracts::payment::v1::payment_event::What;
use contracts::payment::v1::{
    Imprisonment, ListPaymentSumsRequest, PaymentChannel, PaymentEvent, PayrollAnomaly,
    PayrollSummary, RecordImprisonmentRequest,
};
use time::macros::date;

use crate::support::*;

// Art. 80
#[tokio::test]
async fn a_month_is_paid_once_and_what_arrives_after_it_by_a_supplementary_payroll() {
    let service = alone().await;
    decide(&service, &[allowance(1, "3000.00", "2026-11")]).await;
    has_account(&service, 1).await;
    let first = pay(&service, &order("2026-11")).await;
    assert_eq!(
        orders(&service, &first).await,
        [("工伤职工1".to_owned(), "3000.00".to_owned())]
    );

    let again = service.order(&handler(), &order("2026-11")).await;
    assert_eq!(reason(&again.unwrap_err()), "PAYROLL_DONE");
    // Nothing arrived: nothing is paid.
    let nothing = pay(&service, &supplementary("2026-11")).await;
    assert_eq!((nothing.sequence, nothing.orders), (1, 0));

    decide(
        &service,
        &[once(1, BenefitKind::LumpSumDisability, "81000.00")],
    )
    .await;
    let second = pay(&service, &supplementary("2026-11")).await;
    assert_eq!(
        orders(&service, &second).await,
        [("工伤职工1".to_owned(), "81000.00".to_owned())]
    );
    let third = pay(&service, &supplementary("2026-11")).await;
    assert_eq!((third.sequence, third.orders), (3, 0));
    assert_eq!(
        entries(&service, 1).await,
        ["REGULAR 2026-11 3000.00", "ONE_OFF  81000.00"]
    );
}

// Art. 80
#[tokio::test]
async fn months_are_paid_in_their_turn_and_not_before_they_come() {
    let service = alone().await;
    decide(&service, &[allowance(1, "3000.00", "2026-10")]).await;
    let refused = async |order| reason(&service.order(&handler(), &order).await.unwrap_err());
    assert_eq!(refused(order("2026-12")).await, "PAYROLL_MONTH_TO_COME");
    assert_eq!(refused(supplementary("2026-11")).await, "PAYROLL_NOT_DONE");
    pay(&service, &order("2026-10")).await;
    on(&service, date!(2026 - 12 - 01));
    assert_eq!(refused(order("2026-12")).await, "PAYROLL_OUT_OF_TURN");
    assert_eq!(refused(order("2026-09")).await, "PAYROLL_DONE");
    pay(&service, &order("2026-11")).await;
    assert_eq!(refused(supplementary("2026-10")).await, "PAYROLL_NOT_DONE");
    // One at a time, of whatever month.
    preview(&service, &order("2026-12")).await;
    let other = service.order(&handler(), &supplementary("2026-11")).await;
    assert!(!reason(&other.unwrap_err()).is_empty());
}

// Art. 80
#[tokio::test]
async fn a_later_decision_from_an_earlier_month_is_paid_as_arrears_and_what_was_too_much_is_set_off()
 {
    let service = alone().await;
    decide(&service, &[allowance(1, "3000.00", "2026-10")]).await;
    has_account(&service, 1).await;
    pay(&service, &order("2026-10")).await;
    // Reviewed: more from the month that was paid on.
    decide(
        &service,
        &[Benefit {
            replaces: true,
            ..allowance(1, "3200.00", "2026-10")
        }],
    )
    .await;
    let run = preview(&service, &order("2026-11")).await;
    let more = item(&service, &run, 1).await;
    assert_eq!(changes(&more), ["ADJUSTED 200.00", "ARREARS 200.00"]);
    assert_eq!(yuan(more.payable.as_ref()), "3400.00");
    complete(&service, &run).await;
    // Reviewed again: less, and over with December.
    on(&service, date!(2026 - 12 - 01));
    let less = Benefit {
        replaces: true,
        until_month: wire_month("2026-12"),
        ..allowance(1, "1000.00", "2026-10")
    };
    decide(&service, &[less]).await;
    let run = preview(&service, &order("2026-12")).await;
    let less = item(&service, &run, 1).await;
    assert_eq!(yuan(less.payable.as_ref()), "0.00");
    assert_eq!(yuan(less.set_off.as_ref()), "1000.00");
    assert_eq!(yuan(less.owed_back.as_ref()), "3400.00");
    assert!(less.anomalies().any(|one| one == PayrollAnomaly::OwedBack));
    let done = complete(&service, &run).await;
    assert!(orders(&service, &done).await.is_empty());
    // What is still owed back is taken off the lump sum that is due next.
    decide(
        &service,
        &[once(1, BenefitKind::LumpSumMedicalSubsidy, "5000.00")],
    )
    .await;
    let last = pay(&service, &supplementary("2026-12")).await;
    assert_eq!(
        orders(&service, &last).await,
        [("工伤职工1".to_owned(), "1600.00".to_owned())]
    );
    assert_eq!(
        entries(&service, 1).await,
        [
            "REGULAR 2026-10 3000.00",
            "ARREARS 2026-10 200.00",
            "REGULAR 2026-11 3200.00",
            "REGULAR 2026-12 1000.00",
            "SET_OFF 2026-10 -1000.00",
            "ONE_OFF  5000.00",
            "SET_OFF 2026-10 -1200.00",
            "SET_OFF 2026-11 -2200.00",
        ]
    );
}

// Art. 80
// Art. 83
#[tokio::test]
async fn everybody_is_paid_their_own_way_and_what_an_employer_bears_is_kept_out() {
    let service = alone().await;
    let insurance = Benefit {
        payee: PayeeKind::MedicalInsuranceFund as i32,
        payee_id: String::new(),
        ..bill(3, "500.00")
    };
    let employer = Benefit {
        payee: PayeeKind::Employer as i32,
        payee_id: EMPLOYER.to_owned(),
        payee_name: "某公司".to_owned(),
        ..bill(4, "70.00")
    };
    let borne = Benefit {
        payer: Payer::Employer as i32,
        ..allowance(5, "900.00", "2026-11")
    };
    let told = [
        allowance(1, "3000.00", "2026-11"),
        bill(1, "120.50"),
        bill(2, "79.50"),
        insurance,
        employer,
        borne,
    ];
    decide(&service, &told).await;
    has_account(&service, 1).await;
    let run = preview(&service, &order("2026-11")).await;
    let summary: PayrollSummary = chassis::wire::from_any(run.summary.as_ref().unwrap()).unwrap();
    assert_eq!(yuan(summary.total.as_ref()), "3770.00");
    assert_eq!(summary.channels.len(), 4);
    let done = complete(&service, &run).await;
    assert_eq!(yuan(done.total.as_ref()), "3770.00");
    assert_eq!(done.sums, summary.sums);
    let orders = orders_of(&service, &done.run_id).await;
    let mut ways: Vec<_> = orders
        .iter()
        .map(|one| {
            (
                one.channel(),
                yuan(one.amount.as_ref()),
                one.organisation_id.as_str(),
            )
        })
        .collect();
    ways.sort_by_key(|way| way.0 as i32);
    assert_eq!(
        ways,
        [
            (PaymentChannel::Bank, "3000.00".to_owned(), ""),
            (PaymentChannel::Institution, "200.00".to_owned(), HOSPITAL),
            (PaymentChannel::Employer, "70.00".to_owned(), EMPLOYER),
            (
                PaymentChannel::MedicalInsuranceFund,
                "500.00".to_owned(),
                ""
            ),
        ]
    );
    // Finance is told order by order, and then of the payroll; no key is a number of a paper.
    let told = service.told::<PaymentEvent>("registration").await;
    let last = told.last().unwrap();
    assert!(
        matches!(&last.1.what, Some(What::PayrollDone(one)) if one.payroll.as_ref() == Some(&done))
    );
    let ordered = told.iter().filter_map(|(key, event)| match &event.what {
        Some(What::PaymentOrdered(one)) => Some((key, one.order.clone().unwrap())),
        _ => None,
    });
    let ordered: Vec<_> = ordered.collect();
    assert_eq!(ordered.len(), 4);
    assert!(ordered.iter().all(|(key, order)| **key == order.payee_id));
    // What each comes to by kinds of benefit, by which finance books it.
    for (_, order) in &ordered {
        let parts = order.parts.iter().map(|part| part.amount.as_ref());
        let parts = parts.map(|amount| amount.unwrap().decimal().unwrap());
        let amount = order.amount.as_ref().unwrap().decimal().unwrap();
        assert_eq!(parts.sum::<rust_decimal::Decimal>(), amount);
    }
}

// Art. 80
#[tokio::test]
async fn told_again_or_in_another_order_between_persons_comes_out_the_same() {
    let [one, other] = [alone().await, alone().await];
    let more = Benefit {
        replaces: true,
        ..allowance(1, "3100.00", "2026-11")
    };
    let told = [
        allowance(1, "3000.00", "2026-10"),
        more,
        allowance(2, "2000.00", "2026-10"),
        bill(2, "10.00"),
    ];
    decide(&one, &told).await;
    for part in [&told[2..], &told[..1], &told[1..2], &told[..1], &told[2..]] {
        decide(&other, part).await;
    }
    let mut found = Vec::new();
    for service in [&one, &other] {
        has_account(service, 1).await;
        has_account(service, 2).await;
        pay(service, &order("2026-10")).await;
        let done = pay(service, &order("2026-11")).await;
        found.push((
            orders(service, &done).await,
            entries(service, 1).await,
            entries(service, 2).await,
        ));
    }
    assert_eq!(found[0], found[1]);
    assert_eq!(
        found[0].1,
        ["REGULAR 2026-10 3000.00", "REGULAR 2026-11 3100.00"]
    );
}

// Art. 80
#[tokio::test]
async fn those_who_sign_see_what_is_new_ended_and_odd() {
    let service = alone().await;
    let ended = Benefit {
        until_month: wire_month("2026-10"),
        ..allowance(2, "2000.00", "2026-10")
    };
    decide(
        &service,
        &[
            allowance(1, "1000.00", "2026-10"),
            ended,
            allowance(3, "800.00", "2026-10"),
        ],
    )
    .await;
    for n in [1, 2, 3] {
        has_account(&service, n).await;
    }
    pay(&service, &order("2026-10")).await;
    let risen = Benefit {
        replaces: true,
        ..allowance(1, "1301.00", "2026-11")
    };
    decide(&service, &[risen, allowance(4, "900.00", "2026-11")]).await;
    died(&service, 3, Some(date!(2026 - 11 - 01))).await;
    revoke(&service, 3).await;
    let run = preview(&service, &order("2026-11")).await;
    let anomalies =
        |item: &contracts::payment::v1::PayrollItem| item.anomalies().collect::<Vec<_>>();
    let one = item(&service, &run, 1).await;
    assert_eq!(
        (changes(&one), anomalies(&one)),
        (
            vec!["ADJUSTED 301.00".to_owned()],
            vec![PayrollAnomaly::Rise]
        )
    );
    let two = item(&service, &run, 2).await;
    assert_eq!(
        (changes(&two), yuan(two.payable.as_ref())),
        (vec!["ENDED -2000.00".to_owned()], "0.00".to_owned())
    );
    // November is due to who died in it; those who sign look at it.
    let three = item(&service, &run, 3).await;
    assert_eq!(
        anomalies(&three),
        [PayrollAnomaly::Dead, PayrollAnomaly::RecognitionRevoked]
    );
    let four = item(&service, &run, 4).await;
    assert_eq!(
        (changes(&four), anomalies(&four)),
        (
            vec!["NEW 900.00".to_owned()],
            vec![PayrollAnomaly::NoBankAccount]
        )
    );
    // Who has no account is not paid, and gets it once there is one.
    let done = complete(&service, &run).await;
    assert_eq!(
        orders(&service, &done).await,
        [
            ("工伤职工1".to_owned(), "1301.00".to_owned()),
            ("工伤职工3".to_owned(), "800.00".to_owned())
        ]
    );
    has_account(&service, 4).await;
    let later = pay(&service, &supplementary("2026-11")).await;
    assert_eq!(
        orders(&service, &later).await,
        [("工伤职工4".to_owned(), "900.00".to_owned())]
    );
}

// Art. 80
#[tokio::test]
async fn who_died_is_paid_for_the_month_of_death_and_months_after_it_are_owed_back() {
    let service = alone().await;
    decide(&service, &[allowance(1, "1000.00", "2026-10")]).await;
    has_account(&service, 1).await;
    pay(&service, &order("2026-10")).await;
    pay(&service, &order("2026-11")).await;
    died(&service, 1, Some(date!(2026 - 10 - 20))).await;
    on(&service, date!(2026 - 12 - 01));
    let run = preview(&service, &order("2026-12")).await;
    let dead = item(&service, &run, 1).await;
    assert_eq!(changes(&dead), ["ENDED -1000.00"]);
    assert_eq!(yuan(dead.owed_back.as_ref()), "1000.00");
    complete(&service, &run).await;
    // It was wrong.
    died(&service, 1, None).await;
    let done = pay(&service, &supplementary("2026-12")).await;
    assert_eq!(
        orders(&service, &done).await,
        [("工伤职工1".to_owned(), "1000.00".to_owned())]
    );
}

// Art. 81
#[tokio::test]
async fn who_is_in_prison_is_paid_as_before() {
    let service = alone().await;
    decide(&service, &[allowance(1, "1000.00", "2026-10")]).await;
    has_account(&service, 1).await;
    pay(&service, &order("2026-10")).await;
    let record = |from_on| RecordImprisonmentRequest {
        pooling_area: AREA.to_owned(),
        imprisonment: Some(Imprisonment {
            person_id: person(1),
            from_on: Some(from_on),
            document_number: "（2026）粤0304刑初1号".to_owned(),
            ..Imprisonment::default()
        }),
        ..RecordImprisonmentRequest::default()
    };
    let mut client = client(&service, &handler()).await;
    let to_come = client
        .record_imprisonment(record(date!(2026 - 11 - 03).into()))
        .await;
    assert_eq!(reason(&to_come.unwrap_err()), "IMPRISONMENT_DATES");
    let run = preview(&service, &order("2026-11")).await;
    let before = item(&service, &run, 1).await;
    client
        .record_imprisonment(record(date!(2026 - 11 - 01).into()))
        .await
        .unwrap();
    let done = complete(&service, &run).await;
    assert_eq!(
        orders(&service, &done).await,
        [("工伤职工1".to_owned(), "1000.00".to_owned())]
    );
    on(&service, date!(2026 - 12 - 01));
    let run = preview(&service, &order("2026-12")).await;
    let after = item(&service, &run, 1).await;
    assert!(after.imprisoned && !before.imprisoned);
    assert_eq!(
        (after.payable, after.changes),
        (before.payable, before.changes)
    );
}

// Art. 82
#[tokio::test]
async fn payments_are_found_by_person_month_and_kind_and_everybody_sees_their_own() {
    let service = alone().await;
    let other = Benefit {
        employer_id: "91440300000000002X".to_owned(),
        ..allowance(2, "500.00", "2026-10")
    };
    decide(
        &service,
        &[allowance(1, "1000.00", "2026-10"), other, bill(1, "20.00")],
    )
    .await;
    has_account(&service, 1).await;
    has_account(&service, 2).await;
    pay(&service, &order("2026-10")).await;
    pay(&service, &order("2026-11")).await;
    let of = async |actor: chassis::Actor| -> Vec<String> {
        let own = ledger(&service, &actor).await;
        own.iter().map(|one| yuan(one.amount.as_ref())).collect()
    };
    use chassis::testing::{employer, party, person as as_person};
    use contracts::options::v1::Caller;
    let institution = party(Caller::Institution, HOSPITAL);
    assert_eq!(of(as_person(&person(2))).await, ["500.00", "500.00"]);
    assert_eq!(of(as_person(&person(9))).await, Vec::<String>::new());
    assert_eq!(of(institution.clone()).await, ["20.00"]);
    assert_eq!(of(employer(EMPLOYER)).await.len(), 3);
    assert_eq!(of(handler()).await.len(), 5);
    let own = accounts(&service, &as_person(&person(1))).await;
    let mut kinds: Vec<_> = own
        .iter()
        .map(|one| (one.kind(), yuan(one.paid.as_ref())))
        .collect();
    kinds.sort_by_key(|(kind, _)| *kind as i32);
    assert_eq!(
        kinds,
        [
            (BenefitKind::Medical, "20.00".to_owned()),
            (BenefitKind::DisabilityAllowance, "2000.00".to_owned())
        ]
    );
    assert_eq!(accounts(&service, &institution).await.len(), 1);

    let mut client = client(&service, &handler()).await;
    let mut sums = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = ListPaymentSumsRequest {
            pooling_area: AREA.to_owned(),
            from_month: wire_month("2026-01"),
            until_month: wire_month("2026-12"),
            page_size: 2,
            page_token,
        };
        let page = client
            .list_payment_sums(request)
            .await
            .unwrap()
            .into_inner();
        sums.extend(page.sums.iter().map(|one| {
            let month = law::Month::try_from(one.month.unwrap()).unwrap();
            format!(
                "{month} {:?} {} {}",
                one.kind(),
                one.persons,
                yuan(one.amount.as_ref())
            )
        }));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(
        sums,
        [
            "2026-10 Medical 1 20.00",
            "2026-10 DisabilityAllowance 2 1500.00",
            "2026-11 DisabilityAllowance 2 1500.00",
        ]
    );
}
