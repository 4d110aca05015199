//! What is in force on which day, and what a new list changes of it.

use chassis::Actor;
use chassis::testing::{party, person};
use contracts::medical_agreement::v1::medical_agreement_event::What;
use contracts::medical_agreement::v1::{
    CatalogueDecision, CatalogueDifference, CatalogueDifferences, CatalogueItem, CatalogueSet,
    InstitutionGrade, ListCatalogueDifferencesRequest, ListCatalogueItemsRequest,
    ListCatalogueVersionsRequest,
};
use contracts::options::v1::Caller;
use time::macros::date;

use super::*;

/// The list of next year beside that of this one: A2 is gone, A5 new, and A6 the same.
fn lists() -> (Vec<CatalogueItem>, Vec<CatalogueItem>) {
    let unlimited = |code: &str| CatalogueItem {
        price_limit: None,
        ..drug(code, 1)
    };
    let reviewed = CatalogueItem {
        lowest_grade: InstitutionGrade::Secondary as i32,
        needs_review: true,
        note: "限二级以上医疗机构".to_owned(),
        ..drug("A7", 70)
    };
    let mut same = drug("A6", 60);
    let before = vec![
        drug("A1", 10),
        drug("A2", 20),
        drug("A3", 30),
        drug("A4", 40),
        same.clone(),
        drug("A7", 70),
        unlimited("A8"),
    ];
    // The same amount, written in another way.
    same.price_limit = Some(contracts::Money::from_text("60"));
    let after = vec![
        reviewed,
        same,
        drug("A5", 50),
        drug("A8", 80),
        unlimited("A4"),
        drug("A3", 29),
        drug("A1", 11),
    ];
    (before, after)
}

const THIS_YEAR: Date = date!(2026 - 01 - 01);
const NEXT_YEAR: Date = date!(2027 - 01 - 01);

// Art. 43
#[tokio::test]
async fn the_catalogue_of_a_day_is_the_last_one_by_then_whenever_it_was_set() {
    let service = alone().await;
    let (before, after) = lists();
    set(&service, &after, NEXT_YEAR).await;
    set(&service, &before, THIS_YEAR).await;
    let eve = date!(2026 - 12 - 31);
    let answers = asked(
        &service,
        &[
            (DRUG, "A2", NEXT_YEAR),
            (DRUG, "A2", eve),
            (DRUG, "A1", NEXT_YEAR),
            (DRUG, "A1", date!(2025 - 12 - 31)),
            (CatalogueKind::Device, "A1", eve),
            (DRUG, "A1", eve),
            (DRUG, "A1", eve),
        ],
    )
    .await;
    let told: Vec<_> = answers
        .iter()
        .map(|answer| {
            let limit = answer.item.as_ref().map(|item| {
                assert_eq!((&item.code, item.kind), (&answer.code, answer.kind));
                item.price_limit.as_ref().unwrap().as_text()
            });
            (answer.effective_on, limit)
        })
        .collect();
    let (old, new) = (on(THIS_YEAR), on(NEXT_YEAR));
    assert_eq!(
        told,
        [
            (new, None),
            (old, Some("20.00")),
            (new, Some("11.00")),
            (None, None),
            (None, None),
            (old, Some("10.00")),
            (old, Some("10.00"))
        ]
    );
    // What was put in before takes its place on its own days only.
    let middle = date!(2026 - 06 - 01);
    set(&service, &[drug("A1", 5)], middle).await;
    let questions = [date!(2026 - 05 - 31), middle, eve, NEXT_YEAR];
    let questions = questions.map(|day| (DRUG, "A1", day));
    let limits: Vec<_> = asked(&service, &questions)
        .await
        .into_iter()
        .map(|answer| {
            answer
                .item
                .unwrap()
                .price_limit
                .unwrap()
                .as_text()
                .to_owned()
        })
        .collect();
    assert_eq!(limits, ["10.00", "5.00", "5.00", "11.00"]);
}

