//! The three catalogues (三目录, Art. 43) and that of devices (Art. 51): what the fund pays for, and how much
//! of it. The list in force on a day is that of the last version by then, and it never changes.

pub mod batches;
pub mod cases;
pub mod rules;
pub mod store;

use std::collections::{BTreeSet, HashMap};

use chassis::wire::day;
use chassis::{Result, Unit, batch};
use contracts::Refused;
use contracts::medical_agreement::v1::{
    CatalogueAnswer, CatalogueItem, CatalogueKind, CatalogueQuestion, Refusal,
};
use prost::Message;
use time::Date;
use uuid::Uuid;

/// Art. 43, Art. 51. What the catalogues say of items on days, in the order of the questions. Which version is
/// in force is always read; an item of a list is one for ever, and so may come out of the cache.
///
/// # Errors
/// When it cannot be read.
pub async fn answers(
    unit: &mut Unit,
    questions: Vec<CatalogueQuestion>,
) -> Result<Vec<CatalogueAnswer>> {
    let days: Vec<(i32, Date)> = questions
        .iter()
        .map(|asked| Ok((asked.kind, day(asked.on)?)))
        .collect::<Result<_>>()?;
    let versions = versions_on(unit, days).await?;
    let keys: BTreeSet<(Uuid, &str)> = questions
        .iter()
        .zip(&versions)
        .filter_map(|(asked, version)| Some((version.as_ref()?.list_id, asked.code.as_str())))
        .collect();
    let items = items(unit, &keys).await?;
    let answer = |(asked, version): (&CatalogueQuestion, &Option<store::InForce>)| {
        let item = version
            .as_ref()
            .and_then(|version| items.get(&(version.list_id, asked.code.as_str())));
        CatalogueAnswer {
            kind: asked.kind,
            code: asked.code.clone(),
            on: asked.on,
            effective_on: version.as_ref().map(|version| version.effective_on.into()),
            item: item.cloned(),
        }
    };
    Ok(questions.iter().zip(&versions).map(answer).collect())
}

/// The versions that are in force on days. Questions are of a few days mostly: each is asked for once.
async fn versions_on(
    unit: &mut Unit,
    days: Vec<(i32, Date)>,
) -> Result<Vec<Option<store::InForce>>> {
    let area = unit.area().to_owned();
    let distinct: BTreeSet<(i32, Date)> = days.iter().copied().collect();
    let distinct: Vec<(i32, Date)> = distinct.into_iter().collect();
    let found = store::in_force_on(unit.db(), &area, &distinct).await?;
    let found: HashMap<(i32, Date), Option<store::InForce>> =
        distinct.into_iter().zip(found).collect();
    let version = |day| found.get(day).cloned().flatten();
    Ok(days.iter().map(version).collect())
}

/// Items of lists that are in force on some day, by list and code: those that the cache has, and the others
/// from the database. That a list lacks a code is kept too, as no content.
async fn items<'q>(
    unit: &mut Unit,
    wanted: &BTreeSet<(Uuid, &'q str)>,
) -> Result<HashMap<(Uuid, &'q str), CatalogueItem>> {
    let area = unit.area().to_owned();
    let named = |(list_id, code): &(Uuid, &str)| format!("catalogue:{area}:{list_id}:{code}");
    let names: Vec<String> = wanted.iter().map(named).collect();
    let cache = unit.platform().cache().clone();
    let kept = cache.get_many(&names).await;
    let (mut items, mut unread) = (HashMap::new(), Vec::new());
    for (key, name) in wanted.iter().zip(&names) {
        match kept.get(name).map(|content| rules::kept(content, key.1)) {
            Some(Some(item)) => items.extend(item.map(|item| (*key, item))),
            Some(None) | None => unread.push(*key),
        }
    }
    if unread.is_empty() {
        return Ok(items);
    }
    let mut read = store::contents(unit.db(), &area, &unread).await?;
    let mut contents = Vec::new();
    for key in unread {
        let content = read.remove(&(key.0, key.1.to_owned())).unwrap_or_default();
        if !content.is_empty() {
            items.insert(key, CatalogueItem::decode(&*content)?);
        }
        contents.push((named(&key), content));
    }
    cache.put_many(&contents).await;
    Ok(items)
}

/// Art. 43. The list that arrived in a batch, whole and of this kind; answers its number.
///
/// # Errors
/// When there is no such batch, rows of it are not answered or not taken, or it is a list of another kind.
pub async fn whole_list(unit: &mut Unit, batch_id: &str, kind: CatalogueKind) -> Result<Uuid> {
    let area = unit.area().to_owned();
    let list_id = batch::expect_done::<CatalogueItem>(unit, batch_id).await?;
    let batch = batch::find::<CatalogueItem>(unit, list_id).await?;
    let refused_rows = batch.map_or(0, |batch| batch.refused_rows);
    if refused_rows > 0 {
        let refused = Refused::because(Refusal::CatalogueRowsRefused);
        return Err(refused.with("rows", refused_rows).into());
    }
    let listed = store::kind_of(unit.db(), &area, list_id)
        .await?
        .ok_or_else(|| Refused::because(Refusal::CatalogueEmpty))?;
    if listed != kind as i32 {
        return Err(Refused::because(Refusal::CatalogueKindDiffers)
            .with("listed", rules::kind_label(listed))
            .with("kind", rules::kind_label(kind as i32))
            .into());
    }
    Ok(list_id)
}
