//! What was paid and returned, as amounts of documents.

use std::collections::BTreeMap;

use contracts::benefit_review::v1::BenefitKind;
use contracts::finance::v1::{DocumentPart, PayableKind, SourceDocument};
use rust_decimal::Decimal;
use time::Date;

/// 《社会保险基金财务制度》（财社〔2017〕144号): the class of expense under which a kind of benefit stands. Death benefits are those
/// of articles 69 to 72; what is paid for treatment and devices is medical; all else is for the disabled.
#[must_use]
pub fn class(kind: BenefitKind) -> DocumentPart {
    match kind {
        BenefitKind::Medical
        | BenefitKind::Rehabilitation
        | BenefitKind::Meals
        | BenefitKind::Travel
        | BenefitKind::Lodging
        | BenefitKind::Device => DocumentPart::Medical,
        BenefitKind::Funeral | BenefitKind::LumpSumDeath | BenefitKind::SurvivorPension => {
            DocumentPart::Death
        }
        BenefitKind::LumpSumDisability
        | BenefitKind::DisabilityAllowance
        | BenefitKind::NursingAllowance
        | BenefitKind::LumpSumMedicalSubsidy
        | BenefitKind::LumpSumEmploymentSubsidy
        | BenefitKind::PensionDifference
        | BenefitKind::OneOffSettlement
        | BenefitKind::Unspecified => DocumentPart::Disability,
    }
}

/// Yuan of a payment, by what it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts {
    /// What it is for.
    pub kind: PayableKind,
    /// All of it.
    pub amount: Decimal,
    /// Of it for treatment and devices.
    pub medical: Decimal,
    /// Of it for the disabled.
    pub disability: Decimal,
    /// Of it for deaths.
    pub death: Decimal,
}

/// What a document is made of: its kind, its day, and whether it is in red ink.
pub type Heading = (SourceDocument, Date, bool);

/// Art. 102 (1). Payments of a day on one document for each kind; what came back after it was paid, on another.
#[must_use]
pub fn documents(
    settled: impl IntoIterator<Item = (Parts, Date, bool)>,
) -> BTreeMap<Heading, BTreeMap<DocumentPart, Decimal>> {
    let mut documents: BTreeMap<Heading, BTreeMap<DocumentPart, Decimal>> = BTreeMap::new();
    for (parts, on, came_back) in settled {
        let (document, amounts) = match (parts.kind, came_back) {
            (PayableKind::CreditRefund, _) => (
                SourceDocument::CreditRefund,
                vec![(DocumentPart::ExpenditureAccount, parts.amount)],
            ),
            (PayableKind::Benefit | PayableKind::Unspecified, came_back) => {
                let document = match came_back {
                    true => SourceDocument::BankReturn,
                    false => SourceDocument::BenefitPayment,
                };
                let by_class = vec![
                    (DocumentPart::Medical, parts.medical),
                    (DocumentPart::Disability, parts.disability),
                    (DocumentPart::Death, parts.death),
                ];
                (document, by_class)
            }
        };
        let own = documents.entry((document, on, came_back)).or_default();
        for (part, amount) in amounts {
            *own.entry(part).or_default() += amount;
        }
    }
    documents
}
