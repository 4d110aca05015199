//! Registration of an injured employee (forms 5-2 and 56-A).

use chassis::wire::{day, maybe_day, uuid};
use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::benefit_review::v1::benefit_review_event::What;
use contracts::benefit_review::v1::{
    Injury, InjuryCause, InjuryDecision, InjuryForm, InjuryRegistered, Recognition, Refusal,
    RelationState,
};
use contracts::collection::v1::GetPaymentStateResponse;
use contracts::common::v1::EvidenceKind;
use law::calendar::Term;
use law::{Law, Sheet};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::super::batches::{dates, is_revoked, unknown};
use super::super::{person, rules, store, tell};
use super::accident::due;
use crate::peers;

/// Art. 54, Art. 56, Art. 57, Art. 58. An injured employee is registered, and it is said whether the fund pays.
pub struct InjuryRegistration;

#[chassis::async_trait]
impl Case for InjuryRegistration {
    type Application = InjuryForm;
    type Decision = InjuryDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.person_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    /// The identity card, the decision and the notice of the stoppage period; of the dead, the proof, and the notice
    /// where there was one before.
    fn evidence(&self, application: &Self::Application) -> Vec<Needed> {
        let mut papers = vec![
            EvidenceKind::IdentityCard,
            EvidenceKind::RecognitionDecision,
        ];
        let stated =
            application.stoppage_from_on.is_some() || application.stoppage_until_on.is_some();
        if stated || application.died_on.is_none() {
            papers.push(EvidenceKind::StoppageNotice);
        }
        if application.died_on.is_some() {
            papers.push(EvidenceKind::DeathCertificate);
        }
        papers.into_iter().map(Needed::paper).collect()
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let (_, recognition) = recognition(unit, application).await?;
        let person_id = uuid(&application.person_id)?;
        if let Some(before) = registered(unit, person_id, application).await? {
            return Err(Refused::because(Refusal::InjuryRegistered)
                .with("recognition_number", &application.recognition_number)
                .with("injury_id", before.injury_id)
                .into());
        }
        decide(unit, application, &recognition).await
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        let area = unit.area().to_owned();
        // A revocation that arrives meanwhile waits for this, or this for it.
        let number = [application.recognition_number.as_str()];
        store::hold(unit.db(), &area, &number).await?;
        let (version, recognition) = recognition(unit, &application).await?;
        let (happened_on, insured_on) = (day(decision.happened_on)?, day(decision.insured_on)?);
        // A disease that was found after the relation finds it ended: the employer stood beside the person until then.
        let ended_from =
            (insured_on < happened_on).then(|| rules::from_on(RelationState::Ended, insured_on));
        let diagnoses = rules::diagnoses(&recognition.diagnoses)?;
        let content = (&decision, diagnoses.as_slice(), version);
        let relation = (insured_on, ended_from);
        store::register(unit.db(), &area, case_id, content, relation).await?;
        let of = (
            uuid(&decision.person_id)?,
            decision.recognition_number.as_str(),
        );
        let injury = store::injury(unit.db(), &area, of).await?;
        let what = What::InjuryRegistered(InjuryRegistered { injury });
        tell(unit, &decision.person_id, what).await
    }
}

async fn registered(unit: &mut Unit, person_id: Uuid, form: &InjuryForm) -> Result<Option<Injury>> {
    let area = unit.area().to_owned();
    store::injury(unit.db(), &area, (person_id, &form.recognition_number)).await
}

/// The decision that a form names, of the same person, in force, with its version.
pub(super) async fn recognition(unit: &mut Unit, form: &InjuryForm) -> Result<(i32, Recognition)> {
    let area = unit.area().to_owned();
    let number = form.recognition_number.as_str();
    let decided = store::recognition_versions(unit.db(), &area, &[number]).await?;
    // A revocation stands beside what it revokes, however it writes the name.
    if let Some((_, revoked)) = decided.iter().find(|(_, one)| is_revoked(one)) {
        rules::recognised(revoked)?;
    }
    let of_person =
        |(_, one): &(i32, Recognition)| one.person_id == form.person_id && one.name == form.name;
    let decision = decided.into_iter().find(of_person);
    let (version, decision) = decision.ok_or_else(|| unknown(number))?;
    rules::recognised(&decision)?;
    Ok((version, decision))
}