// Art. 43
#[tokio::test]
async fn who_signs_a_list_sees_what_it_changes() {
    let service = alone().await;
    let (before, after) = lists();
    let first = set(&service, &before, THIS_YEAR).await;
    let batch = upload_catalogue(&service, &after).await;
    let form = catalogue_form(&batch, DRUG, NEXT_YEAR);
    let case = service.submit(&handler(), &form, PAPERS).await.unwrap();
    let decision: CatalogueDecision = service.decision(&case).await.unwrap();
    assert_eq!(
        decision,
        CatalogueDecision {
            kind: DRUG as i32,
            title: form.title,
            document_number: form.document_number,
            effective_on: on(NEXT_YEAR),
            retroactive: false,
            list_id: batch.batch_id.clone(),
            items: 7,
            former_effective_on: on(THIS_YEAR),
            differences: Some(CatalogueDifferences {
                added: 1,
                removed: 1,
                changed: 5,
                price_raised: 2,
                price_lowered: 2,
                unchanged: 1,
            }),
        }
    );
    service.sign_off(&case).await.unwrap();
    let set = |list: &Batch, effective_on, items, retroactive, case_id: &str| CatalogueSet {
        kind: DRUG as i32,
        effective_on: on(effective_on),
        list_id: list.batch_id.clone(),
        items,
        retroactive,
        case_id: case_id.to_owned(),
    };
    let mut told = told(&service).await;
    let (key, last) = told.pop().unwrap();
    assert_eq!(key, "CATALOGUE_KIND_DRUG");
    let expected = set(&batch, NEXT_YEAR, 7, false, &case.case_id);
    assert_eq!(last, What::CatalogueSet(expected));
    let Some((_, What::CatalogueSet(earlier))) = told.pop() else {
        panic!("the first one was told too");
    };
    assert_eq!(earlier, set(&first, THIS_YEAR, 7, true, &earlier.case_id));
}

// Art. 43
#[tokio::test]
async fn the_differences_of_a_list_are_there_item_by_item_before_anybody_signs() {
    let service = alone().await;
    let (before, after) = lists();
    set(&service, &before, THIS_YEAR).await;
    let batch = upload_catalogue(&service, &after).await;
    let mut request = ListCatalogueDifferencesRequest {
        pooling_area: AREA.to_owned(),
        batch_id: batch.batch_id.clone(),
        kind: DRUG as i32,
        page_size: 2,
        ..ListCatalogueDifferencesRequest::default()
    };
    let mut treatment = treatment(&service).await;
    let mut all: Vec<CatalogueDifference> = Vec::new();
    loop {
        let page = treatment.list_catalogue_differences(request.clone()).await;
        let page = page.unwrap().into_inner();
        assert!(page.differences.len() <= 2);
        all.extend(page.differences);
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            break;
        }
    }
    let told: Vec<_> = all
        .iter()
        .map(|one| {
            let code = one.before.as_ref().or(one.after.as_ref()).unwrap();
            let sides = (one.before.is_some(), one.after.is_some());
            (&*code.code, one.change().as_str_name(), &*one.fields, sides)
        })
        .collect();
    let price = "最高支付标准";
    assert_eq!(
        told,
        [
            ("A1", "CATALOGUE_CHANGE_PRICE_RAISED", price, (true, true)),
            ("A2", "CATALOGUE_CHANGE_REMOVED", "", (true, false)),
            ("A3", "CATALOGUE_CHANGE_PRICE_LOWERED", price, (true, true)),
            ("A4", "CATALOGUE_CHANGE_PRICE_RAISED", price, (true, true)),
            ("A5", "CATALOGUE_CHANGE_ADDED", "", (false, true)),
            (
                "A7",
                "CATALOGUE_CHANGE_OTHER",
                "最低机构等级、须经审核、限定支付说明",
                (true, true)
            ),
            ("A8", "CATALOGUE_CHANGE_PRICE_LOWERED", price, (true, true))
        ]
    );
    // Before the first version everything is new.
    let request = ListCatalogueDifferencesRequest {
        on: on(date!(2025 - 12 - 31)),
        page_size: 0,
        page_token: String::new(),
        ..request
    };
    let new = treatment.list_catalogue_differences(request).await.unwrap();
    let new = new.into_inner().differences;
    assert_eq!(new.len(), 7);
    assert!(new.iter().all(|one| one.before.is_none()));
}

