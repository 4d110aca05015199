//! Stays that an agreement sets a rate for: articles 38 and 63.

use contracts::medical_agreement::v1::{AgreementChangeForm, CaseRate, CaseRates};

use super::*;

/// From the day of the discharge on the agreement of the hospital sets 80 yuan for amputations of the lower leg.
async fn agree(ward: &Ward) {
    let form = AgreementChangeForm {
        institution_id: ward.hospital.clone(),
        kind: InstitutionKind::Medical as i32,
        effective_on: on(date!(2026 - 11 - 20)),
        case_rates: Some(CaseRates {
            rates: vec![CaseRate {
                diagnosis: "S88".to_owned(),
                name: "小腿创伤性切断".to_owned(),
                amount: yuan("80"),
            }],
        }),
        ..AgreementChangeForm::default()
    };
    ward.town.sign_there(&form).await;
}

// Art. 38, Art. 63
#[tokio::test]
async fn a_stay_is_paid_up_to_the_agreed_rate_whatever_the_hospital_states_and_a_visit_by_its_items()
 {
    let ward = Ward::open().await;
    agree(&ward).await;
    for (number, stated) in [("ZY-1", None), ("ZY-2", yuan("95"))] {
        let admission = Admission {
            admitted_on: on(date!(2026 - 11 - 20)),
            ..ward.admission(number, EncounterKind::Inpatient)
        };
        let id = ward.admit(admission).await;
        let line = BillLine {
            service_on: on(date!(2026 - 11 - 20)),
            ..dressing(1, if stated.is_some() { "100" } else { "90" })
        };
        let request = SettleEncounterRequest {
            case_rate: stated,
            ..settle(&id, std::slice::from_ref(&line))
        };
        let sent = ward.send(&ward.hospital, &id, vec![line]).await;
        assert_eq!(sent.refused_rows, 0);
        ward.discharge(&id, date!(2026 - 11 - 20)).await;
        let settled = ward.hospital().await.settle_encounter(request).await;
        let settled = settled.unwrap().into_inner().settlement.unwrap();
        assert_eq!(parts(&settled)[0], "80.00");
    }
    let line = BillLine {
        service_on: on(date!(2026 - 11 - 20)),
        ..dressing(1, "110")
    };
    let visit = ward.visit("MZ-1", 20, vec![line]).await;
    assert_eq!(parts(&visit)[0], "110.00");
    // What was over before the rate was agreed is paid by its items.
    let line = BillLine {
        service_on: on(date!(2026 - 11 - 10)),
        ..dressing(1, "120")
    };
    let before = ward.settle("ZY-3", date!(2026 - 11 - 10), vec![line]).await;
    assert_eq!(parts(&before)[0], "120.00");
}
