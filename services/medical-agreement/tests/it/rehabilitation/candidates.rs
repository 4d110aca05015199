//! Lists of those who would gain by rehabilitation.

use contracts::common::v1::batch_service_client::BatchServiceClient;
use contracts::common::v1::{BatchHeader, BatchTotals, ListBatchFindingsRequest};
use contracts::medical_agreement::v1::{
    Candidate, CandidateRow, CandidateState, DeclineCandidateRequest, InviteCandidatesRequest,
    ListCandidatesRequest, RehabilitationEvaluationForm, SuspensionForm, UploadCandidatesRequest,
};

use super::evaluation::evaluation;
use super::*;

/// Institution 1 proposes a person whose condition is stable since today.
fn row(person: &Person) -> CandidateRow {
    CandidateRow {
        institution_id: institution_id(1),
        person_id: person.person_id.clone(),
        name: person.name.clone(),
        recognition_number: "深人社工认〔2026〕1号".to_owned(),
        stable_on: on(TODAY),
        function_loss: "右手抓握功能障碍".to_owned(),
        suggested_goal: RehabilitationGoal::Body as i32,
    }
}

/// Sends a list; answers the column and the reason of each row that was refused, by its number.
async fn upload(
    service: &TestService,
    sender: &chassis::Actor,
    rows: Vec<CandidateRow>,
) -> Vec<(u64, String, String)> {
    let batch_id = uuid::Uuid::now_v7().to_string();
    let request = UploadCandidatesRequest {
        pooling_area: AREA.to_owned(),
        header: Some(BatchHeader {
            batch_id: batch_id.clone(),
            reference: "康复对象名单.xlsx".to_owned(),
        }),
        totals: Some(BatchTotals {
            rows: rows.len() as u64,
            sum: Some(Decimal::ZERO.into()),
        }),
        rows,
        ..UploadCandidatesRequest::default()
    };
    let channel = service.connect(sender).await;
    let mut client = RehabilitationServiceClient::new(channel.clone());
    let sent = client.upload_candidates(tokio_stream::iter([request]));
    sent.await.unwrap();
    let request = ListBatchFindingsRequest {
        pooling_area: AREA.to_owned(),
        batch_id,
        ..ListBatchFindingsRequest::default()
    };
    let mut batches = BatchServiceClient::new(channel);
    let found = batches.list_batch_findings(request).await.unwrap();
    let findings = found.into_inner().findings;
    let mut told: Vec<_> = findings
        .into_iter()
        .map(|one| (one.row, one.label, one.reason.unwrap_or_default().reason))
        .collect();
    told.sort();
    told
}

async fn candidates(
    service: &TestService,
    caller: &chassis::Actor,
    state: CandidateState,
) -> Vec<Candidate> {
    let request = ListCandidatesRequest {
        pooling_area: AREA.to_owned(),
        state: state as i32,
        ..ListCandidatesRequest::default()
    };
    let mut client = RehabilitationServiceClient::new(service.connect(caller).await);
    let listed = client.list_candidates(request).await.unwrap();
    listed.into_inner().candidates
}

async fn invite(
    service: &TestService,
    ids: &[&str],
    delivered_on: Date,
) -> Result<Vec<Candidate>, Status> {
    let request = InviteCandidatesRequest {
        pooling_area: AREA.to_owned(),
        request_id: String::new(),
        candidate_ids: ids.iter().map(|id| (*id).to_owned()).collect(),
        delivered_on: on(delivered_on),
    };
    let invited = section(service).await.invite_candidates(request).await?;
    Ok(invited.into_inner().candidates)
}

async fn decline(
    service: &TestService,
    candidate_id: &str,
    declined_on: Date,
) -> Result<Candidate, Status> {
    let request = DeclineCandidateRequest {
        pooling_area: AREA.to_owned(),
        request_id: String::new(),
        candidate_id: candidate_id.to_owned(),
        declined_on: on(declined_on),
        ground: "本人不愿住院".to_owned(),
    };
    let declined = section(service).await.decline_candidate(request).await?;
    Ok(declined.into_inner().candidate.unwrap())
}

