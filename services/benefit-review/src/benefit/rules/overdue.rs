//! What falls on an employer that applied for the recognition of an injury too late (Art. 58).

use contracts::benefit_review::v1::Payer;
use law::Month;
use law::worksheet::Line;
use time::Date;

use super::Award;
use crate::injury::rules::falls_into;

/// What arose before a late application for recognition was accepted.
const BEFORE_ACCEPTANCE: &str = "用人单位逾期申请工伤认定，受理申请前的待遇由用人单位支付（工伤保险条例第十七条第四款、工伤保险经办规程第五十八条）";

/// Art. 58. What of an award of the fund is the employer's, since it applied for recognition too late, and what is left: of
/// what is paid by the month the months before that in which the application was accepted, since a month is not divided,
/// and of what is paid once all, where it arose `on` a day of the time whose costs the employer bears.
#[must_use]
pub fn split(award: Award, overdue: (Date, Date), on: Date) -> (Option<Award>, Option<Award>) {
    if award.payer == Payer::Employer {
        return (None, Some(award));
    }
    let Some(from) = award.from else {
        return match falls_into(Some(overdue), on) {
            Some(_) => (Some(late(award)), None),
            None => (None, Some(award)),
        };
    };
    let accepted = Month::of(overdue.1);
    if from >= accepted {
        return (None, Some(award));
    }
    let last = accepted.previous();
    let goes_on = award.until.is_none_or(|until| until > last);
    let rest = goes_on.then(|| Award {
        from: Some(accepted),
        ..award.clone()
    });
    let until = award.until.map_or(last, |until| until.min(last));
    let before = Award {
        until: Some(until),
        ..award
    };
    (Some(late(before)), rest)
}

fn late(award: Award) -> Award {
    let mut late = Award {
        payer: Payer::Employer,
        ..award
    };
    late.worksheet.lines.push(Line {
        label: "承担方".into(),
        value: "用人单位".into(),
        source: BEFORE_ACCEPTANCE.into(),
    });
    late
}