/// The codes of the drugs in force on a day with a text, as somebody sees them, page by page.
async fn codes(
    service: &TestService,
    reader: Option<&Actor>,
    day: Date,
    text: &str,
) -> Vec<String> {
    let channel = match reader {
        Some(actor) => service.connect(actor).await,
        None => service.connect_as_nobody().await,
    };
    let mut treatment = TreatmentServiceClient::new(channel);
    let mut request = ListCatalogueItemsRequest {
        pooling_area: AREA.to_owned(),
        kind: DRUG as i32,
        on: on(day),
        text: text.to_owned(),
        page_size: 3,
        page_token: String::new(),
    };
    let mut codes = Vec::new();
    loop {
        let page = treatment.list_catalogue_items(request.clone()).await;
        let page = page.unwrap().into_inner();
        codes.extend(page.items.into_iter().map(|item| item.code));
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            return codes;
        }
    }
}

// Art. 43
#[tokio::test]
async fn the_catalogue_in_force_is_everybodys_to_read_and_a_list_that_is_not_is_nobodys() {
    let service = alone().await;
    let (mut before, after) = lists();
    before[0].name = "阿莫西林_100%".to_owned();
    set(&service, &before, THIS_YEAR).await;
    upload_catalogue(&service, &after).await;
    let institution = party(Caller::Institution, &institution_id(1));
    let employer = party(Caller::Employer, &credit_code("91", 1));
    let patient = person(&Uuid::now_v7().to_string());
    let all = ["A1", "A2", "A3", "A4", "A6", "A7", "A8"];
    for reader in [
        None,
        Some(&handler()),
        Some(&institution),
        Some(&employer),
        Some(&patient),
    ] {
        assert_eq!(codes(&service, reader, TODAY, "").await, all);
        assert_eq!(codes(&service, reader, NEXT_YEAR, "A5").await.len(), 0);
    }
    assert_eq!(codes(&service, None, TODAY, "莫西林_100%").await, ["A1"]);
    assert_eq!(codes(&service, None, TODAY, "A3").await, ["A3"]);
    assert_eq!(codes(&service, None, TODAY, "%").await, ["A1"]);
    let early = date!(2025 - 12 - 31);
    assert_eq!(codes(&service, None, early, "").await.len(), 0);
}

// Art. 43, Art. 51
#[tokio::test]
async fn the_versions_of_a_catalogue_show_their_days_the_latest_first() {
    let service = alone().await;
    let (before, after) = lists();
    set(&service, &after, NEXT_YEAR).await;
    let first = set(&service, &before, THIS_YEAR).await;
    let mut request = ListCatalogueVersionsRequest {
        pooling_area: AREA.to_owned(),
        kind: DRUG as i32,
        page_size: 1,
        page_token: String::new(),
    };
    let institution = party(Caller::Institution, &institution_id(1));
    let mut treatment = TreatmentServiceClient::new(service.connect(&institution).await);
    let mut versions = Vec::new();
    for _ in 0..2 {
        let page = treatment.list_catalogue_versions(request.clone()).await;
        let page = page.unwrap().into_inner();
        versions.extend(page.versions);
        request.page_token = page.next_page_token;
    }
    assert!(request.page_token.is_empty());
    let days: Vec<_> = versions
        .iter()
        .map(|v| (v.effective_on, v.until_on))
        .collect();
    assert_eq!(
        days,
        [
            (on(NEXT_YEAR), None),
            (on(THIS_YEAR), on(date!(2026 - 12 - 31)))
        ]
    );
    assert_eq!(
        (versions[1].items, &versions[1].list_id),
        (7, &first.batch_id)
    );
    // The lists of devices are another catalogue.
    let batch = upload_catalogue(&service, &[item(CatalogueKind::Device, "06.24.03")]).await;
    let devices = catalogue_form(&batch, CatalogueKind::Device, TODAY);
    service.approve(&handler(), &devices, PAPERS).await.unwrap();
    let answers = asked(&service, &[(CatalogueKind::Device, "06.24.03", TODAY)]).await;
    assert_eq!(answers[0].item.as_ref().unwrap().useful_months, 24);
}