/// Form 56-A by the decision that recognised the injury: what registration and collection say of the day, and who bears the time of
/// a late application.
pub(super) async fn decide(
    unit: &mut Unit,
    application: &InjuryForm,
    recognition: &Recognition,
) -> Result<InjuryDecision> {
    let area = unit.area().to_owned();
    let dates = dates(recognition)?;
    let happened_on = dates.happened_on;
    let known = person(unit, &application.person_id, &application.name).await?;
    let (id, person_id) = (
        application.employer_id.as_str(),
        uuid(&application.person_id)?,
    );
    // On secondment the decision may name the unit where it happened: the original employer registers.
    let named = recognition.employer_id.as_str();
    let seconded = !named.is_empty() && named == application.seconded_to_employer_id;
    if named != id && !seconded {
        return Err(Refused::because(Refusal::NotOfEmployer)
            .with("on", happened_on)
            .with("employer_id", id)
            .into());
    }
    let died_on = maybe_day(application.died_on);
    if let Some(died_on) = died_on.filter(|on| *on < happened_on || *on > unit.applied_on()) {
        return Err(Refused::because(Refusal::DeathDate)
            .with("died_on", died_on)
            .into());
    }

    let mut sheet = Sheet::new();
    sheet.fact("事故伤害（职业病诊断）日期", happened_on, "认定工伤决定书");
    // Only a disease is found after the labour relation.
    let is_disease = recognition.cause() == InjuryCause::OccupationalDisease;
    let found_after_end = application.diagnosed_after_end && is_disease;
    let (insured_on, insured) =
        rules::insured_on(&known.enrolments, id, happened_on, found_after_end);
    let looked_at = if insured_on == happened_on {
        "受伤害之日"
    } else {
        "劳动关系存续期间参保的最后一日（第五十七条）"
    };
    sheet.step("核查参保缴费的日期", insured_on, looked_at);
    sheet.fact("当日参保", insured, "登记服务的参保记录");
    let paid = match insured {
        true => peers::payment_state(unit, (id, person_id), insured_on).await?,
        false => GetPaymentStateResponse::default(),
    };
    if insured {
        sheet.fact(
            "截至当日没有逾期未缴、未核定",
            paid.paid_up,
            "征缴服务的缴费记录",
        );
    }
    let law = unit.law(happened_on).await?;
    let stoppage = (
        maybe_day(application.stoppage_from_on),
        maybe_day(application.stoppage_until_on),
    );
    let extended = application.stoppage_extended;
    rules::stoppage(happened_on, stoppage, extended, &law, &mut sheet)??;
    let due_on = sheet.step(
        "用人单位申请认定的期限",
        due(unit, happened_on).await?,
        "自受伤害之日起30日，遇法定节假日顺延（第五十八条，工伤保险条例第十七条）",
    );
    sheet.fact("提出认定申请日期", dates.applied_on, "认定工伤决定书");
    sheet.fact("受理认定申请日期", dates.accepted_on, "认定工伤决定书");
    let overdue = rules::overdue(dates, due_on);
    sheet.step(
        "逾期申请，期间费用由用人单位承担",
        overdue.is_some(),
        "申请日期与期限（经批准延长的，以延长后的为准）比较",
    );
    let filed = store::filed(unit.db(), &area, (id, person_id, happened_on)).await?;
    let form = filed.as_ref().map(store::AccidentRow::form).transpose()?;
    let third_party = match (application.third_party, &form) {
        (0, Some(form)) => form.third_party,
        (stated, _) => stated,
    };
    Ok(InjuryDecision {
        employer_id: application.employer_id.clone(),
        person_id: application.person_id.clone(),
        name: application.name.clone(),
        recognition_number: application.recognition_number.clone(),
        cause: recognition.cause,
        happened_on: recognition.happened_on,
        insured_on: Some(insured_on.into()),
        eligibility: rules::eligibility(insured, &paid) as i32,
        unpaid_months: paid.unpaid_months,
        unassessed_months: paid.unassessed_months,
        accident_id: filed
            .map(|filed| filed.accident_id.to_string())
            .unwrap_or_default(),
        differences: form
            .map(|form| rules::differences(recognition, &form))
            .unwrap_or_default(),
        overdue_from_on: overdue.map(|(from_on, _)| from_on.into()),
        overdue_until_on: overdue.map(|(_, until_on)| until_on.into()),
        // It begins with the injury unless the notice says otherwise.
        stoppage_from_on: match (application.stoppage_from_on, application.stoppage_until_on) {
            (None, Some(_)) => recognition.happened_on,
            (stated, _) => stated,
        },
        stoppage_until_on: application.stoppage_until_on,
        died_on: application.died_on,
        third_party,
        worksheet: Some(sheet.result(Decimal::ZERO).into()),
    })
}
