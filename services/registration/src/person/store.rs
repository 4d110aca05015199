//! SQL of persons, their changes and their cards.

use chassis::{Page, Result};
use contracts::registration::v1::{Person, PersonChange};
use prost::Message;
use sqlx::{FromRow, PgConnection, query, query_as};
use time::Date;
use uuid::Uuid;

use super::rules::Paper;

/// A person as registered.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct PersonRow {
    /// Given at first enrolment.
    pub person_id: Uuid,
    /// [`contracts::registration::v1::IdentityKind`] as its number.
    pub identity_kind: i32,
    /// Letters raised.
    pub identity_number: String,
    /// As on the paper.
    pub name: String,
    /// [`contracts::registration::v1::Sex`] as its number.
    pub sex: i32,
    /// Birth date.
    pub born_on: Date,
    /// ISO 3166-1 alpha-3.
    pub nationality: String,
    /// None for the living.
    pub died_on: Option<Date>,
    /// None where the caller may not see it.
    pub card_number: Option<String>,
}

impl From<PersonRow> for Person {
    fn from(row: PersonRow) -> Self {
        Self {
            person_id: row.person_id.to_string(),
            identity_kind: row.identity_kind,
            identity_number: row.identity_number,
            name: row.name,
            sex: row.sex,
            born_on: Some(row.born_on.into()),
            nationality: row.nationality,
            died_on: row.died_on.map(Into::into),
            card_number: row.card_number.unwrap_or_default(),
        }
    }
}

/// Those of the persons that there are.
pub async fn persons(
    db: &mut PgConnection,
    area: &str,
    person_ids: &[Uuid],
) -> Result<Vec<PersonRow>> {
    Ok(query_as(
        "SELECT p.*, c.card_number FROM person p
         LEFT JOIN card c ON c.pooling_area = p.pooling_area AND c.person_id = p.person_id
         WHERE p.pooling_area = $1 AND p.person_id = ANY($2)",
    )
    .bind(area)
    .bind(person_ids)
    .fetch_all(db)
    .await?)
}

/// Those of the papers' holders who are registered.
pub async fn holders(
    db: &mut PgConnection,
    area: &str,
    papers: &[&Paper],
) -> Result<Vec<PersonRow>> {
    let (kinds, numbers): (Vec<i32>, Vec<&str>) = papers
        .iter()
        .map(|paper| (paper.kind as i32, paper.number.as_str()))
        .unzip();
    Ok(query_as(
        "SELECT p.*, c.card_number
         FROM (SELECT DISTINCT * FROM unnest($2::int[], $3::text[])) AS asked(kind, number)
         JOIN person p ON p.pooling_area = $1 AND p.identity_number = asked.number
              AND p.identity_kind = asked.kind
         LEFT JOIN card c ON c.pooling_area = p.pooling_area AND c.person_id = p.person_id",
    )
    .bind(area)
    .bind(kinds)
    .bind(numbers)
    .fetch_all(db)
    .await?)
}

/// Those to whom the cards were issued.
pub async fn card_holders(
    db: &mut PgConnection,
    area: &str,
    card_numbers: &[String],
) -> Result<Vec<PersonRow>> {
    Ok(query_as(
        "SELECT p.*, c.card_number FROM card c
         JOIN person p ON p.pooling_area = c.pooling_area AND p.person_id = c.person_id
         WHERE c.pooling_area = $1 AND c.card_number = ANY($2)",
    )
    .bind(area)
    .bind(card_numbers)
    .fetch_all(db)
    .await?)
}

/// Opens the records of persons who are enrolled for the first time.
pub async fn insert(
    db: &mut PgConnection,
    area: &str,
    persons: &[PersonRow],
) -> Result<(), sqlx::Error> {
    query(
        "INSERT INTO person (pooling_area, person_id, identity_kind, identity_number, name, sex,
             born_on, nationality)
         SELECT $1, new.* FROM unnest($2::uuid[], $3::int[], $4::text[], $5::text[], $6::int[],
             $7::date[], $8::text[]) AS new",
    )
    .bind(area)
    .bind(column(persons, |p| p.person_id))
    .bind(column(persons, |p| p.identity_kind))
    .bind(column(persons, |p| p.identity_number.clone()))
    .bind(column(persons, |p| p.name.clone()))
    .bind(column(persons, |p| p.sex))
    .bind(column(persons, |p| p.born_on))
    .bind(column(persons, |p| p.nationality.clone()))
    .execute(db)
    .await?;
    Ok(())
}

fn column<T>(persons: &[PersonRow], value: impl Fn(&PersonRow) -> T) -> Vec<T> {
    persons.iter().map(value).collect()
}

/// A card that was issued.
#[derive(FromRow)]
pub struct IssuedCard {
    /// Whose.
    pub person_id: Uuid,
    /// The number printed on it.
    pub card_number: String,
}

/// Art. 9. Issues cards to persons who have none yet.
pub async fn issue_cards(
    db: &mut PgConnection,
    area: &str,
    person_ids: &[Uuid],
    on: Date,
) -> Result<Vec<IssuedCard>> {
    Ok(query_as(
        "INSERT INTO card (pooling_area, person_id, issued_on, updated_on)
         SELECT $1, unnest($2::uuid[]), $3, $3
         RETURNING person_id, card_number",
    )
    .bind(area)
    .bind(person_ids)
    .bind(on)
    .fetch_all(db)
    .await?)
}

