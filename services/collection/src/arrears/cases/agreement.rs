//! Repayment agreements.

use chassis::{Case, Needed, Result, Unit, async_trait};
use contracts::Refused;
use contracts::audit::v1::RepaymentAbility;
use contracts::collection::v1::collection_event::Happened;
use contracts::collection::v1::{
    AgreementState, ArrearsState, CollectionEvent, Refusal, RepaymentAgreement,
    RepaymentAgreementBroken, RepaymentAgreementDecision, RepaymentAgreementForm,
    RepaymentAgreementSigned, Succession,
};
use contracts::common::v1::EvidenceKind;
use law::Law;
use law::calendar::Term;
use uuid::Uuid;

use crate::arrears::rules::{
    Instalment, broken, check_instalments, check_parties, not_with_finance,
};
use crate::arrears::store::AbilityFinding;
use crate::arrears::{months_of, open_arrears, store};
use crate::{ledger, notice, wire};

/// Art. 36. An agreement on instalments with an employer that audit has found unable to repay in full, or
/// with the party that stands in for it after a merger, a split, a bankruptcy, a sale or a lease.
pub struct Agreement;

#[async_trait]
impl Case for Agreement {
    type Application = RepaymentAgreementForm;
    type Decision = RepaymentAgreementDecision;

    fn subject(&self, application: &RepaymentAgreementForm) -> String {
        application.employer_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    fn evidence(&self, application: &RepaymentAgreementForm) -> Vec<Needed> {
        let mut needed = Vec::new();
        if application.ability_document_number.is_empty() {
            needed.push(Needed::paper(EvidenceKind::AbilityAuditReport));
        }
        match application.succession() {
            Succession::Unspecified | Succession::None => {}
            Succession::Merger | Succession::Split | Succession::SaleOrLease => {
                needed.push(Needed::paper(EvidenceKind::SuccessionProof));
            }
            Succession::Bankruptcy => needed.push(Needed::paper(EvidenceKind::BankruptcyJudgment)),
        }
        needed
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &RepaymentAgreementForm,
    ) -> Result<RepaymentAgreementDecision> {
        let (area, today) = (unit.area().to_owned(), unit.today());
        let running = store::running(unit.db(), &area, &application.employer_id).await?;
        if let Some(agreement_id) = running {
            let refused = Refused::because(Refusal::AgreementRunning);
            return Err(refused.with("agreement_id", agreement_id).into());
        }
        let (balances, states) = open_arrears(unit, &application.employer_id).await?;
        not_with_finance(&states)?;
        let found = store::last_ability(unit.db(), &area, &application.employer_id).await?;
        rests_on(&application.ability_document_number, found.as_ref())?;
        let (principal, late_fee) = ledger::owed(&balances);
        let parties = application.parties.iter();
        let parties: Result<Vec<_>> = parties
            .map(|party| Ok((party.role(), wire::yuan(party.share.as_ref())?)))
            .collect();
        check_parties(application.succession(), &parties?, principal)?;
        let law = unit.law(today).await?;
        check_instalments(
            &plan(&application.instalments)?,
            principal + late_fee,
            today,
            &law,
        )?;
        Ok(RepaymentAgreementDecision {
            employer_id: application.employer_id.clone(),
            succession: application.succession,
            parties: application.parties.clone(),
            months: balances.iter().map(Into::into).collect(),
            principal: Some(principal.into()),
            late_fee: Some(late_fee.into()),
            instalments: application.instalments.clone(),
            ability: found.as_ref().map_or(0, |found| i32::from(found.ability)),
            ability_found_on: found.as_ref().map(|found| found.found_on.into()),
            ability_document_number: application.ability_document_number.clone(),
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: RepaymentAgreementForm,
        decision: RepaymentAgreementDecision,
    ) -> Result<()> {
        let (area, today) = (unit.area().to_owned(), unit.today());
        // What a list that is being entered pays is not agreed on.
        ledger::store::lock(unit.db(), &area).await?;
        self.examine_again(unit, &application, &decision).await?;
        let months = months_of(&decision.months)?;
        let first_days: Vec<_> = months.iter().map(|month| month.first_day()).collect();
        store::sign(unit.db(), &area, (case_id, &decision), &first_days, today).await?;
        let of = (application.employer_id.as_str(), months.as_slice());
        let from = [ArrearsState::Open, ArrearsState::WithAudit];
        let moved = (from.as_slice(), ArrearsState::UnderAgreement);
        store::set_state(unit.db(), &area, of, moved).await?;
        let signed = RepaymentAgreementSigned {
            employer_id: application.employer_id.clone(),
            agreement_id: case_id.to_string(),
            succession: decision.succession,
            parties: decision.parties,
            principal: decision.principal,
            instalments: decision.instalments,
        };
        let happened = Happened::RepaymentAgreementSigned(signed);
        unit.tell(
            application.employer_id,
            &CollectionEvent {
                happened: Some(happened),
            },
        )
        .await
    }
}

/// Art. 36. Only who cannot repay in full may agree on instalments, by the finding that audit told last
/// since the arrears began; as long as it has told none, by its report on paper.
fn rests_on(document_number: &str, found: Option<&AbilityFinding>) -> Result<(), Refused> {
    let Some(found) = found else {
        if document_number.is_empty() {
            return Ok(());
        }
        return Err(Refused::because(Refusal::AbilityNotTold));
    };
    let because = |refusal| {
        Refused::because(refusal)
            .with("found_on", found.found_on)
            .with("document_number", &found.document_number)
    };
    if found.ability == RepaymentAbility::InFull as i16 {
        return Err(because(Refusal::AbleToRepay));
    }
    if found.document_number != document_number {
        return Err(because(Refusal::AbilityDocument));
    }
    Ok(())
}

fn plan(instalments: &[contracts::collection::v1::Instalment]) -> Result<Vec<Instalment>> {
    let instalments = instalments.iter();
    instalments
        .map(|i| Ok((wire::day(i.due_on)?, wire::yuan(i.amount.as_ref())?)))
        .collect()
}

/// Art. 36. Looks through the running agreements: where none of its months is in arrears any more one is
/// done; where an instalment past its day was not covered it is broken, and its arrears are open again. One
/// whose last instalment is covered and past is done too, and what it leaves over, such as the late fee of
/// its own term, is plain arrears again, to be repaid on a notice of article 34.
///
/// An instalment is past once lists can have told of its day (article 32); what has come in by then covers it,
/// also what was paid after it.
///
/// # Errors
/// When the agreements cannot be read or written.
pub async fn review(unit: &mut Unit) -> Result<Vec<RepaymentAgreement>> {
    let area = unit.area().to_owned();
    // The list that is being entered counts; and who closes arrears has the lock before their rows.
    ledger::store::lock(unit.db(), &area).await?;
    let told = notice::told_through(unit).await?;
    let mut changed = Vec::new();
    for mut agreement in store::running_agreements(unit.db(), &area).await? {
        let employer_id = agreement.employer_id.clone();
        let plan = plan(&agreement.instalments)?;
        let paid = wire::yuan(agreement.paid.as_ref())?;
        let state = if store::kept(unit.db(), &area, &agreement.agreement_id).await? {
            AgreementState::Done
        } else if let Some((due_on, unpaid)) = broken(&plan, paid, told) {
            store::reopen(unit.db(), &area, &employer_id).await?;
            let broken = RepaymentAgreementBroken {
                employer_id: employer_id.clone(),
                agreement_id: agreement.agreement_id.clone(),
                due_on: Some(due_on.into()),
                unpaid: Some(unpaid.into()),
            };
            let happened = Happened::RepaymentAgreementBroken(broken);
            unit.tell(
                employer_id,
                &CollectionEvent {
                    happened: Some(happened),
                },
            )
            .await?;
            AgreementState::Broken
        } else if plan.iter().all(|(due_on, _)| *due_on <= told) {
            store::reopen(unit.db(), &area, &employer_id).await?;
            AgreementState::Done
        } else {
            continue;
        };
        store::set_agreement_state(unit.db(), &area, &agreement.agreement_id, state).await?;
        agreement.set_state(state);
        changed.push(agreement);
    }
    Ok(changed)
}
