//! What is missing, what contradicts itself, and what the law has no answer to.

use super::*;
use tonic_types::StatusExt;

/// What is wrong with a question: the change to it, the field that is named, and part of what is said of it.
type Wrong = (fn(&mut EstimateBenefitsRequest), &'static str, &'static str);

/// The field that a status names first, and what it says of it.
fn violation(status: &Status) -> (String, String) {
    let named = status.get_details_bad_request();
    let first = named.and_then(|named| named.field_violations.into_iter().next());
    first
        .map(|one| (one.field, one.description))
        .unwrap_or_default()
}

async fn each_is_named(base: EstimateBenefitsRequest, wrong: &[Wrong]) {
    let service = alone().await;
    estimate(&service, base.clone()).await.unwrap();
    for (spoil, field, sentence) in wrong {
        let mut asked = base.clone();
        spoil(&mut asked);
        let status = estimate(&service, asked).await.unwrap_err();
        assert_eq!(reason(&status), "INVALID_FIELD", "{field}: {status}");
        assert_eq!(status.code(), Code::InvalidArgument);
        let (named, said) = violation(&status);
        assert_eq!(named, *field, "{said}");
        assert!(said.contains(sentence), "{field}: {said}");
        assert!(!status.message().contains("。。"), "{status}");
    }
}

// Art. 68
#[tokio::test]
async fn whatever_is_missing_or_contradicts_itself_of_a_disability_is_named() {
    each_is_named(
        disabled(),
        &[
            (|asked| asked.kind = 0, "kind", "必须填写"),
            (|asked| asked.kind = 9, "kind", "请从以下选项中选择"),
            (
                |asked| asked.pooling_area = String::new(),
                "poolingArea",
                "必须填写",
            ),
            (
                |asked| asked.injury_date = None,
                "injuryDate",
                "未填写。请填写后再测算",
            ),
            (
                |asked| (asked.disability_grade, asked.nursing_grade) = (0, 0),
                "disabilityGrade",
                "与生活自理障碍等级均未填写。请至少填写一项",
            ),
            (|asked| asked.disability_grade = 11, "disabilityGrade", "10"),
            (|asked| asked.disability_grade = -1, "disabilityGrade", "0"),
            (|asked| asked.nursing_grade = 9, "nursingGrade", "请"),
            (
                |asked| asked.appraisal_date = on(date!(2021 - 01 - 14)),
                "appraisalDate",
                "2021-01-14早于事故伤害或职业病诊断日期2021-01-15。请核对两个日期",
            ),
            (
                |asked| asked.recognition_date = on(date!(2021 - 01 - 14)),
                "recognitionDate",
                "2021-01-14早于事故伤害或职业病诊断日期2021-01-15。请核对两个日期",
            ),
            (
                |asked| asked.labour_relation_end_date = on(date!(2021 - 01 - 14)),
                "labourRelationEndDate",
                "2021-01-14早于事故伤害或职业病诊断日期2021-01-15。请核对两个日期",
            ),
            (
                |asked| asked.birth_date = on(date!(2021 - 01 - 15)),
                "birthDate",
                "2021-01-15不早于事故伤害或职业病诊断日期2021-01-15。请核对两个日期",
            ),
            (
                |asked| asked.own_wage = None,
                "ownWage",
                "未填写。请填写平均月缴费工资（ownWage），或者逐月填写月缴费工资（bases）",
            ),
            (
                |asked| asked.bases = missing().bases,
                "ownWage",
                "与逐月的月缴费工资只能填写一项。请去掉其中一项",
            ),
            (|asked| asked.own_wage = yuan("-0.01"), "ownWage", "0"),
            (
                |asked| asked.own_wage = yuan("10000000"),
                "ownWage",
                "9999999.99",
            ),
            (|asked| asked.own_wage = yuan("6000.001"), "ownWage", "请"),
        ],
    )
    .await;
}

