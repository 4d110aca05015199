//! Who is missing: half of the lump sum in advance, the rest when a court declares the death.

use super::*;

// Art. 71
#[tokio::test]
async fn half_is_paid_in_advance_and_the_rest_by_the_figures_of_the_declaration() {
    let bereaved = bereaved(TODAY).await;
    bereaved.register(None).await;
    let missing = bereaved.claim(DeathCase::Missing);
    assert_eq!(bereaved.refused(&missing).await, "DEATH_NOT_DECLARED");
    let hard = DeathClaimForm {
        hardship: true,
        ..missing.clone()
    };
    let service = &bereaved.town.service;
    let few = [
        EvidenceKind::IdentityCard,
        EvidenceKind::KinshipProof,
        EvidenceKind::RelativeAuthorisation,
        EvidenceKind::MissingProof,
    ];
    let lacking = service.submit(&handler(), &hard, &few).await.unwrap_err();
    assert_eq!(reason(&lacking), "EVIDENCE_MISSING");
    let first = bereaved.approve(&hard).await;
    let half = [(BenefitKind::LumpSumDeath, Payer::Fund, "565020.00")];
    assert_eq!(amounts(&first.awards), half);
    assert!(first.advance && first.died_on.is_none());
    assert_eq!(bereaved.refused(&hard).await, "DEATH_CLAIMED");

    service.clock().set(datetime!(2026-12-21 09:00 +8));
    bereaved.set("area_average_monthly_wage", "8600").await;
    for wrong in [date!(2026 - 11 - 01), date!(2026 - 12 - 22)] {
        let form = DeathClaimForm {
            declared_on: on(wrong),
            ..missing.clone()
        };
        assert_eq!(bereaved.refused(&form).await, "DECLARED_ON");
    }
    let declared = DeathClaimForm {
        declared_on: on(date!(2026 - 12 - 18)),
        declared_death_on: on(date!(2026 - 12 - 18)),
        ..missing
    };
    let second = bereaved.approve(&declared).await;
    let whole = [
        (BenefitKind::Funeral, Payer::Fund, "51600.00"),
        (BenefitKind::LumpSumDeath, Payer::Fund, "1130040.00"),
    ];
    assert_eq!(amounts(&second.awards), whole);
    assert_eq!(second.sequence, 1);
    assert_eq!(text(second.before.as_ref()), "565020.00");
    assert_eq!(text(second.added.as_ref()), "616620.00");

    let told = bereaved.told().await;
    let told: Vec<_> = told
        .iter()
        .flatten()
        .map(|one| (one.kind(), text(one.amount.as_ref()), one.is_difference))
        .collect();
    let expected = [
        (BenefitKind::LumpSumDeath, "565020.00", false),
        (BenefitKind::Funeral, "51600.00", true),
        (BenefitKind::LumpSumDeath, "565020.00", true),
    ];
    assert_eq!(told, expected);
    let listed = bereaved.claims(&handler()).await;
    let sequences: Vec<_> = listed.iter().map(|one| one.sequence).collect();
    assert_eq!(sequences, [1, 0]);
    assert_eq!(listed[0].claim_id, listed[1].claim_id);
    assert_eq!(bereaved.refused(&declared).await, "DEATH_CLAIMED");
}

// Art. 71
#[tokio::test]
async fn the_year_of_the_death_that_a_court_declares_decides_the_figures_not_that_of_its_judgment()
{
    let bereaved = bereaved(TODAY).await;
    bereaved.register(None).await;
    let service = &bereaved.town.service;
    service.clock().set(datetime!(2027-03-01 09:00 +8));
    let later = date!(2027 - 01 - 01);
    bereaved
        .set_from("area_average_monthly_wage", "9000", later)
        .await;
    let judged = on(date!(2027 - 02 - 26));
    let declared = DeathClaimForm {
        declared_on: judged,
        ..bereaved.claim(DeathCase::Missing)
    };
    let of_another_day = DeathClaimForm {
        declared_death_on: on(date!(2026 - 12 - 24)),
        ..declared.clone()
    };
    assert_eq!(bereaved.refused(&of_another_day).await, "DEATH_CASE");
    // The figures of the year of the judgment count only where the judgment has its own day; those of 2027 are not known.
    let of_judgment = DeathClaimForm {
        declared_death_on: judged,
        ..declared.clone()
    };
    let refused = service.approve(&handler(), &of_judgment, ALL).await;
    let refused = refused.unwrap_err();
    assert!(refused.message().contains("人均可支配收入"), "{refused}");
    let decision = bereaved.approve(&declared).await;
    assert_eq!(decision.died_on, on(TODAY));
    let whole = [
        (BenefitKind::Funeral, Payer::Fund, "48000.00"),
        (BenefitKind::LumpSumDeath, Payer::Fund, "1130040.00"),
    ];
    assert_eq!(amounts(&decision.awards), whole);
}
