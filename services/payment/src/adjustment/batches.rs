//! Proofs of eligibility in lists.

use std::collections::HashMap;

use chassis::batch::sender;
use chassis::wire::day;
use chassis::{Batch, Finding, Numbered, Result, Unit};
use contracts::benefit_review::v1::PayeeKind;
use contracts::options::v1::Caller;
use contracts::payment::v1::{EligibilityProof, ProofSource, Refusal};
use contracts::reflect::label_of;
use contracts::registration::v1::RegistrationAuthority;
use contracts::{Refused, authority};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::store::{self, Proof};

/// Art. 88. Proofs of public security, civil affairs, health or the payees themselves.
pub struct EligibilityProofs;

#[chassis::async_trait]
impl Batch for EligibilityProofs {
    type Row = EligibilityProof;

    fn amount(&self, _row: &EligibilityProof) -> Decimal {
        Decimal::ZERO
    }

    /// The same proof again changes nothing.
    async fn enter(
        &self,
        unit: &mut Unit,
        batch_id: Uuid,
        rows: &[Numbered<EligibilityProof>],
    ) -> Result<Vec<Finding>> {
        let (area, today) = (unit.area().to_owned(), unit.today());
        let sent_by = sender(unit, batch_id).await?;
        let numbers: Vec<&str> = rows.iter().map(|one| &*one.row.payee_number).collect();
        let known = store::payees_numbered(unit.db(), &area, &numbers).await?;
        let known: HashMap<(i32, String), (Uuid, String)> = known
            .into_iter()
            .map(|(kind, number, payee_id, name)| ((kind, number), (payee_id, name)))
            .collect();
        let (mut findings, mut proofs) = (Vec::new(), Vec::new());
        for Numbered { number, row } in rows {
            let proven_on = day(row.proven_on)?;
            let key = (row.payee, row.payee_number.clone());
            let is_paid = matches!(row.payee(), PayeeKind::Person | PayeeKind::Relative);
            let payee = known
                .get(&key)
                .filter(|(_, name)| is_paid && *name == row.name);
            let refused = match payee {
                _ if sent_by.caller == Caller::Authority
                    && !is_of(&sent_by.party, row.source()) =>
                {
                    let source = label_of("workinjury.payment.v1.ProofSource", row.source);
                    Refused::because(Refusal::ProofSender).with("source", source)
                }
                _ if proven_on > today => {
                    Refused::because(Refusal::ProofDate).with("proven_on", proven_on)
                }
                None => Refused::because(Refusal::ProofPayeeUnknown).with("name", &row.name),
                Some((payee_id, _)) => {
                    proofs.push(Proof {
                        payee_id: *payee_id,
                        proven_on,
                        source: row.source(),
                    });
                    continue;
                }
            };
            findings.push(Finding::refused(*number, refused));
        }
        store::keep_proofs(unit.db(), &area, batch_id, &proofs).await?;
        Ok(findings)
    }
}

/// Whether an authority gives proofs of a source.
fn is_of(party: &str, source: ProofSource) -> bool {
    let (civil_affairs, _) = authority::registering(RegistrationAuthority::CivilAffairs);
    match source {
        ProofSource::PublicSecurity => party == authority::PUBLIC_SECURITY.0,
        ProofSource::CivilAffairs => party == civil_affairs,
        ProofSource::Health | ProofSource::InPerson | ProofSource::Unspecified => false,
    }
}
