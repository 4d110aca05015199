//! What all adjustments that took effect make of benefits, whenever these were decided (Art. 87).

use std::collections::BTreeMap;

use chassis::Result;
use contracts::Money;
use contracts::benefit_review::v1::{
    AdjustedAward, AdjustmentBasis, Benefit, BenefitKind, NursingGrade, SurvivorRelation,
};
use law::{Law, LawError, Line, Month, Sheet, Steps, Unwritten, Worksheet};
use rust_decimal::Decimal;

use super::{Adjustment, Held, stored};

/// The benefits that are adjusted (工伤保险条例第四十条). What is added to a pension is not: it follows the pension.
pub const ADJUSTED: [BenefitKind; 3] = [
    BenefitKind::DisabilityAllowance,
    BenefitKind::NursingAllowance,
    BenefitKind::SurvivorPension,
];

/// What of a basis a kind of benefit is adjusted by; none of one that is not adjusted.
#[must_use]
pub fn basis(kind: BenefitKind, of: &AdjustmentBasis) -> Option<AdjustmentBasis> {
    let none = AdjustmentBasis::default;
    let own = match kind {
        BenefitKind::DisabilityAllowance => AdjustmentBasis {
            disability_grade: of.disability_grade,
            ..none()
        },
        BenefitKind::NursingAllowance => AdjustmentBasis {
            nursing_grade: of.nursing_grade,
            ..none()
        },
        BenefitKind::SurvivorPension => AdjustmentBasis {
            relation: of.relation,
            lone_or_orphan: of.lone_or_orphan,
            ..none()
        },
        _ => return None,
    };
    held(kind, &own).map(|_| own)
}

/// By which of the area's figures a benefit is adjusted.
#[must_use]
pub fn held(kind: BenefitKind, basis: &AdjustmentBasis) -> Option<Held> {
    match kind {
        BenefitKind::DisabilityAllowance => {
            let grade = basis.disability_grade;
            (1..=6).contains(&grade).then_some(Held::Allowance(grade))
        }
        BenefitKind::NursingAllowance => match basis.nursing_grade() {
            NursingGrade::Unspecified => None,
            degree => Some(Held::Nursing(degree)),
        },
        BenefitKind::SurvivorPension => {
            let relation = match basis.relation() {
                SurvivorRelation::Unspecified => return None,
                SurvivorRelation::Spouse => SurvivorRelation::Spouse,
                // The figures are the same for every other relative.
                _ => SurvivorRelation::Child,
            };
            Some(Held::Pension {
                relation,
                lone_or_orphan: basis.lone_or_orphan,
            })
        }
        _ => None,
    }
}

/// All that one kind may be adjusted by.
fn all_held(kind: BenefitKind) -> Vec<Held> {
    match kind {
        BenefitKind::DisabilityAllowance => (1..=6).map(Held::Allowance).collect(),
        BenefitKind::NursingAllowance => {
            let degrees = [
                NursingGrade::Full,
                NursingGrade::Mostly,
                NursingGrade::Partly,
            ];
            degrees.map(Held::Nursing).to_vec()
        }
        BenefitKind::SurvivorPension => {
            let pension = |relation, lone_or_orphan| Held::Pension {
                relation,
                lone_or_orphan,
            };
            let of = |relation| [pension(relation, false), pension(relation, true)];
            [SurvivorRelation::Spouse, SurvivorRelation::Child]
                .map(of)
                .concat()
        }
        _ => Vec::new(),
    }
}

/// Art. 87. An adjustment of one kind of benefit, with what the area has set for everybody who has it.
#[derive(Clone, Debug)]
pub struct Made {
    /// What is adjusted.
    pub kind: BenefitKind,
    /// The first month of the new amounts.
    pub month: Month,
    /// The area's document; empty where none is known.
    pub document_number: String,
    figures: Vec<(Held, Adjustment)>,
}

impl Made {
    /// The figures of the law, whose day is the first of the month of the adjustment.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn of(kind: BenefitKind, law: &Law) -> Result<Self, LawError> {
        let figures = all_held(kind).into_iter();
        let figures = figures.map(|held| Ok((held, Adjustment::of(held, law)?)));
        Ok(Self {
            kind,
            month: Month::of(law.on()),
            document_number: String::new(),
            figures: figures.collect::<Result<_, LawError>>()?,
        })
    }

    /// The same by a document of the area.
    #[must_use]
    pub fn by(self, document_number: &str) -> Self {
        Self {
            document_number: document_number.to_owned(),
            ..self
        }
    }

    /// Whether the area has set a figure for it.
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.figures.iter().any(|(_, figures)| figures.is_set())
    }

    /// The new amount of a benefit that was `yuan` a month and is had since a month; none of what it does not concern, such
    /// as what has ended, or stands back behind another: of nothing nothing comes, whenever it is decided.
    pub fn adjusted<S: Steps + Default>(
        &self,
        held: Held,
        (yuan, since): (Decimal, Month),
    ) -> Option<Worksheet> {
        if since >= self.month || yuan.is_zero() {
            return None;
        }
        let mut figures = self.figures.iter();
        let (_, adjustment) = figures.find(|(of, _)| *of == held)?;
        let worksheet = adjustment.adjusted::<S>(yuan, since);
        (worksheet.value != yuan).then_some(worksheet)
    }
}

