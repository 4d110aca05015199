//! What is found on a roster, column by column: articles 8, 12 and 150.

use contracts::registration::v1::{IdentityKind, Sex};
use time::Date;

use super::*;

const LEFT_ON: Date = date!(2026 - 10 - 08);

fn foreigner(employer_id: &str, number: &str) -> StaffChangeRow {
    StaffChangeRow {
        identity_kind: IdentityKind::Passport as i32,
        identity_number: number.to_owned(),
        nationality: "GBR".to_owned(),
        sex: Sex::Male as i32,
        born_on: Some(date!(1985 - 03 - 04).into()),
        ..hired(employer_id, 50, TODAY)
    }
}

fn with(mut row: StaffChangeRow, changed: impl Fn(&mut StaffChangeRow)) -> StaffChangeRow {
    changed(&mut row);
    row
}

// Art. 8, Art. 12, Art. 150
#[tokio::test]
async fn what_is_found_on_a_roster_names_the_column_to_correct_or_the_whole_row() {
    let service = registration().await;
    let employer_id = register(&service, 1).await;
    let on = |n, day| hired(&employer_id, n, day);
    let of = |n| on(n, TODAY);
    let leaves = |n, day| left(&employer_id, n, StaffChangeKind::End, day);
    let abroad = |number: &str| foreigner(&employer_id, number);
    let known = vec![on(1, LEFT_ON), on(2, LEFT_ON), abroad("E11111111")];
    report(&service, &employer_id, known).await.unwrap();
    let died = left(&employer_id, 2, StaffChangeKind::Death, LEFT_ON);
    report(&service, &employer_id, vec![died]).await.unwrap();

    let child = CitizenNumber::compose("440301", date!(2015 - 01 - 01), 21).unwrap();
    let other = StaffChangeKind::Other as i32;
    let concurrent = StaffChangeKind::ConcurrentHire as i32;
    let (usa, china) = (|| "USA".to_owned(), || "CHN".to_owned());
    let mistakes = [
        (
            hired("91440300NOBODY0001", 3, TODAY),
            "单位编号",
            "EMPLOYER_UNKNOWN",
        ),
        (
            with(of(4), |row| row.nationality = usa()),
            "国籍",
            "NATIONALITY_OF_CITIZEN",
        ),
        (
            with(of(5), |row| row.nationality = "gbr".to_owned()),
            "国籍",
            "ROW_INVALID",
        ),
        (
            with(abroad("E22222222"), |row| row.nationality = china()),
            "国籍",
            "CITIZEN_BY_FOREIGN_PAPER",
        ),
        (
            with(abroad("E11111111"), |row| row.nationality = usa()),
            "国籍",
            "PASSPORT_OF_OTHER_STATE",
        ),
        (
            with(abroad("E33333333"), |row| row.nationality.clear()),
            "国籍",
            "FOREIGNER_FACTS_MISSING",
        ),
        (
            with(abroad("E44444444"), |row| row.sex = 0),
            "性别",
            "FOREIGNER_FACTS_MISSING",
        ),
        (
            with(abroad("E55555555"), |row| row.born_on = None),
            "出生日期",
            "FOREIGNER_FACTS_MISSING",
        ),
        (
            with(abroad("E66666666"), |row| row.identity_kind = 1),
            "证件号码",
            "IDENTITY_KIND_MISMATCH",
        ),
        (
            with(of(12), |row| row.sex = Sex::Male as i32),
            "性别",
            "BIRTH_DATE_MISMATCH",
        ),
        (
            with(of(13), |row| row.born_on = Some(LEFT_ON.into())),
            "出生日期",
            "BIRTH_DATE_MISMATCH",
        ),
        (on(14, TODAY + Duration::DAY), "变动日期", "HIRED_IN_FUTURE"),
        (
            on(15, date!(2025 - 12 - 31)),
            "变动日期",
            "HIRED_BEFORE_EMPLOYER",
        ),
        (
            with(of(16), |row| row.identity_number = child.to_string()),
            "整行",
            "TOO_YOUNG",
        ),
        (
            with(of(17), |row| row.wage = None),
            "月工资",
            "HIRE_FACTS_MISSING",
        ),
        (
            with(of(18), |row| row.contract_type = 0),
            "用工形式",
            "HIRE_FACTS_MISSING",
        ),
        (
            with(of(19), |row| row.contract_ends_on = Some(LEFT_ON.into())),
            "合同到期日",
            "CONTRACT_ENDS_BEFORE_START",
        ),
        (
            with(of(20), |row| row.kind = concurrent),
            "用工形式",
            "CONTRACT_TYPE",
        ),
        (
            with(leaves(1, TODAY), |row| {
                (row.kind, row.remark) = (other, String::new())
            }),
            "备注",
            "REMARK_MISSING",
        ),
        (
            with(leaves(1, TODAY), |row| row.name = name(9)),
            "姓名",
            "PERSON_NAME_DIFFERS",
        ),
        (of(1), "变动日期", "ALREADY_ENROLLED"),
        (of(2), "证件号码", "PERSON_DEAD"),
        (leaves(1, date!(2026 - 10 - 07)), "变动日期", "NOT_ENROLLED"),
        (leaves(21, TODAY), "证件号码", "NOT_ENROLLED"),
    ];
    let mut rows: Vec<_> = mistakes.iter().map(|(row, ..)| row.clone()).collect();
    rows.extend([of(22), of(22)]);
    let batch = upload(&service, &rows, 100).await;
    let found = findings(&service, &batch).await;
    let mut expected: Vec<_> = (0..)
        .zip(&mistakes)
        .map(|(row, (_, column, reason))| (row, *column, *reason))
        .collect();
    // The second of two equal rows.
    expected.push((25, "整行", "DUPLICATE_ROW"));
    assert_eq!(found.iter().map(columns).collect::<Vec<_>>(), expected);
}
