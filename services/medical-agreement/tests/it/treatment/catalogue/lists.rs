//! Lists as they arrive: what becomes of their rows.

use chassis::testing::reason;
use contracts::common::v1::EvidenceKind;
use contracts::medical_agreement::v1::{CatalogueForm, CatalogueItem, CatalogueKind};
use time::Duration;
use time::macros::date;
use uuid::Uuid;

use super::*;

// Art. 43
#[tokio::test]
async fn a_code_stands_in_a_list_once_and_all_rows_are_of_one_catalogue() {
    let service = alone().await;
    let rows = [
        drug("A1", 10),
        drug("A2", 20),
        drug("A1", 30),
        item(CatalogueKind::TreatmentItem, "A3"),
        drug("A2", 20),
    ];
    let batch = upload_catalogue(&service, &rows).await;
    assert_eq!((batch.accepted_rows, batch.refused_rows), (2, 3));
    let twice = |row| {
        (
            row,
            "项目编码".to_owned(),
            "CATALOGUE_CODE_TWICE".to_owned(),
        )
    };
    let mixed = (3, "目录类别".to_owned(), "CATALOGUE_KINDS_MIXED".to_owned());
    assert_eq!(
        findings(&service, &batch).await,
        [twice(2), mixed, twice(4)]
    );
    let refused = service
        .approve(&handler(), &catalogue_form(&batch, DRUG, TODAY), PAPERS)
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "CATALOGUE_ROWS_REFUSED");
    assert!(refused.message().contains("有3行"), "{}", refused.message());
}

// Art. 43
#[tokio::test]
async fn a_code_and_the_catalogue_are_held_against_rows_that_were_entered_long_before() {
    let service = alone().await;
    let code = |n: u32| format!("A{n}");
    let mut rows: Vec<CatalogueItem> = (0..40_000).map(|n| drug(&code(n), 10)).collect();
    // These are entered in the next transaction.
    rows.push(item(CatalogueKind::TreatmentItem, "B1"));
    rows.push(drug(&code(7), 10));
    rows.push(drug("B2", 10));
    let batch = upload_catalogue(&service, &rows).await;
    assert_eq!((batch.accepted_rows, batch.refused_rows), (40_001, 2));
    let found = findings(&service, &batch).await;
    let reasons: Vec<_> = found.iter().map(|(row, _, why)| (*row, &**why)).collect();
    assert_eq!(
        reasons,
        [
            (40_000, "CATALOGUE_KINDS_MIXED"),
            (40_001, "CATALOGUE_CODE_TWICE")
        ]
    );
}

// Art. 43
#[tokio::test]
async fn codes_are_written_in_one_way_and_national_ones_stand_in_their_own_catalogue() {
    const NATIONAL_DRUG: &str = "XA01ABD075A002010100483";
    const NATIONAL_ITEM: &str = "001101000010000";
    const NATIONAL_CONSUMABLE: &str = "C0101010010000200001";
    let service = alone().await;
    for (kind, good, bad) in [
        (
            DRUG,
            vec![NATIONAL_DRUG, "ZA01AAA0001010101111112", "SZ-Y001"],
            vec![
                "YA01ABD075A002010100483",
                "XA01-BD075A002010100483",
                NATIONAL_ITEM,
                NATIONAL_CONSUMABLE,
                "a1",
                "Ａ１",
                "A 1",
            ],
        ),
        (
            CatalogueKind::TreatmentItem,
            vec![NATIONAL_ITEM, NATIONAL_CONSUMABLE, "F1/2"],
            vec!["00110100001000A", "C010101001000020000X", NATIONAL_DRUG],
        ),
        (
            CatalogueKind::InpatientService,
            vec!["CW-01"],
            vec![NATIONAL_DRUG, NATIONAL_ITEM, NATIONAL_CONSUMABLE],
        ),
        (
            CatalogueKind::Device,
            vec![NATIONAL_CONSUMABLE, "06.24.03"],
            vec!["C010101001000020000X", NATIONAL_DRUG, NATIONAL_ITEM],
        ),
    ] {
        let codes = || good.iter().chain(&bad);
        let rows: Vec<_> = codes().map(|code| item(kind, code)).collect();
        let batch = upload_catalogue(&service, &rows).await;
        let found = findings(&service, &batch).await;
        let refused: Vec<_> = found
            .iter()
            .map(|(row, label, why)| (*row, &**label, &**why))
            .collect();
        let expected: Vec<_> = (good.len()..good.len() + bad.len())
            .map(|row| (row as u64, "项目编码", "CATALOGUE_CODE_SHAPE"))
            .collect();
        assert_eq!(refused, expected, "{kind:?}");
    }
}

