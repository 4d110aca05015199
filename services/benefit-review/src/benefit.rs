//! What was decided that somebody gets, of all sections in one shape (Art. 65, Art. 67, Art. 90): payment builds
//! its accounts from it.

pub mod adjustments;
pub mod cases;
pub mod cash;
pub mod compared;
pub mod eligibility;
pub mod estimate;
pub mod of_injury;
pub mod rpc;
pub mod rules;
pub mod runs;
pub mod store;
pub mod wage;

use std::collections::BTreeMap;

use chassis::{Result, Unit};
use contracts::benefit_review::v1::benefit_review_event::What;
use contracts::benefit_review::v1::{
    Benefit, BenefitKind, BenefitReviewEvent, BenefitsDecided, Injury, PayeeKind, Payer,
};
use rust_decimal::Decimal;
use uuid::Uuid;

/// Whom and what a decision is about.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// The injury that was treated.
    pub injury: &'a Injury,
    /// The encounter or the device claim.
    pub claim_id: Uuid,
    /// Whom the fund pays.
    pub payee: PayeeKind,
    /// Number of the payee.
    pub payee_id: &'a str,
    /// The difference to what was decided before (Art. 90).
    pub is_difference: bool,
}

impl Claim<'_> {
    /// An amount of this claim in yuan, to be decided; none where it is zero.
    #[must_use]
    pub fn amount(&self, kind: BenefitKind, payer: Payer, yuan: Decimal) -> Option<Benefit> {
        let (payee, payee_id) = match kind {
            // They are the person's, whoever sent the bill (工伤保险条例第三十条).
            BenefitKind::Meals => (PayeeKind::Person, self.injury.person_id.as_str()),
            _ => (self.payee, self.payee_id),
        };
        (!yuan.is_zero()).then(|| Benefit {
            kind: kind as i32,
            payer: payer as i32,
            amount: Some(yuan.into()),
            payee: payee as i32,
            payee_id: payee_id.to_owned(),
            person_id: self.injury.person_id.clone(),
            name: self.injury.name.clone(),
            recognition_number: self.injury.recognition_number.clone(),
            // What an employer has to bear is the one's of the day of the injury (Art. 58, 工伤保险条例第六十二条).
            employer_id: match payer {
                Payer::Employer => self.injury.employer_id.clone(),
                _ => employer(self.injury).to_owned(),
            },
            claim_id: self.claim_id.to_string(),
            is_difference: self.is_difference,
            in_place_of_fund: payer == Payer::Employer,
            ..Benefit::default()
        })
    }
}

/// Who bears the duties of the employer of an injury, or did when the relation ended.
#[must_use]
pub fn employer(injury: &Injury) -> &str {
    match injury.last_employer_id.as_str() {
        "" => &injury.employer_id,
        last => last,
    }
}

/// Art. 65, Art. 67, Art. 90. Enters what a case decided, and tells it person by person.
///
/// # Errors
/// When it cannot be written.
pub async fn decide(unit: &mut Unit, case_id: Uuid, mut benefits: Vec<Benefit>) -> Result<()> {
    let (area, today) = (unit.area().to_owned(), unit.today());
    for benefit in &mut benefits {
        benefit.benefit_id = Uuid::now_v7().to_string();
        benefit.case_id = case_id.to_string();
        benefit.decided_on = Some(today.into());
    }
    store::insert(unit.db(), &area, &benefits).await?;
    let mut of_persons: BTreeMap<String, Vec<Benefit>> = BTreeMap::new();
    for benefit in benefits {
        let own = of_persons.entry(benefit.person_id.clone()).or_default();
        own.push(benefit);
    }
    let told = |benefits| BenefitReviewEvent {
        what: Some(What::BenefitsDecided(BenefitsDecided { benefits })),
    };
    unit.tell_all(of_persons.into_iter().map(|(key, own)| (key, told(own))))
        .await
}