// Art. 69
// Art. 72
#[tokio::test]
async fn whatever_is_missing_or_contradicts_itself_of_a_death_is_named() {
    each_is_named(
        missing(),
        &[
            (
                |asked| asked.death_case = 0,
                "deathCase",
                "未填写。请选择工亡情形",
            ),
            (
                |asked| asked.injury_date = None,
                "injuryDate",
                "未填写。请填写后再测算",
            ),
            (
                |asked| {
                    asked.death_case = DeathCase::InStoppagePeriod as i32;
                    asked.death_date = None;
                },
                "deathDate",
                "未填写。请填写后再测算",
            ),
            (
                |asked| {
                    asked.death_case = DeathCase::AfterStoppagePeriod as i32;
                    asked.disability_grade = 5;
                },
                "disabilityGrade",
                "5级伤残职工停工留薪期满后死亡，没有工亡待遇，一级至四级才有。请核对伤残等级和工亡情形",
            ),
            (
                |asked| asked.bases = Vec::new(),
                "ownWage",
                "未填写。请填写平均月缴费工资",
            ),
            (
                |asked| asked.own_wage = yuan("6000"),
                "ownWage",
                "只能填写一项",
            ),
            (
                |asked| asked.bases[1].month = asked.bases[0].month,
                "bases[1].month",
                "2020-01已经填写过。请每月只填写一项",
            ),
            (
                |asked| asked.bases[2].month = None,
                "bases[2].month",
                "必须填写",
            ),
            (
                |asked| asked.bases[2].base = None,
                "bases[2].base",
                "必须填写",
            ),
            (
                |asked| asked.bases[2].base = yuan("-1"),
                "bases[2].base",
                "0",
            ),
            (
                |asked| asked.bases = vec![asked.bases[0].clone(); 121],
                "bases",
                "120",
            ),
            (
                |asked| asked.survivors[4].relation = 0,
                "survivors[4].relation",
                "必须填写",
            ),
            (|asked| asked.survivors[4].sex = 9, "survivors[4].sex", "请"),
            (
                |asked| asked.survivors = vec![survivor(SurvivorRelation::Sibling); 51],
                "survivors",
                "50",
            ),
        ],
    )
    .await;
}

// Art. 68
// Art. 69
#[tokio::test]
async fn what_the_law_has_no_answer_to_is_refused_with_what_to_do() {
    let service = alone().await;
    let before = EstimateBenefitsRequest {
        death_date: on(date!(2020 - 10 - 14)),
        ..missing()
    };
    let none_in_twelve_months = EstimateBenefitsRequest {
        injury_date: on(date!(2021 - 10 - 01)),
        ..missing()
    };
    let of_old = EstimateBenefitsRequest {
        injury_date: on(date!(2003 - 12 - 31)),
        ..disabled()
    };
    let unset = EstimateBenefitsRequest {
        parameters: Vec::new(),
        ..disabled()
    };
    for (asked, why, said) in [
        (
            none_in_twelve_months,
            "NO_BASES",
            "事故伤害日期2021-10-01前12个月没有月缴费工资，不能计算本人工资。请补充缴费记录，或者核对事故伤害日期；没有缴费记录可补的，在申请表（表68-A、表70-A）中填写这12个月的工资，并附职工工资发放明细表。",
        ),
        (
            before,
            "DIED_BEFORE",
            "死亡日期2020-10-14早于事故伤害日期2020-10-15。请核对两个日期。",
        ),
        (of_old, "PARAMETER", "最早的数值自2004-01-01起施行"),
        (
            unset,
            "PARAMETER",
            "尚未设定参数“统筹地区上年度职工月平均工资”",
        ),
    ] {
        let status = estimate(&service, asked).await.unwrap_err();
        assert_eq!(reason(&status), why, "{status}");
        assert_eq!(status.code(), Code::FailedPrecondition);
        assert!(status.message().contains(said), "{status}");
    }
}

// Art. 71
#[tokio::test]
async fn a_year_whose_national_income_is_not_known_yet_has_no_figure_until_one_stands_in() {
    let service = alone().await;
    let next_year = EstimateBenefitsRequest {
        death_date: on(date!(2027 - 01 - 01)),
        ..missing()
    };
    let status = estimate(&service, next_year.clone()).await.unwrap_err();
    assert_eq!(reason(&status), "PARAMETER");
    let said = "参数“上一年度全国城镇居民人均可支配收入”（national_urban_disposable_income）在2027-01-01没有依据，\
                最近的数值只适用至2026-12-31";
    assert!(status.message().contains(said), "{status}");
    let mut known = next_year;
    known
        .parameters
        .push(value("national_urban_disposable_income", "59000"));
    let found = estimate(&service, known).await.unwrap();
    assert_eq!(due(&found.benefits)[1].2, "1180000.00");
}

// Art. 68
#[tokio::test]
async fn an_estimate_in_an_area_that_cannot_be_names_the_field() {
    let service = alone().await;
    for nowhere in ["999999", "000000", "44030", ""] {
        let asked = EstimateBenefitsRequest {
            pooling_area: nowhere.to_owned(),
            ..disabled()
        };
        let status = estimate(&service, asked).await.unwrap_err();
        assert_eq!(reason(&status), "INVALID_FIELD", "{nowhere}");
        assert!(status.message().contains("统筹地区"), "{status}");
    }
}
