//! Where somebody is paid: article 80.

use chassis::testing::{AREA, person as as_person, reason};
use contracts::benefit_review::v1::{Benefit, BenefitKind, PayeeKind};
use contracts::common::v1::EvidenceKind;
use contracts::payment::v1::payment_event::What;
use contracts::payment::v1::{
    BankAccountForm, BankAccountKind, ListBankAccountsRequest, PaymentEvent,
};

use crate::support::*;

const PAPERS: &[EvidenceKind] = &[EvidenceKind::IdentityCard];

// Art. 80
#[tokio::test]
async fn a_number_that_fails_its_check_a_strange_holder_and_an_unknown_payee_are_refused() {
    let service = alone().await;
    decide(
        &service,
        &[allowance(1, "3000.00", "2026-11"), bill(2, "3.00")],
    )
    .await;
    let good = account_form(1);
    let last = good.number.chars().last().unwrap();
    let wrong = if last == '0' { '1' } else { '0' };
    let number = format!("{}{wrong}", &good.number[..good.number.len() - 1]);
    let cases = [
        (
            BankAccountForm {
                number,
                ..good.clone()
            },
            "BANK_ACCOUNT_NUMBER",
        ),
        (
            BankAccountForm {
                bank_code: "10258400000".to_owned(),
                ..good.clone()
            },
            "BANK_ACCOUNT_NUMBER",
        ),
        (
            BankAccountForm {
                holder: "别人".to_owned(),
                ..good.clone()
            },
            "BANK_ACCOUNT_HOLDER",
        ),
        (account_form(9), "PAYEE_UNKNOWN"),
        // Of whom a hospital is paid.
        (account_form(2), "PAYEE_UNKNOWN"),
    ];
    for (form, expected) in cases {
        let refused = service
            .approve(&handler(), &form, PAPERS)
            .await
            .unwrap_err();
        assert_eq!(reason(&refused), expected);
        assert!(!refused.message().contains(&form.number));
    }
    // A passbook has no check digit.
    let passbook = BankAccountForm {
        kind: BankAccountKind::Passbook as i32,
        number: "4000021019200123457".to_owned(),
        ..good
    };
    service
        .approve(&as_person(&person(1)), &passbook, PAPERS)
        .await
        .unwrap();
}

// Art. 80
#[tokio::test]
async fn the_account_told_last_is_paid_and_a_relative_has_one_of_her_own() {
    let service = alone().await;
    let widow = Benefit {
        payee: PayeeKind::Relative as i32,
        payee_id: "440300198001011234".to_owned(),
        payee_name: "王某".to_owned(),
        ..monthly(1, BenefitKind::SurvivorPension, "1600.00", "2026-11")
    };
    decide(&service, &[widow, allowance(2, "3000.00", "2026-11")]).await;
    let of_widow = accounts(&service, &handler()).await;
    let of_widow = of_widow
        .iter()
        .find(|one| one.payee_name == "王某")
        .unwrap();
    let form = BankAccountForm {
        payee_id: of_widow.payee_id.clone(),
        holder: "王某".to_owned(),
        ..account_form(1)
    };
    // The deceased is nobody who is paid.
    let deceased = BankAccountForm {
        payee_id: String::new(),
        ..form.clone()
    };
    let refused = service
        .approve(&handler(), &deceased, PAPERS)
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "PAYEE_UNKNOWN");
    service.approve(&handler(), &form, PAPERS).await.unwrap();
    has_account(&service, 2).await;
    has_account(&service, 2).await;

    let mut client = client(&service, &as_person(&person(2))).await;
    let request = ListBankAccountsRequest {
        pooling_area: AREA.to_owned(),
        ..ListBankAccountsRequest::default()
    };
    let own = client
        .list_bank_accounts(request)
        .await
        .unwrap()
        .into_inner()
        .accounts;
    assert_eq!(own.len(), 2);
    let done = pay(&service, &order("2026-11")).await;
    let orders = orders_of(&service, &done.run_id).await;
    let of_two = orders
        .iter()
        .find(|one| one.payee_name == "工伤职工2")
        .unwrap();
    assert_eq!(of_two.bank_account_id, own[0].bank_account_id);
    assert_ne!(of_two.bank_account_id, own[1].bank_account_id);
    assert_eq!(orders.len(), 2);
    // Finance hears of each, without its number.
    let told = service.told::<PaymentEvent>("registration").await;
    let told = told.into_iter().filter_map(|(_, event)| match event.what {
        Some(What::BankAccountTold(one)) => Some(one.bank_account_id),
        _ => None,
    });
    let told: Vec<_> = told.collect();
    assert_eq!(told.len(), 3);
    assert_eq!(
        told[1..],
        [
            own[1].bank_account_id.clone(),
            own[0].bank_account_id.clone()
        ]
    );
}
