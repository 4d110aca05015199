//! Monthly benefits of who was injured, adjusted by what the area has set: article 87.

use chassis::wire::from_any;
use contracts::Money;
use contracts::common::v1::ListRunItemsRequest;
use contracts::common::v1::run_service_client::RunServiceClient;

use super::reviewed::assert_upheld;
use super::*;

const JANUARY: Date = date!(2028 - 01 - 01);

/// A grade and a degree are decided, and it is February of the next year, for whose January the area has set figures.
async fn appraised(degrees: (i32, NursingGrade)) -> (Injured, String) {
    let injured = injured().await;
    injured.appraise(CONCLUSION, CONCLUDED, degrees).await;
    let form = injured.form(DisabilityOccasion::Appraisal);
    let claim = injured.sign(&form).await.unwrap().case_id;
    february(&injured).await;
    (injured, claim)
}

async fn february(injured: &Injured) {
    injured.at(date!(2028 - 02 - 10));
    let figures = [
        ("disability_allowance_increase.2", "200"),
        ("disability_allowance_increase.3", "150"),
        ("disability_allowance_increase.5", "100"),
        ("area_average_monthly_wage", "8500"),
    ];
    injured.town.set_for(JANUARY, &figures).await;
}

fn take_back() -> AdjustmentOrder {
    AdjustmentOrder {
        take_back: true,
        ..adjustment_of("2028-01")
    }
}

async fn told_last(injured: &Injured) -> Vec<String> {
    told(&injured.told().await.pop().unwrap())
}

// Art. 87
#[tokio::test]
async fn an_adjustment_adds_what_the_area_has_set_once_and_a_later_conclusion_has_it_too() {
    let (injured, claim) = appraised((3, NursingGrade::Mostly)).await;
    let order = adjustment_of("2028-01");
    let run = injured.town.preview_of(&order).await;
    let service = &injured.town.service;
    let mut runs = RunServiceClient::new(service.connect(&handler()).await);
    let request = ListRunItemsRequest {
        pooling_area: AREA.to_owned(),
        run_id: run.run_id.clone(),
        ..ListRunItemsRequest::default()
    };
    let items = runs.list_run_items(request).await.unwrap().into_inner();
    let first: AdjustmentItem = from_any(items.items[0].form.as_ref().unwrap()).unwrap();
    let sheet = first.months[0].worksheet.as_ref().unwrap();
    let lines: Vec<_> = sheet.lines.iter().map(|line| line.value.as_str()).collect();
    assert_eq!(lines, ["4800.00", "2027-04", "2028-01", "150", "4950.00"]);
    injured.town.complete(&run).await;
    let adjusted = [
        "DISABILITY_ALLOWANCE 4950.00 2028-01 FUND replaces",
        "NURSING_ALLOWANCE 3400.00 2028-01 FUND replaces",
    ];
    assert_eq!(told_last(&injured).await, adjusted);
    let of_run = injured.told().await.pop().unwrap();
    for one in &of_run {
        let basis = one.adjusts_by.as_ref().unwrap();
        assert_eq!(basis.document_number, DOCUMENT);
        let last = one.worksheet.as_ref().and_then(|sheet| sheet.lines.last());
        let amount = one.amount.as_ref().map(Money::as_text);
        assert_eq!(last.map(|line| line.value.as_str()), amount);
    }

    let decisions = injured.told().await.len();
    assert_eq!(injured.town.adjust(&order).await, [""; 0]);
    assert_eq!(injured.told().await.len(), decisions);
    assert_upheld(&injured, &claim).await;

    let worse = ("深劳鉴〔2028〕1号", date!(2028 - 05 - 31));
    let degrees = (2, NursingGrade::Unspecified);
    injured.appraise(worse.0, worse.1, degrees).await;
    let form = injured.form(DisabilityOccasion::Appraisal);
    injured.approve(&form).await;
    let worse = [
        "NURSING_ALLOWANCE 0.00 2028-06 FUND replaces",
        "DISABILITY_ALLOWANCE 5300.00 2028-06 FUND replaces",
    ];
    assert_eq!(told_last(&injured).await, worse);
    assert_upheld(&injured, &claim).await;

    let sums = [
        "DISABILITY_ALLOWANCE FUND 1 5300.00→5100.00",
        "NURSING_ALLOWANCE FUND 1 3400.00→3200.00",
    ];
    assert_eq!(injured.town.adjust(&take_back()).await, sums);
    let back = [
        "DISABILITY_ALLOWANCE 4800.00 2028-01 FUND replaces",
        "DISABILITY_ALLOWANCE 5100.00 2028-06 FUND replaces",
        "NURSING_ALLOWANCE 3200.00 2028-01 FUND replaces",
    ];
    assert_eq!(told_last(&injured).await, back);
    assert_upheld(&injured, &claim).await;
    let ledger = injured.town.adjustments().await;
    let rows: Vec<_> = ledger
        .iter()
        .filter(|one| one.kind() == BenefitKind::DisabilityAllowance)
        .map(|one| (one.kind(), one.sequence, one.taken_back))
        .collect();
    assert_eq!(rows[0], (BenefitKind::DisabilityAllowance, 1, true));
    assert_eq!(rows[1], (BenefitKind::DisabilityAllowance, 0, false));
    // For pensions of survivors the area has set nothing: they were not adjusted.
    assert_eq!(ledger.len(), 4);
}