/// Art. 13. The cards carry the present name and number from `on` on.
pub async fn update_cards(
    db: &mut PgConnection,
    area: &str,
    person_ids: &[Uuid],
    on: Date,
) -> Result<()> {
    query("UPDATE card SET updated_on = $3 WHERE pooling_area = $1 AND person_id = ANY($2)")
        .bind(area)
        .bind(person_ids)
        .bind(on)
        .execute(db)
        .await?;
    Ok(())
}

/// Sets the names and papers of persons to what the rows say.
pub async fn update_identities(
    db: &mut PgConnection,
    area: &str,
    persons: &[PersonRow],
) -> Result<(), sqlx::Error> {
    query(
        "UPDATE person p SET identity_kind = new.kind, identity_number = new.number, name = new.name,
             sex = new.sex, born_on = new.born_on, nationality = new.nationality
         FROM unnest($2::uuid[], $3::int[], $4::text[], $5::text[], $6::int[], $7::date[], $8::text[])
              AS new(person_id, kind, number, name, sex, born_on, nationality)
         WHERE p.pooling_area = $1 AND p.person_id = new.person_id",
    )
    .bind(area)
    .bind(column(persons, |p| p.person_id))
    .bind(column(persons, |p| p.identity_kind))
    .bind(column(persons, |p| p.identity_number.clone()))
    .bind(column(persons, |p| p.name.clone()))
    .bind(column(persons, |p| p.sex))
    .bind(column(persons, |p| p.born_on))
    .bind(column(persons, |p| p.nationality.clone()))
    .execute(db)
    .await?;
    Ok(())
}

/// Records deaths; answers whose were not known before.
pub async fn record_deaths(
    db: &mut PgConnection,
    area: &str,
    person_ids: &[Uuid],
    died_on: &[Date],
) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar(
        "UPDATE person p SET died_on = GREATEST(dead.died_on, p.born_on)
         FROM unnest($2::uuid[], $3::date[]) AS dead(person_id, died_on)
         WHERE p.pooling_area = $1 AND p.person_id = dead.person_id AND p.died_on IS NULL
         RETURNING p.person_id",
    )
    .bind(area)
    .bind(person_ids)
    .bind(died_on)
    .fetch_all(db)
    .await?)
}

/// Sets the day on which a person whose death was recorded died; none for one who lives.
pub async fn correct_death(
    db: &mut PgConnection,
    area: &str,
    person_id: Uuid,
    died_on: Option<Date>,
) -> Result<()> {
    query("UPDATE person SET died_on = $3 WHERE pooling_area = $1 AND person_id = $2")
        .bind(area)
        .bind(person_id)
        .bind(died_on)
        .execute(db)
        .await?;
    Ok(())
}

/// Keeps what changed of persons.
pub async fn insert_changes(
    db: &mut PgConnection,
    area: &str,
    changes: &[(Date, PersonRow, PersonRow)],
    sources: &[Uuid],
) -> Result<()> {
    let image = |row: &PersonRow| Person::from(row.clone()).encode_to_vec();
    query(
        "INSERT INTO person_change (pooling_area, person_id, changed_on, before, after, source)
         SELECT $1, new.* FROM unnest($2::uuid[], $3::date[], $4::bytea[], $5::bytea[], $6::uuid[]) AS new",
    )
    .bind(area)
    .bind(changes.iter().map(|(_, before, _)| before.person_id).collect::<Vec<_>>())
    .bind(changes.iter().map(|(on, _, _)| *on).collect::<Vec<_>>())
    .bind(changes.iter().map(|(_, before, _)| image(before)).collect::<Vec<_>>())
    .bind(changes.iter().map(|(_, _, after)| image(after)).collect::<Vec<_>>())
    .bind(sources)
    .execute(db)
    .await?;
    Ok(())
}

/// One change of a person, as kept.
#[derive(FromRow)]
pub struct ChangeRow {
    /// Where it stands among all changes.
    pub change_no: i64,
    changed_on: Date,
    before: Vec<u8>,
    after: Vec<u8>,
    source: Uuid,
}

impl TryFrom<ChangeRow> for PersonChange {
    type Error = chassis::Error;

    fn try_from(row: ChangeRow) -> Result<Self> {
        Ok(Self {
            changed_on: Some(row.changed_on.into()),
            before: Some(Person::decode(&*row.before)?),
            after: Some(Person::decode(&*row.after)?),
            source: row.source.to_string(),
        })
    }
}

/// What changed of a person, newest first.
pub async fn changes(
    db: &mut PgConnection,
    area: &str,
    person_id: Uuid,
    page: &Page,
) -> Result<Vec<ChangeRow>> {
    Ok(query_as(
        "SELECT change_no, changed_on, before, after, source FROM person_change
         WHERE pooling_area = $1 AND person_id = $2 AND ($3::bigint IS NULL OR change_no < $3)
         ORDER BY change_no DESC LIMIT $4",
    )
    .bind(area)
    .bind(person_id)
    .bind(page.after::<i64>()?)
    .bind(page.limit())
    .fetch_all(db)
    .await?)
}
