//! Section 2: fees of appraisals and prevention: articles 84 to 86.

mod fees;
mod prevention;

use chassis::testing::{TestService, clerk};
use contracts::common::v1::{EvidenceKind, ParameterChangeForm};
use contracts::options::v1::{Department, Duty};
use contracts::payment::v1::payment_event::What;
use contracts::payment::v1::{BankAccountKind, BankDetails, PaymentEvent, PaymentOrder};
use time::macros::date;

/// The account of an organisation.
fn account(holder: &str) -> BankDetails {
    BankDetails {
        kind: BankAccountKind::Organisation as i32,
        number: "4000021019200123457".to_owned(),
        holder: holder.to_owned(),
        bank_name: "中国工商银行深圳分行".to_owned(),
        bank_code: "102584000002".to_owned(),
    }
}

/// The area sets a figure from 2020 on.
async fn set(service: &TestService, name: &str, value: &str) {
    let form = ParameterChangeForm {
        name: name.to_owned(),
        value: value.to_owned(),
        from: Some(date!(2020 - 01 - 01).into()),
        source: "统筹地区文件".to_owned(),
    };
    let information = clerk(Department::Information, Duty::Handler);
    let rule = [EvidenceKind::LocalRule];
    service.approve(&information, &form, &rule).await.unwrap();
}

/// The orders to pay that finance was told of.
async fn ordered(service: &TestService) -> Vec<PaymentOrder> {
    let told = service.told::<PaymentEvent>("registration").await;
    let orders = told.into_iter().filter_map(|(_, event)| match event.what {
        Some(What::PaymentOrdered(one)) => one.order,
        _ => None,
    });
    orders.collect()
}