// Art. 80, Art. 87
#[tokio::test]
async fn who_is_decided_late_has_the_months_before_an_adjustment_without_it_and_those_after_with_it()
 {
    let injured = injured().await;
    injured
        .appraise(CONCLUSION, CONCLUDED, (3, NursingGrade::Mostly))
        .await;
    february(&injured).await;
    let only = AdjustmentOrder {
        kinds: vec![BenefitKind::DisabilityAllowance as i32],
        ..adjustment_of("2028-01")
    };
    assert_eq!(injured.town.adjust(&only).await, [""; 0]);
    let form = injured.form(DisabilityOccasion::Appraisal);
    let case = injured.sign(&form).await.unwrap();
    let decision: DisabilityDecision = from_any(case.decision.as_ref().unwrap()).unwrap();
    let [shown] = decision.adjusted.as_slice() else {
        panic!("one allowance was adjusted before: {:?}", decision.adjusted);
    };
    assert_eq!(shown.benefit(), BenefitKind::DisabilityAllowance);
    let yuan = |money: &Option<Money>| money.as_ref().unwrap().as_text().to_owned();
    let amounts = (yuan(&shown.decided), yuan(&shown.amount));
    assert_eq!(amounts, ("4800.00".to_owned(), "4950.00".to_owned()));
    assert_eq!(shown.from_month, Some(Month::of(JANUARY).into()));
    assert_eq!(shown.document_number, DOCUMENT);
    // What was told has the same steps, for whoever it is paid to, and what the lump sum rests on.
    let told = injured.told().await.pop().unwrap();
    let rests_on: Vec<_> = told[0]
        .rests_on
        .iter()
        .map(|line| line.value.as_str())
        .collect();
    assert_eq!(rests_on, ["3", "6000.00", "23"]);
    let steps = &told[2].worksheet;
    assert_eq!(steps, &shown.worksheet);
    let lines = &steps.as_ref().unwrap().lines;
    assert_eq!(
        (lines[0].label.as_str(), lines[0].value.as_str()),
        ("待遇调整文件", DOCUMENT)
    );
    assert_eq!(lines.last().unwrap().value, "4950.00");
    let claim = case.case_id;
    let arrears = [
        "LUMP_SUM_DISABILITY 138000.00 FUND",
        "DISABILITY_ALLOWANCE 4800.00 2027-04 FUND",
        "DISABILITY_ALLOWANCE 4950.00 2028-01 FUND replaces",
        "NURSING_ALLOWANCE 3200.00 2027-04 FUND",
    ];
    assert_eq!(told_last(&injured).await, arrears);
    assert_upheld(&injured, &claim).await;
    let nursing = ["NURSING_ALLOWANCE FUND 1 3200.00→3400.00"];
    let all = adjustment_of("2028-01");
    assert_eq!(injured.town.adjust(&all).await, nursing);
    assert_upheld(&injured, &claim).await;
}