// Art. 46
#[tokio::test]
async fn a_list_of_candidates_is_checked_row_by_row() {
    let (town, person) = town(0).await;
    let service = &town.service;
    sign(service, 2, REHABILITATION).await;
    sign(service, 3, InstitutionKind::Device).await;
    sign(service, 4, InstitutionKind::Medical).await;
    let suspension = SuspensionForm {
        institution_id: institution_id(2),
        from_on: on(TODAY),
        ground: "虚记费用".to_owned(),
        ..SuspensionForm::default()
    };
    service.approve(&handler(), &suspension, &[]).await.unwrap();
    let good = row(&person);
    let at = |n: u16| CandidateRow {
        institution_id: institution_id(n),
        recognition_number: format!("深人社工认〔2026〕{n}号"),
        ..good.clone()
    };
    let misnamed = CandidateRow {
        name: "王五".to_owned(),
        ..at(4)
    };
    let stranger = CandidateRow {
        person_id: "0190163d-8694-739b-aea5-966c26f8ad92".to_owned(),
        ..at(4)
    };
    let unstable = CandidateRow {
        stable_on: on(date!(2026 - 11 - 03)),
        ..at(4)
    };
    let rows = vec![
        good.clone(),
        good.clone(),
        at(2),
        at(3),
        at(9),
        at(4),
        misnamed,
        stranger,
        unstable,
    ];
    let told = upload(service, &handler(), rows).await;
    let told: Vec<_> = told
        .iter()
        .map(|(row, label, reason)| (*row, label.as_str(), reason.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (1, "认定工伤决定书编号", "CANDIDATE_TWICE"),
            (2, "机构编号", "INSTITUTION_SUSPENDED"),
            (3, "机构编号", "NO_AGREEMENT"),
            (4, "机构编号", "NO_AGREEMENT"),
            (6, "个人编号", "PERSON_UNKNOWN"),
            (7, "个人编号", "PERSON_UNKNOWN"),
            (8, "病情相对稳定日期", "NOT_YET_STABLE"),
        ]
    );
    // An institution sends its own patients and sees them alone; who is on a list stays there once.
    let own = party(Caller::Institution, &institution_id(1));
    let told = upload(service, &own, vec![good.clone(), at(4)]).await;
    let reasons: Vec<_> = told.iter().map(|(_, _, reason)| reason.as_str()).collect();
    assert_eq!(reasons, ["CANDIDATE_TWICE", "ROW_OF_ANOTHER"]);
    let any = CandidateState::Unspecified;
    assert_eq!(candidates(service, &own, any).await.len(), 1);
    assert_eq!(candidates(service, &handler(), any).await.len(), 2);
}

// Art. 46
#[tokio::test]
async fn how_far_a_candidate_has_come_follows_from_what_was_recorded_and_approved() {
    let (town, person) = town(3).await;
    let service = &town.service;
    let second = town.insure(2).await;
    let own = party(Caller::Institution, &institution_id(1));
    let told = upload(service, &own, vec![row(&person), row(&second)]).await;
    assert!(told.is_empty(), "{told:?}");
    let proposed = candidates(service, &own, CandidateState::Proposed).await;
    let of = |person: &Person| {
        let found = proposed
            .iter()
            .find(|one| one.person_id == person.person_id);
        found.unwrap().candidate_id.clone()
    };
    let (first, second) = (of(&person), of(&second));
    let ahead = invite(service, &[&first], date!(2026 - 11 - 03)).await;
    assert_eq!(reason(&ahead.unwrap_err()), "REHABILITATION_DATE");
    let unknown = invite(service, &[&first, &person.person_id], TODAY).await;
    assert_eq!(reason(&unknown.unwrap_err()), "NOT_FOUND");
    let both = [first.as_str(), first.as_str(), second.as_str()];
    let invited = invite(service, &both, TODAY).await.unwrap();
    assert!(
        invited
            .iter()
            .all(|one| one.state() == CandidateState::Invited && one.invited_on == on(TODAY))
    );
    let again = invite(service, &[&first], TODAY).await.unwrap_err();
    assert_eq!(reason(&again), "CANDIDATE_STATE");
    assert!(again.message().contains("已告知"), "{}", again.message());

    let ahead = decline(service, &second, date!(2026 - 11 - 03)).await;
    assert_eq!(reason(&ahead.unwrap_err()), "REHABILITATION_DATE");
    let declined = decline(service, &second, TODAY).await.unwrap();
    assert_eq!(declined.state(), CandidateState::Declined);
    assert_eq!(declined.ground, "本人不愿住院");
    let again = decline(service, &second, TODAY).await.unwrap_err();
    assert_eq!(reason(&again), "CANDIDATE_STATE");

    let state = async || {
        let all = candidates(service, &own, CandidateState::Unspecified).await;
        let found = all.iter().find(|one| one.candidate_id == first).unwrap();
        let state = found.state();
        assert_eq!(candidates(service, &own, state).await.len(), 1);
        state
    };
    // Which institution rehabilitates does not matter to the one that proposed.
    sign(service, 2, REHABILITATION).await;
    let form = RehabilitationForm {
        treating_institution_id: institution_id(2),
        ..plan(&person)
    };
    approve(service, &form).await;
    assert_eq!(state().await, CandidateState::Applied);
    service.clock().set(datetime!(2026-11-10 09:00 +8));
    assert_eq!(state().await, CandidateState::UnderWay);
    let ended = RehabilitationEvaluationForm {
        institution_id: institution_id(2),
        ..evaluation(&person, date!(2026 - 11 - 10))
    };
    service.approve(&handler(), &ended, PAPERS).await.unwrap();
    assert_eq!(state().await, CandidateState::Done);
}

// Art. 46
#[tokio::test]
async fn who_is_insured_no_longer_is_a_candidate_all_the_same() {
    let (town, person) = town(0).await;
    let second = town.insure(2).await;
    for n in [1, 2] {
        town.leave(n).await;
    }
    town.service.clock().set(datetime!(2026-11-04 09:00 +8));
    let misnamed = CandidateRow {
        name: person.name.clone(),
        ..row(&second)
    };
    let rows = vec![row(&person), misnamed, row(&second)];
    let told = upload(&town.service, &handler(), rows).await;
    let unknown = (1, "个人编号".to_owned(), "PERSON_UNKNOWN".to_owned());
    assert_eq!(told, [unknown]);
    let any = CandidateState::Unspecified;
    assert_eq!(candidates(&town.service, &handler(), any).await.len(), 2);
}
