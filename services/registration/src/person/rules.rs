//! Rules on identity papers.

use contracts::Refused;
use contracts::registration::v1::{IdentityKind, Refusal, Sex};
use law::identity::{CitizenNumber, PassportNumber, ResidentCardNumber};
use time::Date;

/// The nationality of whom a citizen's number is.
const CHINA: &str = "CHN";

/// What ISO 3166-1 has codes for and is part of China: whoever lives there is enrolled by the citizen's
/// number on her or his residence permit.
const PARTS_OF_CHINA: [&str; 3] = ["HKG", "MAC", "TWN"];

/// An identity paper, its number as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Paper {
    /// What it is; never unspecified.
    pub kind: IdentityKind,
    /// Its number, letters raised.
    pub number: String,
}

/// Who a paper says its holder is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The paper.
    pub paper: Paper,
    /// Male or female.
    pub sex: Sex,
    /// Birth date.
    pub born_on: Date,
    /// ISO 3166-1 alpha-3.
    pub nationality: String,
}

/// What a roster says of a person beside the paper.
#[derive(Clone, Debug)]
pub struct Stated<'a> {
    /// Unspecified where it is left to the number.
    pub sex: Sex,
    /// None where it is left to the number.
    pub born_on: Option<Date>,
    /// Empty for China.
    pub nationality: &'a str,
}

/// Art. 8, Art. 150. Is the number one of its kind?
///
/// # Errors
/// When it is not.
pub fn paper(kind: IdentityKind, number: &str) -> Result<Paper, Refused> {
    let mismatch = || {
        let label =
            contracts::reflect::label_of("workinjury.registration.v1.IdentityKind", kind as i32);
        Refused::because(Refusal::IdentityKindMismatch).with("kind", label)
    };
    let number = match kind {
        IdentityKind::CitizenId => number.parse::<CitizenNumber>().map(String::from),
        IdentityKind::PermanentResidenceCard => {
            number.parse::<ResidentCardNumber>().map(String::from)
        }
        IdentityKind::Passport => number.parse::<PassportNumber>().map(String::from),
        IdentityKind::Unspecified => return Err(mismatch()),
    };
    Ok(Paper {
        kind,
        number: number.map_err(|_| mismatch())?,
    })
}

/// Art. 8, Art. 150. Who the holder is: a citizen's number says birth date and sex, and what is stated
/// must agree; for a foreigner all is stated.
///
/// # Errors
/// When statements contradict the number or are missing.
pub fn holder(paper: Paper, stated: &Stated<'_>) -> Result<Holder, Refused> {
    let contradicts = || Refused::because(Refusal::BirthDateMismatch);
    if let Ok(number) = paper.number.parse::<CitizenNumber>()
        && paper.kind == IdentityKind::CitizenId
    {
        let sex = match number.sex() {
            law::identity::Sex::Male => Sex::Male,
            law::identity::Sex::Female => Sex::Female,
        };
        let born_on = number.born_on();
        let agrees = (stated.sex == Sex::Unspecified || stated.sex == sex)
            && stated.born_on.is_none_or(|date| date == born_on);
        return if agrees {
            Ok(Holder {
                nationality: nationality(paper.kind, stated.nationality)?,
                paper,
                sex,
                born_on,
            })
        } else {
            Err(contradicts())
        };
    }
    let missing = || Refused::because(Refusal::ForeignerFactsMissing);
    let born_on = match (born_on_card(&paper), stated.born_on) {
        (Some(card), Some(date)) if card != date => return Err(contradicts()),
        (card, date) => date.or(card).ok_or_else(missing)?,
    };
    if stated.sex == Sex::Unspecified || stated.nationality.is_empty() {
        return Err(missing());
    }
    Ok(Holder {
        nationality: nationality(paper.kind, stated.nationality)?,
        paper,
        sex: stated.sex,
        born_on,
    })
}

/// Art. 150. The birth date that the number of a permanent residence card says, where it has 18 characters.
#[must_use]
pub fn born_on_card(paper: &Paper) -> Option<Date> {
    let card: ResidentCardNumber = paper.number.parse().ok()?;
    card.born_on()
}

/// Art. 8, Art. 150. The nationality of a paper's holder. A citizen is known by the citizen's number, also
/// one from Hong Kong, Macao or Taiwan, and by no foreign paper besides: that would be a second person.
fn nationality(kind: IdentityKind, stated: &str) -> Result<String, Refused> {
    let refused = |why| Err(Refused::because(why).with("stated", stated));
    if kind == IdentityKind::CitizenId {
        return match stated {
            "" | CHINA => Ok(CHINA.to_owned()),
            _ => refused(Refusal::NationalityOfCitizen),
        };
    }
    if stated == CHINA || PARTS_OF_CHINA.contains(&stated) {
        return refused(Refusal::CitizenByForeignPaper);
    }
    Ok(stated.to_owned())
}
