//! Who bears a death where the employer was in arrears on the day of the accident and has paid since.

use super::survivors::*;
use super::*;

// Art. 56, Art. 72
#[tokio::test]
async fn the_fund_bears_pensions_that_arise_after_the_employer_has_paid() {
    let accident = date!(2026 - 12 - 07);
    let died_on = date!(2026 - 12 - 21);
    let town = Town::found().await;
    let employer_id = town.register(1).await;
    let person = town.hire(&employer_id, 1).await;
    town.heard_of(&employer_id, &person, TODAY).await;
    let november = Month::new(2026, 11).unwrap();
    let wages = [(1, "6000.00")];
    town.declare(&employer_id, november, &wages).await;
    town.charge(november).await;
    town.set("area_average_monthly_wage", "8000").await;
    let december = november.next();
    town.service.clock().set(nine(accident));
    town.declare(&employer_id, december, &wages).await;
    town.charge(december).await;
    // More than both months and the late fee come to.
    town.pay_all(&employer_id, "1000.00", date!(2026 - 12 - 18))
        .await;
    town.service.clock().set(nine(date!(2026 - 12 - 22)));
    let recognition = Recognition {
        happened_on: on(accident),
        applied_on: on(accident),
        accepted_on: on(accident),
        ..town.recognition(&employer_id, &person, NUMBER)
    };
    let bereaved = Bereaved {
        town,
        employer_id,
        person,
        recognition,
    };
    let injury = bereaved.register(Some(died_on)).await;
    assert_eq!(injury.eligibility(), Eligibility::InArrears);

    let case = DeathCase::InStoppagePeriod;
    let pensions = approved(&bereaved, &form(&bereaved, case, &[daughter()])).await;
    assert_eq!(each(&pensions), ["1800.00"]);
    assert_eq!(text(pensions.fund.as_ref()), "1800.00");
    let sheet = pensions.awards[0].worksheet.as_ref();
    assert_eq!(bearer(sheet), ("承担方", "工伤保险基金"));
    let source = &sheet.unwrap().lines.last().unwrap().source;
    assert!(source.contains("人社部发〔2016〕29号第三条"), "{source}");
    let told = bereaved.told().await.remove(0);
    assert_eq!(told[0].payer(), Payer::Fund);
    // What is paid once for the same death stays the employer's.
    let once = bereaved.approve(&bereaved.claim(case)).await;
    assert_eq!(text(once.fund.as_ref()), "0.00");
}