/// Art. 87. All adjustments that took effect and were not taken back. A decision says what is due by the law of its day;
/// what follows on it in later months is the same whether it was decided before an adjustment or after it.
#[derive(Clone, Debug, Default)]
pub struct Adjustments(Vec<Made>);

impl Adjustments {
    /// In the order of their months.
    #[must_use]
    pub fn of(mut made: Vec<Made>) -> Self {
        made.sort_by_key(|one| one.month);
        Self(made)
    }

    /// What a benefit comes to in a month, and the last adjustment in that.
    #[must_use]
    pub fn amount(
        &self,
        (kind, held): (BenefitKind, Held),
        (decided, since): (Decimal, Month),
        month: Month,
    ) -> (Decimal, Option<&Made>) {
        let (mut yuan, mut last) = (decided, None);
        let own = self.0.iter().filter(|made| made.kind == kind);
        for made in own.take_while(|made| made.month <= month) {
            if let Some(new) = made.adjusted::<Unwritten>(held, (yuan, since)) {
                (yuan, last) = (new.value, Some(made));
            }
        }
        (yuan, last)
    }

    /// The same step by step, with the last adjustment in it; none where no adjustment has made it another.
    fn reckoned(
        &self,
        (kind, held): (BenefitKind, Held),
        (decided, since): (Decimal, Month),
        month: Month,
    ) -> Option<(Worksheet, &Made)> {
        let (mut value, mut lines, mut last) = (decided, Vec::new(), None);
        let own = self.0.iter().filter(|made| made.kind == kind);
        for made in own.take_while(|made| made.month <= month) {
            if let Some(new) = made.adjusted::<Sheet>(held, (value, since)) {
                (value, last) = (new.value, Some(made));
                lines.push(Line {
                    label: "待遇调整文件".into(),
                    value: made.document_number.clone().into(),
                    source: "统筹地区待遇调整（工伤保险经办规程第八十七条）".into(),
                });
                lines.extend(new.lines);
            }
        }
        Some((Worksheet { value, lines }, last?))
    }

    /// What is told of a decision, with what adjustments make of it from their months on. What was told of the claim
    /// `earlier` says since when somebody has a benefit.
    ///
    /// # Errors
    /// When a benefit cannot be read.
    pub fn told(&self, earlier: &[Benefit], told: Vec<Benefit>) -> Result<Vec<Benefit>> {
        let mut since: BTreeMap<(i32, i32, String), Month> = BTreeMap::new();
        let mut first = |one: &Benefit| -> Result<Option<Month>> {
            let Some(from) = stored::month(one, one.from_month)? else {
                return Ok(None);
            };
            if stored::told(one)?.is_zero() {
                return Ok(Some(from));
            }
            let of = (one.kind, one.payee, one.payee_id.clone());
            let first = since.entry(of).or_insert(from);
            *first = from.min(*first);
            Ok(Some(*first))
        };
        for one in earlier {
            first(one)?;
        }
        let mut all = Vec::with_capacity(told.len());
        for one in told {
            match first(&one)? {
                Some(since) => all.extend(self.by_the_month(one, since)?),
                None => all.push(one),
            }
        }
        Ok(all)
    }

    fn by_the_month(&self, one: Benefit, since: Month) -> Result<Vec<Benefit>> {
        let (kind, decided) = (one.kind(), stored::told(&one)?);
        let of = one.adjusts_by.as_ref().and_then(|of| held(kind, of));
        let (Some(held), Some(from)) = (of, stored::month(&one, one.from_month)?) else {
            return Ok(vec![one]);
        };
        let until = stored::month(&one, one.until_month)?;
        let is_later = |month: &Month| *month > from && until.is_none_or(|until| *month <= until);
        let made = self.0.iter().filter(|made| made.kind == kind);
        let months = made.map(|made| made.month).filter(is_later);
        let mut all: Vec<Benefit> = Vec::new();
        for month in [from].into_iter().chain(months) {
            let found = self.reckoned((kind, held), (decided, since), month);
            let (worksheet, last) = found.unzip();
            let yuan = worksheet.as_ref().map_or(decided, |sheet| sheet.value);
            let amount = Some(Money::from(yuan));
            if all.last().is_some_and(|one| one.amount == amount) {
                continue;
            }
            all.push(Benefit {
                amount,
                from_month: Some(month.into()),
                replaces: one.replaces || month > from,
                adjusts_by: one.adjusts_by.clone().map(|of| AdjustmentBasis {
                    since_month: Some(since.into()),
                    decided: last.map(|_| decided.into()),
                    adjusted_month: last.map(|last| last.month.into()),
                    document_number: document(last),
                    ..of
                }),
                worksheet: worksheet.map(Into::into),
                ..one.clone()
            });
        }
        Ok(all)
    }
}

/// The document of an adjustment.
fn document(of: Option<&Made>) -> String {
    of.map_or_else(String::new, |made| made.document_number.clone())
}

/// Art. 87. What is told of a benefit that adjustments made another, as a decision shows it; none of one that they did not.
#[must_use]
pub fn adjusted_award(told: Benefit) -> Option<AdjustedAward> {
    let basis = told.adjusts_by?;
    Some(AdjustedAward {
        benefit: told.kind,
        payee_name: told.payee_name,
        payer: told.payer,
        from_month: told.from_month,
        decided: Some(basis.decided?),
        amount: told.amount,
        document_number: basis.document_number,
        worksheet: told.worksheet,
    })
}
