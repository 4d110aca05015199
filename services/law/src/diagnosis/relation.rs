//! How a diagnosis that is treated stands to those that were recognised.

use time::Date;

use super::DiagnosisError;
use super::categories::known;
use super::class::Class;
use super::code::Code;
use super::injuries::Table;

/// How a diagnosis that is treated stands to the ones that were recognised as injured at work (article 62,
/// item 1), from the nearest to the farthest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// The recognised injury or occupational disease itself: a diagnosis of the same category, or of the same
    /// nature at the same part of the body.
    Same,
    /// Another injury at the part of the body, or an illness that an occupational disease usually brings with
    /// it. A limb of which the level is not said has each of its levels, and several or unspecified regions have
    /// each region. Whether it is of the same accident or disease, a person has to see.
    SamePart,
    /// A complication of the injury or of its treatment, an infection of the wound, or what the injury leaves
    /// behind.
    Consequence,
    /// Follow-up care, rehabilitation, the fitting of a device: treatment without an illness of its own.
    Aftercare,
    /// An illness beside the injury, or an injury elsewhere. Its treatment is not paid by work-injury insurance
    /// (《工伤保险条例》第三十条第四款: 工伤职工治疗非工伤引发的疾病，不享受工伤医疗待遇).
    Unrelated,
}

impl Relation {
    /// As a worksheet says it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Same => "与认定的伤病相同",
            Self::SamePart => "与认定的伤病部位相同，伤情不同",
            Self::Consequence => "认定伤病的并发症或后遗症",
            Self::Aftercare => "认定伤病的后续治疗或康复",
            Self::Unrelated => "与认定的伤病无关",
        }
    }
}

/// Art. 62. How the diagnosis that is treated stands to those that were recognised, by the table of `on`.
///
/// Of several that were recognised, that counts to which it stands nearest. Where nothing was recognised,
/// nothing is related.
///
/// # Errors
/// [`DiagnosisError::BeforeFirst`] before the first table, [`DiagnosisError::Unknown`] if one of them is no code
/// of ICD-10.
pub fn relation(
    treated: &str,
    recognised: &[impl AsRef<str>],
    on: Date,
) -> Result<Relation, DiagnosisError> {
    let table = Table::on(on)?;
    let treated = known(treated)?;
    let class = table.class(treated);
    let mut nearest = Relation::Unrelated;
    for code in recognised {
        nearest = nearest.min(to_one(table, treated, class, known(code.as_ref())?));
    }
    Ok(nearest)
}

/// To one that was recognised:
///
/// - the same category is the same, whatever it is of: an occupational disease, or poisoning by a drug;
/// - aftercare and complications of care follow whatever was recognised;
/// - what only follows on injuries (a sequela, an infection of the wound) is a consequence of those that it
///   follows on and that are at its place, and of no others;
/// - of two injuries at the same place the nature decides whether they are the same.
fn to_one(table: &Table, treated: Code, class: Option<Class>, recognised: Code) -> Relation {
    if treated.category() == recognised.category() {
        return Relation::Same;
    }
    let Some(class) = class else {
        return Relation::Unrelated;
    };
    if class.nature.follows_on_all() {
        return if class.nature.is_aftercare() {
            Relation::Aftercare
        } else {
            Relation::Consequence
        };
    }
    match table.class(recognised) {
        Some(cause) if !class.part.overlaps(cause.part) => Relation::Unrelated,
        Some(cause) if class.nature.only_follows() => {
            if class.nature.follows_on(cause.nature) {
                Relation::Consequence
            } else {
                Relation::Unrelated
            }
        }
        Some(cause) if class == cause && class.is_definite() => Relation::Same,
        Some(_) => Relation::SamePart,
        None => Relation::Unrelated,
    }
}
