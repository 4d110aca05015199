//! Section 5: what an agreement is about, when finance declines to have it written off.

use contracts::collection::v1::{AgreementPartyRole, ArrearsState, Succession};
use contracts::common::v1::EvidenceKind;
use contracts::finance::v1::WriteOffDeclined;
use contracts::finance::v1::finance_event::Happened as FinanceHappened;
use time::macros::date;

use crate::agreements::{PLAN, agreement, review};
use crate::arrears::in_arrears;
use crate::books::{handler, october};
use crate::write_off::{handed_over, states};

// Art. 36
// Art. 37
#[tokio::test]
async fn after_a_declined_write_off_a_running_agreement_goes_on() {
    for broken_meanwhile in [false, true] {
        let books = in_arrears().await;
        let form = agreement(Succession::None, AgreementPartyRole::Employer, PLAN);
        let paper = [EvidenceKind::AbilityAuditReport];
        let signed = books.service.approve(&handler(), &form, &paper).await;
        signed.unwrap();
        let november = october().next();
        let due_on = date!(2026 - 11 - 25);
        books.due("E1", november, "500.00", due_on).await;
        books.on(date!(2026 - 11 - 27));
        let remainder = handed_over(&books, "0").await;
        let waits = ArrearsState::WithFinance;
        assert_eq!(
            states(&books).await,
            [(october(), waits), (november, waits)]
        );
        if broken_meanwhile {
            books.on(date!(2026 - 12 - 16));
            review(&books).await;
        }
        let declined = WriteOffDeclined {
            employer_id: "E1".to_owned(),
            case_id: remainder.case_id,
            reasons: "破产财产尚未分配完毕".to_owned(),
            decided_on: Some(books.service.clock().today().into()),
        };
        let declined = FinanceHappened::WriteOffDeclined(declined);
        books.finance_tells(declined).await.unwrap();
        // November is not among what was agreed on.
        let (agreed_on, open) = (ArrearsState::UnderAgreement, ArrearsState::Open);
        let october_is = if broken_meanwhile { open } else { agreed_on };
        assert_eq!(
            states(&books).await,
            [(october(), october_is), (november, open)]
        );
        let [notice] = books.tell_to_repay(november).await.try_into().unwrap();
        let named = if broken_meanwhile {
            "1500.00"
        } else {
            "500.00"
        };
        assert_eq!(notice.principal.unwrap().as_text(), named);
    }
}