// Art. 87
#[tokio::test]
async fn a_benefit_that_is_decided_anew_before_the_signature_is_left_and_found_by_the_next_order() {
    let (injured, claim) = appraised((3, NursingGrade::Unspecified)).await;
    let order = adjustment_of("2028-01");
    let run = injured.town.preview_of(&order).await;
    let worse = ("深劳鉴〔2028〕1号", date!(2028 - 05 - 31));
    let degrees = (2, NursingGrade::Unspecified);
    injured.appraise(worse.0, worse.1, degrees).await;
    injured
        .approve(&injured.form(DisabilityOccasion::Appraisal))
        .await;
    let decisions = injured.told().await.len();
    injured.town.complete(&run).await;
    assert_eq!(injured.told().await.len(), decisions);
    let left = injured.town.left_of(&run).await;
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].person_id, injured.person.person_id);

    let found = ["DISABILITY_ALLOWANCE FUND 1 5100.00→5300.00"];
    assert_eq!(injured.town.adjust(&order).await, found);
    let stretches = [
        "DISABILITY_ALLOWANCE 4950.00 2028-01 FUND replaces",
        "DISABILITY_ALLOWANCE 5300.00 2028-06 FUND replaces",
    ];
    assert_eq!(told_last(&injured).await, stretches);
    assert_upheld(&injured, &claim).await;
}

// Art. 68, Art. 87
#[tokio::test]
async fn what_the_fund_adds_to_a_pension_rests_on_the_adjusted_allowance() {
    let (injured, claim) = appraised((3, NursingGrade::Unspecified)).await;
    injured.town.adjust(&adjustment_of("2028-01")).await;
    let retired = DisabilityForm {
        retired_on: on(date!(2028 - 02 - 05)),
        basic_pension: Some(Money::from_text("3210.55")),
        ..injured.form(DisabilityOccasion::Retirement)
    };
    injured.approve(&retired).await;
    let difference = [
        "DISABILITY_ALLOWANCE 0.00 2028-03 FUND replaces",
        "PENSION_DIFFERENCE 1739.45 2028-03 FUND replaces",
    ];
    assert_eq!(told_last(&injured).await, difference);
    assert_upheld(&injured, &claim).await;
}

// Art. 68, Art. 87
#[tokio::test]
async fn an_allowance_that_ended_before_an_adjustment_does_not_come_back_with_it() {
    let (injured, claim) = appraised((3, NursingGrade::Unspecified)).await;
    injured.town.adjust(&adjustment_of("2028-01")).await;
    let retired = DisabilityForm {
        retired_on: on(date!(2027 - 09 - 05)),
        basic_pension: Some(Money::from_text("3210.55")),
        ..injured.form(DisabilityOccasion::Retirement)
    };
    injured.approve(&retired).await;
    let difference = [
        "DISABILITY_ALLOWANCE 0.00 2027-10 FUND replaces",
        "PENSION_DIFFERENCE 1589.45 2027-10 FUND replaces",
    ];
    assert_eq!(told_last(&injured).await, difference);
    assert_upheld(&injured, &claim).await;
}

// Art. 68, Art. 87
#[tokio::test]
async fn a_lower_nursing_allowance_that_ended_before_an_adjustment_does_not_come_back_with_it() {
    let injured = injured().await;
    let second = "深人社认字〔2026〕2号";
    injured.injure(second).await;
    let partly = (4, NursingGrade::Partly);
    injured.appraise(CONCLUSION, CONCLUDED, partly).await;
    let form = injured.form(DisabilityOccasion::Appraisal);
    injured.approve(&form).await;
    let fully = ("深劳鉴〔2027〕2号", date!(2027 - 05 - 10));
    injured
        .appraise_of(second, fully.0, fully.1, (1, NursingGrade::Full))
        .await;
    february(&injured).await;
    injured.town.adjust(&adjustment_of("2028-01")).await;
    let of_second = DisabilityForm {
        recognition_number: second.to_owned(),
        ..form
    };
    injured.approve(&of_second).await;
    let ends = ["NURSING_ALLOWANCE 0.00 2027-06 FUND replaces"];
    assert_eq!(told_last(&injured).await, ends);
}

