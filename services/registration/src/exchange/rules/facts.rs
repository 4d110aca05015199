//! What others tell of an employer, fact by fact, against what is registered of it (Art. 5, Art. 125).

use contracts::registration::v1::{
    AuthorityNotice, DifferenceKind, EmployerFacts, EmployerType, RegistrationAuthority,
};
use contracts::{maybe_day, reflect};

use super::Disagreement;

/// The types of employers that an authority registers, by a word in the registration types under which
/// it does; the first that fits holds.
const TYPES: &[(RegistrationAuthority, &str, &[EmployerType])] = {
    use EmployerType as Type;
    use RegistrationAuthority as By;
    &[
        (By::IndustryAndCommerce, "个体", &[Type::SoleProprietor]),
        (
            By::IndustryAndCommerce,
            "",
            &[Type::Enterprise, Type::ProfessionalFirm, Type::Other],
        ),
        (
            By::CivilAffairs,
            "民办非企业",
            &[Type::PrivateNonEnterprise],
        ),
        (By::CivilAffairs, "基金会", &[Type::Foundation]),
        (By::CivilAffairs, "社会团体", &[Type::SocialOrganisation]),
        (
            By::CivilAffairs,
            "",
            &[
                Type::PrivateNonEnterprise,
                Type::Foundation,
                Type::SocialOrganisation,
            ],
        ),
        (By::Establishment, "事业", &[Type::PublicInstitution]),
        (By::Establishment, "机关", &[Type::Government]),
        (
            By::Establishment,
            "",
            &[Type::PublicInstitution, Type::Government],
        ),
    ]
};

/// Art. 5. On what a notice of a registration authority disagrees with facts: all that article 5 lists
/// and that is registered, too.
#[must_use]
pub fn of_notice(facts: &EmployerFacts, notice: &AuthorityNotice) -> Vec<Disagreement> {
    let told = EmployerFacts {
        name: notice.name.clone(),
        credit_code: notice.credit_code.clone(),
        organisation_code: notice.organisation_code.clone(),
        address: notice.address.clone(),
        legal_representative: notice.legal_representative.clone(),
        registration_number: notice.registration_number.clone(),
        founded_on: notice.founded_on,
        business_scope: notice.business_scope.clone(),
        contact_phone: notice.phone.clone(),
        ..EmployerFacts::default()
    };
    let mut points = contradictions(facts, &told);
    points.extend(of_type(facts, notice));
    points
}

/// On what told facts contradict registered ones. What is told empty contradicts nothing, and a number
/// that need not be registered is none that disagrees: a unified social credit code holds the
/// organisation code.
#[must_use]
pub fn contradictions(registered: &EmployerFacts, told: &EmployerFacts) -> Vec<Disagreement> {
    let may_lack = |kind| match kind {
        DifferenceKind::EmployerCode => !registered.credit_code.is_empty(),
        DifferenceKind::RegistrationNumber => true,
        _ => false,
    };
    facts(registered)
        .into_iter()
        .zip(facts(told))
        .filter(|((kind, registered), (_, told))| {
            !told.is_empty() && registered != told && !(registered.is_empty() && may_lack(*kind))
        })
        .map(|((kind, registered), (_, told))| Disagreement::on(kind, registered, told))
        .collect()
}

/// What may be told of an employer that is registered with these facts and disagrees with none of them.
#[must_use]
pub fn agreeing(registered: &EmployerFacts) -> Vec<(DifferenceKind, String)> {
    let types = TYPES
        .iter()
        .filter(|(.., types)| types.contains(&registered.r#type()))
        .map(|(.., types)| (DifferenceKind::EmployerType, labels(types)));
    facts(registered).into_iter().chain(types).collect()
}

fn facts(of: &EmployerFacts) -> [(DifferenceKind, String); 9] {
    let founded_on = maybe_day(of.founded_on).map(|day| day.to_string());
    [
        (DifferenceKind::EmployerName, of.name.clone()),
        (
            DifferenceKind::LegalRepresentative,
            of.legal_representative.clone(),
        ),
        (DifferenceKind::Address, of.address.clone()),
        (DifferenceKind::EmployerCode, of.credit_code.clone()),
        (DifferenceKind::EmployerCode, of.organisation_code.clone()),
        (
            DifferenceKind::RegistrationNumber,
            of.registration_number.clone(),
        ),
        (DifferenceKind::FoundedOn, founded_on.unwrap_or_default()),
        (DifferenceKind::BusinessScope, of.business_scope.clone()),
        (DifferenceKind::Phone, of.contact_phone.clone()),
    ]
}

fn of_type(facts: &EmployerFacts, notice: &AuthorityNotice) -> Option<Disagreement> {
    let words = notice.registration_type.as_str();
    let (.., types) = TYPES
        .iter()
        .filter(|_| !words.is_empty())
        .find(|(by, word, _)| *by == notice.authority() && words.contains(word))?;
    let agrees = types.contains(&facts.r#type());
    (!agrees).then(|| {
        let registered = labels(&[facts.r#type()]);
        Disagreement::on(DifferenceKind::EmployerType, registered, labels(types))
    })
}

fn labels(types: &[EmployerType]) -> String {
    let label = |of: &EmployerType| {
        reflect::label_of("workinjury.registration.v1.EmployerType", *of as i32)
    };
    types.iter().map(label).collect::<Vec<_>>().join("或")
}
