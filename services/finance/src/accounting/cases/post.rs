//! Who holds which post (forms 106-A and 106-B).

use chassis::wire::{day, maybe_day};
use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::finance::v1::{Post, PostDecision, PostForm, Refusal};
use law::Law;
use law::calendar::Term;
use time::Date;
use uuid::Uuid;

use crate::duties::store::HolderRow;
use crate::duties::{self, rules, store};

/// Art. 106. Posts that do not go together are never given to one person.
pub struct PostAssignment;

#[chassis::async_trait]
impl Case for PostAssignment {
    type Application = PostForm;
    type Decision = PostDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.clerk_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    fn evidence(&self, _application: &Self::Application) -> Vec<Needed> {
        Vec::new()
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let (from, until) = span(application, unit.today())?;
        let beside = match ended(unit, application).await? {
            Some(_) => Vec::new(),
            None => beside(unit, application, (from, until)).await?,
        };
        Ok(PostDecision {
            clerk_id: application.clerk_id.clone(),
            post: application.post,
            from_on: application.from_on,
            until_on: application.until_on,
            beside: beside.into_iter().map(|post| post as i32).collect(),
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        let (area, today) = (unit.area().to_owned(), unit.today());
        unit.hold(&[format!("posts:{area}")]).await?;
        self.examine_again(unit, &application, &decision).await?;
        let (from, until) = span(&application, today)?;
        match (ended(unit, &application).await?, until) {
            (Some(row), Some(until)) => {
                store::end(unit.db(), &area, row.assignment_no, until).await
            }
            _ => {
                let who = (&*application.clerk_id, &*application.clerk_name);
                let who = (who.0, who.1, application.post());
                store::assign(unit.db(), &area, who, (from, until, case_id)).await
            }
        }
    }
}

/// From when to when; an end that is past would say that somebody held nothing who acted.
fn span(application: &PostForm, today: Date) -> Result<(Date, Option<Date>)> {
    let from = day(application.from_on)?;
    let until = maybe_day(application.until_on);
    if until.is_some_and(|until| until < from || until < today) {
        return Err(Refused::because(Refusal::PostDates).into());
    }
    Ok((from, until))
}

/// The assignment that is open and is to end.
async fn ended(unit: &mut Unit, application: &PostForm) -> Result<Option<HolderRow>> {
    let area = unit.area().to_owned();
    let from = day(application.from_on)?;
    let of = (&*application.clerk_id, (from, Some(from)));
    let held = store::held_in(unit.db(), &area, of.0, of.1).await?;
    let mut same = held
        .into_iter()
        .filter(|row| row.post() == application.post() && row.from_on == from);
    let open = same.next().filter(|row| row.until_on.is_none());
    Ok(open.filter(|_| application.until_on.is_some()))
}

/// What the clerk holds beside it.
async fn beside(
    unit: &mut Unit,
    application: &PostForm,
    (from, until): (Date, Option<Date>),
) -> Result<Vec<Post>> {
    let area = unit.area().to_owned();
    let clerk_id = &*application.clerk_id;
    let held = store::held_in(unit.db(), &area, clerk_id, (from, until)).await?;
    let mut beside = Vec::with_capacity(held.len());
    for row in held {
        if row.post() == application.post() {
            return Err(Refused::because(Refusal::PostHeld)
                .with("name", &application.clerk_name)
                .with("post", duties::label(row.post()))
                .into());
        }
        let both_on = from.max(row.from_on);
        if let Some(pair) = rules::incompatible(application.post(), row.post(), both_on) {
            let posts = (row.post(), application.post());
            return Err(duties::refused(&application.clerk_name, posts, pair.source).into());
        }
        beside.push(row.post());
    }
    Ok(beside)
}