// Art. 87
#[tokio::test]
async fn what_the_employer_bears_is_adjusted_too_and_stays_the_employers() {
    let (injured, _) = appraised((5, NursingGrade::Unspecified)).await;
    let sums = ["DISABILITY_ALLOWANCE EMPLOYER 1 4200.00→4300.00"];
    assert_eq!(injured.town.adjust(&adjustment_of("2028-01")).await, sums);
    let last = injured.told().await.pop().unwrap();
    assert_eq!(last[0].employer_id, injured.employer_id);
    assert!(!last[0].in_place_of_fund);
}

// Art. 87
#[tokio::test]
async fn an_order_that_does_not_fit_what_was_adjusted_is_refused() {
    let (injured, _) = appraised((3, NursingGrade::Unspecified)).await;
    let service = &injured.town.service;
    let refused = async |order: &AdjustmentOrder| {
        let ordered = service.order(&handler(), order).await;
        reason(&ordered.unwrap_err())
    };
    assert_eq!(refused(&take_back()).await, "ADJUSTMENT_UNKNOWN");
    let funeral = AdjustmentOrder {
        kinds: vec![BenefitKind::Funeral as i32],
        ..adjustment_of("2028-01")
    };
    assert_eq!(refused(&funeral).await, "ADJUSTMENT_KIND");
    injured.town.adjust(&adjustment_of("2028-01")).await;
    let other = AdjustmentOrder {
        document_number: "粤人社发〔2028〕2号".to_owned(),
        ..adjustment_of("2028-01")
    };
    assert_eq!(refused(&other).await, "ADJUSTMENT_DOCUMENT");
    let earlier = adjustment_of("2027-07");
    assert_eq!(refused(&earlier).await, "ADJUSTMENT_ORDER");
}

// Art. 87
#[tokio::test]
async fn an_order_for_whose_month_the_area_has_set_no_figure_is_refused_with_those_it_wants() {
    let (injured, _) = appraised((3, NursingGrade::Unspecified)).await;
    let service = &injured.town.service;
    let of = |kind: BenefitKind, month: &str| AdjustmentOrder {
        kinds: vec![kind as i32],
        ..adjustment_of(month)
    };
    for (order, wanted) in [
        (
            of(BenefitKind::DisabilityAllowance, "2028-02"),
            "disability_allowance_increase",
        ),
        (
            of(BenefitKind::SurvivorPension, "2028-01"),
            "survivor_pension_least",
        ),
    ] {
        let status = service.order(&handler(), &order).await.unwrap_err();
        assert_eq!(reason(&status), "ADJUSTMENT_UNSET");
        assert!(status.message().contains(wanted), "{status}");
    }
}

// Art. 87
// Art. 151
#[tokio::test]
async fn the_figures_of_an_adjustment_stay_what_they_are_until_it_is_taken_back() {
    let (injured, _) = appraised((3, NursingGrade::Mostly)).await;
    let town = &injured.town;
    town.adjust(&adjustment_of("2028-01")).await;
    let allowance = ("disability_allowance_increase.3", "160");
    let average = ("area_average_monthly_wage", "8600");
    for figure in [allowance, average, ("benefit_rounding", "up_to_yuan")] {
        let status = town.try_to_set(JANUARY, figure).await.unwrap_err();
        assert_eq!(reason(&status), "ADJUSTMENT_FIGURE", "{figure:?}");
        assert!(status.message().contains("2028-01"), "{status}");
    }
    // Others, and the same of other days, by which nothing was adjusted.
    let february = date!(2028 - 02 - 01);
    let spouse = ("survivor_pension_increase.spouse", "90");
    for (day, figure) in [
        (date!(2027 - 07 - 01), average),
        (february, average),
        (february, allowance),
        (JANUARY, spouse),
    ] {
        town.try_to_set(day, figure).await.unwrap();
    }
    town.adjust(&take_back()).await;
    town.try_to_set(JANUARY, allowance).await.unwrap();
    let sums = [
        "DISABILITY_ALLOWANCE FUND 1 4800.00→4960.00",
        "NURSING_ALLOWANCE FUND 1 3200.00→3400.00",
    ];
    assert_eq!(town.adjust(&adjustment_of("2028-01")).await, sums);
}
