//! Notices of what was decided: article 79.

use chassis::Actor;
use chassis::testing::{AREA, TestService, employer, party, person as as_person};
use contracts::benefit_review::v1::{AdjustmentBasis, Benefit, BenefitKind, PayeeKind, Payer};
use contracts::common::v1::WorksheetLine;
use contracts::options::v1::Caller;
use contracts::payment::v1::{BenefitNotice, ListNoticesRequest};

use crate::support::*;

async fn notices(service: &TestService, actor: &Actor) -> Vec<BenefitNotice> {
    let request = ListNoticesRequest {
        pooling_area: AREA.to_owned(),
        ..ListNoticesRequest::default()
    };
    let mut client = client(service, actor).await;
    client
        .list_notices(request)
        .await
        .unwrap()
        .into_inner()
        .notices
}

// Art. 79
// Art. 90
#[tokio::test]
async fn a_decision_is_told_to_whom_it_concerns_with_who_pays_what_and_how_to_object() {
    let service = alone().await;
    let subsidy = Benefit {
        payer: Payer::Employer as i32,
        ..once(1, BenefitKind::LumpSumEmploymentSubsidy, "32000.00")
    };
    let told = [
        once(1, BenefitKind::LumpSumDisability, "81000.00"),
        allowance(1, "3000.00", "2026-11"),
        subsidy,
    ];
    decide(&service, &told).await;
    decide(&service, &told).await;
    decide(&service, &[bill(2, "88.00")]).await;
    let own = notices(&service, &as_person(&person(1))).await;
    assert_eq!(own.len(), 1);
    assert_eq!(
        own[0].text,
        "工伤职工1（认定工伤决定书编号深人社工认〔2026〕1号）的工伤待遇核定如下：\
         1. 一次性伤残补助金81000.00元，由工伤保险基金一次性支付给工伤职工1。\
         2. 伤残津贴每月3000.00元，自2026-11起，由工伤保险基金支付给工伤职工1。\
         3. 一次性伤残就业补助金32000.00元，由用人单位一次性支付给工伤职工1。\
         对核定金额有异议的，可以按照《工伤保险经办规程》第九十条向本经办机构申请复核（表90-E）；\
         也可以依照《工伤保险条例》第五十五条依法申请行政复议，或者向人民法院提起行政诉讼。"
    );
    let hospital = notices(&service, &party(Caller::Institution, HOSPITAL)).await;
    assert_eq!(hospital.len(), 1);
    assert!(
        hospital[0]
            .text
            .contains("工伤医疗费88.00元，由工伤保险基金一次性支付给协议机构。")
    );
    assert!(hospital[0].text.contains("（表90-A）"));
    assert_eq!(notices(&service, &employer(EMPLOYER)).await.len(), 2);
    assert!(
        notices(&service, &employer("91440300000000009X"))
            .await
            .is_empty()
    );
}

// Art. 79
#[tokio::test]
async fn a_notice_says_what_ended_what_was_reduced_and_whom_a_relative_is() {
    let service = alone().await;
    let widow = Benefit {
        payee: PayeeKind::Relative as i32,
        payee_id: "440300198001011234".to_owned(),
        payee_name: "王某".to_owned(),
        until_month: wire_month("2027-06"),
        ..monthly(1, BenefitKind::SurvivorPension, "1600.00", "2026-11")
    };
    let ended = Benefit {
        replaces: true,
        ..allowance(1, "0", "2026-12")
    };
    let less = Benefit {
        is_difference: true,
        ..once(1, BenefitKind::Device, "-50.00")
    };
    decide(&service, &[widow, ended, less]).await;
    let told = notices(&service, &handler()).await;
    let text = told[0].text.as_str();
    for sentence in [
        "供养亲属抚恤金每月1600.00元，自2026-11至2027-06，由工伤保险基金支付给王某。",
        "伤残津贴自2026-12起不再由工伤保险基金支付给工伤职工1。",
        "辅助器具配置费经复核减少50.00元，原由工伤保险基金支付给工伤职工1，多付的从应付金额中抵扣，不足的应当退还。",
        "（表90-C、表90-E）",
    ] {
        assert!(text.contains(sentence), "{text}");
    }
    assert!(!text.contains("440300198001011234"));
}

// Art. 79
// Art. 87
#[tokio::test]
async fn a_notice_says_what_an_amount_rests_on_and_by_which_document_it_is_another_since() {
    let service = alone().await;
    let by_grade = AdjustmentBasis {
        disability_grade: 5,
        ..AdjustmentBasis::default()
    };
    let line = |label: &str, value: &str| WorksheetLine {
        label: label.to_owned(),
        value: value.to_owned(),
        source: String::new(),
    };
    let lump_sum = Benefit {
        rests_on: vec![
            line("伤残等级", "5"),
            line("本人工资", "6000.00"),
            line("一次性伤残补助金月数", "18"),
        ],
        ..once(1, BenefitKind::LumpSumDisability, "108000.00")
    };
    let decided = Benefit {
        adjusts_by: Some(by_grade.clone()),
        ..allowance(1, "4200.00", "2026-05")
    };
    let adjusted = Benefit {
        replaces: true,
        adjusts_by: Some(AdjustmentBasis {
            decided: Some(contracts::Money::from_text("4200.00")),
            adjusted_month: wire_month("2026-07"),
            document_number: "粤人社发〔2026〕7号".to_owned(),
            ..by_grade
        }),
        ..allowance(1, "4340.00", "2026-07")
    };
    decide(&service, &[lump_sum, decided, adjusted]).await;
    let told = notices(&service, &as_person(&person(1))).await;
    let text = told[0].text.as_str();
    for sentence in [
        "一次性伤残补助金108000.00元，由工伤保险基金一次性支付给工伤职工1（伤残等级5，本人工资6000.00，一次性伤残补助金月数18）。",
        "伤残津贴每月4200.00元，自2026-05起，由工伤保险基金支付给工伤职工1（伤残等级5级）。",
        "伤残津贴每月4340.00元，自2026-07起，由工伤保险基金支付给工伤职工1（伤残等级5级，原核定每月4200.00元，自2026-07起按粤人社发〔2026〕7号调整）。",
    ] {
        assert!(text.contains(sentence), "{text}");
    }
}