// Art. 43, Art. 51
#[tokio::test]
async fn a_device_has_a_price_and_a_term_of_use_and_an_inpatient_service_the_price_of_a_day() {
    let service = alone().await;
    let device = item(CatalogueKind::Device, "06.24.03");
    let unpriced = |item: CatalogueItem, code: &str| CatalogueItem {
        code: code.to_owned(),
        price_limit: None,
        ..item
    };
    let short = |item: CatalogueItem, code: &str| CatalogueItem {
        code: code.to_owned(),
        useful_months: 0,
        ..item
    };
    let rows = [
        device.clone(),
        unpriced(device.clone(), "1"),
        short(device.clone(), "2"),
        short(unpriced(device.clone(), "3"), "3"),
    ];
    let batch = upload_catalogue(&service, &rows).await;
    let wrong = |row, label: &str, why: &str| (row, label.to_owned(), why.to_owned());
    const INCOMPLETE: &str = "CATALOGUE_DEVICE_INCOMPLETE";
    assert_eq!(
        findings(&service, &batch).await,
        [
            wrong(1, "最高支付标准", INCOMPLETE),
            wrong(2, "最低使用年限（月）", INCOMPLETE),
            wrong(3, "最高支付标准", INCOMPLETE)
        ]
    );
    let bed = item(CatalogueKind::InpatientService, "CW-01");
    let batch = upload_catalogue(&service, &[bed.clone(), unpriced(bed, "CW-02")]).await;
    let found = findings(&service, &batch).await;
    assert_eq!(
        found,
        [wrong(1, "最高支付标准", "CATALOGUE_DAY_PRICE_MISSING")]
    );
    // What a drug or a treatment costs need not be limited.
    let free = unpriced(drug("A1", 1), "A1");
    assert_eq!(upload_catalogue(&service, &[free]).await.accepted_rows, 1);
}

// Art. 43
#[tokio::test]
async fn a_list_is_put_in_force_whole_of_its_own_kind_once_and_not_unawares_for_days_that_passed() {
    let service = alone().await;
    let batch = upload_catalogue(&service, &[drug("A1", 10)]).await;
    let good = catalogue_form(&batch, DRUG, TODAY);
    let yesterday = catalogue_form(&batch, DRUG, date!(2026 - 11 - 01));
    let empty = upload_catalogue(&service, &[]).await;
    for (form, expected) in [
        (
            catalogue_form(&batch, CatalogueKind::Device, TODAY),
            "CATALOGUE_KIND_DIFFERS",
        ),
        (
            CatalogueForm {
                retroactive: false,
                ..yesterday.clone()
            },
            "CATALOGUE_BACKDATED",
        ),
        (catalogue_form(&empty, DRUG, TODAY), "CATALOGUE_EMPTY"),
        (
            CatalogueForm {
                batch_id: Uuid::now_v7().to_string(),
                ..good.clone()
            },
            "NOT_FOUND",
        ),
    ] {
        let refused = service.approve(&handler(), &form, PAPERS).await;
        assert_eq!(reason(&refused.unwrap_err()), expected);
    }
    let unproved = service
        .submit(&handler(), &good, &[EvidenceKind::RecognitionDecision])
        .await;
    assert_eq!(reason(&unproved.unwrap_err()), "EVIDENCE_MISSING");

    let second = service.submit(&handler(), &good, PAPERS).await.unwrap();
    service.approve(&handler(), &good, PAPERS).await.unwrap();
    let late = service.sign_off(&second).await.unwrap_err();
    assert_eq!(reason(&late), "CATALOGUE_SET_BEFORE");
    service
        .approve(&handler(), &yesterday, PAPERS)
        .await
        .unwrap();
}

/// Art. 43.
#[tokio::test]
async fn a_part_of_a_list_is_not_put_in_force_as_the_whole_unawares() {
    let service = alone().await;
    let whole = upload_catalogue(&service, &[drug("A1", 10), drug("A2", 10), drug("A3", 10)]).await;
    let form = catalogue_form(&whole, DRUG, TODAY);
    service.approve(&handler(), &form, PAPERS).await.unwrap();
    let part = upload_catalogue(&service, &[drug("A3", 12)]).await;
    let unawares = catalogue_form(&part, DRUG, TODAY + Duration::days(1));
    let miscounted = CatalogueForm {
        removed: 1,
        ..unawares.clone()
    };
    for form in [&unawares, &miscounted] {
        let refused = service.approve(&handler(), form, PAPERS).await.unwrap_err();
        assert_eq!(reason(&refused), "CATALOGUE_SHRINKS");
    }
    let meant = CatalogueForm {
        removed: 2,
        ..unawares
    };
    service.approve(&handler(), &meant, PAPERS).await.unwrap();
}
