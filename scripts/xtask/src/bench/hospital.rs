//! Who is there when bills come: injured employees with their cards, hospitals under agreement and a catalogue
//! of drugs, put into the tables of registration, medical-agreement and benefit-review.

use anyhow::Result;
use contracts::benefit_review::v1::{
    BillLine, Eligibility, InjuryCause, InjuryDecision, RelationState,
};
use contracts::medical_agreement::v1::{
    CatalogueItem, CatalogueKind, InstitutionGrade, InstitutionKind,
};
use law::calendar::add_days;
use prost::Message;
use rust_decimal::Decimal;
use sqlx::{PgConnection, query, query_as};
use time::Date;
use uuid::Uuid;

use super::platform::{AREA, Platform};
use super::{catalogue, population};

/// Lines of a bill.
pub const LINES: u64 = 20;

/// Hospitals under agreement.
pub const HOSPITALS: u64 = 8;

/// Drugs in the catalogue.
const DRUGS: u64 = 2_000;

/// Each so many drugs there is one whose price is cut back for days that are past.
const CUT_BACK: u64 = 20;

/// The days on which bills may be of.
const DAYS: u64 = 300;

/// ICD-10 code of every injury.
pub const DIAGNOSIS: &str = "S88.1";

/// An injured employee.
pub struct Patient {
    pub person_id: Uuid,
    pub card_number: String,
    pub name: String,
    pub recognition_number: String,
}

/// What is there.
pub struct Hospitals {
    today: Date,
    pub patients: Vec<Patient>,
}

/// A visit of a patient in a hospital on a day.
pub struct Visit<'a> {
    pub number: u64,
    pub patient: &'a Patient,
    pub institution_id: String,
    pub on: Date,
}

impl Hospitals {
    /// Puts them in, with this catalogue.
    pub async fn open(
        platform: &Platform,
        patients: u64,
        drugs: impl Iterator<Item = CatalogueItem>,
    ) -> Result<Self> {
        let today = chassis::Clock::system().today();
        let from_on = first_day(today);
        let patients = registered(&mut platform.owner("registration").await?, patients).await?;
        let mut agency = platform.owner("benefit-review").await?;
        injured(&mut agency, &patients, from_on).await?;
        let mut treating = platform.owner("medical-agreement").await?;
        under_agreement(&mut treating, from_on).await?;
        put_in_force(&mut treating, from_on, drugs).await?;
        Ok(Self { today, patients })
    }

    /// Puts in force a list for days that are past.
    pub async fn replace(
        &self,
        platform: &Platform,
        drugs: impl Iterator<Item = CatalogueItem>,
    ) -> Result<Date> {
        let from_on = add_days(first_day(self.today), 1);
        let mut treating = platform.owner("medical-agreement").await?;
        put_in_force(&mut treating, from_on, drugs).await?;
        Ok(from_on)
    }

    /// Visit `number`: the next patient's, one of each a day.
    pub fn visit(&self, number: u64) -> Visit<'_> {
        let patients = self.patients.len() as u64;
        let (round, place) = (number / patients, number % patients);
        let back = i32::try_from(round % DAYS).unwrap_or_default();
        Visit {
            number,
            patient: &self.patients[usize::try_from(place).unwrap_or_default()],
            institution_id: institution_id(place % HOSPITALS),
            on: add_days(self.today, -back),
        }
    }

    /// The first day that the bills of so many visits are of.
    pub fn first_day(&self) -> Date {
        first_day(self.today)
    }
}

impl Visit<'_> {
    /// Its lines: drugs of the catalogue, most of them within their limits.
    pub fn lines(&self) -> Vec<BillLine> {
        (0..LINES).map(|line| self.line(line)).collect()
    }

    fn line(&self, line: u64) -> BillLine {
        let drug = (self.number * 7 + line * 97) % DRUGS;
        let limit = price(drug);
        // Each tenth line is above the limit, and some are of more than a day's quantity.
        let price = if (self.number + line).is_multiple_of(10) {
            limit + Decimal::ONE
        } else {
            limit
        };
        let quantity = 1 + (self.number + line) % 4;
        BillLine {
            line_number: i32::try_from(line + 1).unwrap_or_default(),
            kind: CatalogueKind::Drug as i32,
            code: code(drug),
            name: format!("阿莫西林克拉维酸钾片第{drug}号"),
            service_on: Some(self.on.into()),
            quantity: quantity.to_string(),
            unit_price: price.to_string(),
            amount: Some(law::money::fen(price * Decimal::from(quantity)).into()),
            doctor_number: format!("11044{:019}", self.number % 50),
            ..BillLine::default()
        }
    }
}

/// The drugs as they were, or with some of them cheaper.
pub fn drugs(cut_back: bool) -> impl Iterator<Item = CatalogueItem> {
    (0..DRUGS).map(move |drug| {
        let less = cut_back && drug % CUT_BACK == 0;
        let limit = price(drug) - if less { Decimal::ONE } else { Decimal::ZERO };
        CatalogueItem {
            code: code(drug),
            price_limit: Some(limit.into()),
            ..catalogue::item(drug)
        }
    })
}

fn code(drug: u64) -> String {
    format!("XA01ABD075A{drug:012}")
}

fn price(drug: u64) -> Decimal {
    Decimal::new(1_000 + i64::try_from(drug % 90_000).unwrap_or_default(), 2)
}

fn first_day(today: Date) -> Date {
    add_days(today, -i32::try_from(DAYS).unwrap_or_default())
}

/// The number of hospital `n`.
pub fn institution_id(n: u64) -> String {
    format!("12440300{n:010}")
}

/// Persons with their cards, at registration.
async fn registered(db: &mut PgConnection, patients: u64) -> Result<Vec<Patient>> {
    query(
        "INSERT INTO person (pooling_area, person_id, identity_kind, identity_number, name, sex, born_on,
             nationality)
         SELECT $1, gen_random_uuid(), 1, '44030019' || to_char(n, 'FM0000000000'), '职工' || n, 1,
             '1990-01-01', 'CHN'
         FROM generate_series(0, $2 - 1) AS n",
    )
    .bind(AREA)
    .bind(i64::try_from(patients)?)
    .execute(&mut *db)
    .await?;
    query(
        "INSERT INTO card (pooling_area, person_id, issued_on, updated_on)
         SELECT pooling_area, person_id, '2026-01-01', '2026-01-01' FROM person WHERE pooling_area = $1",
    )
    .bind(AREA)
    .execute(&mut *db)
    .await?;
    let cards: Vec<(Uuid, String, String)> = query_as(
        "SELECT c.person_id, c.card_number, p.name FROM card c JOIN person p USING (pooling_area, person_id)
         WHERE c.pooling_area = $1 ORDER BY c.card_number",
    )
    .bind(AREA)
    .fetch_all(db)
    .await?;
    let patient = |(n, (person_id, card_number, name)): (usize, (Uuid, String, String))| Patient {
        person_id,
        card_number,
        name,
        recognition_number: format!("深人社认字〔2025〕{n}号"),
    };
    Ok(cards.into_iter().enumerate().map(patient).collect())
}

/// Their injuries, of which the fund pays the treatment.
async fn injured(db: &mut PgConnection, patients: &[Patient], happened_on: Date) -> Result<()> {
    let decision = |(n, patient): (usize, &Patient)| InjuryDecision {
        employer_id: population::employer_id(n as u64),
        person_id: patient.person_id.to_string(),
        name: patient.name.clone(),
        recognition_number: patient.recognition_number.clone(),
        cause: InjuryCause::Accident as i32,
        happened_on: Some(happened_on.into()),
        insured_on: Some(happened_on.into()),
        eligibility: Eligibility::Eligible as i32,
        stoppage_from_on: Some(happened_on.into()),
        stoppage_until_on: Some(add_days(happened_on, 720).into()),
        ..InjuryDecision::default()
    };
    let decisions: Vec<InjuryDecision> = patients.iter().enumerate().map(decision).collect();
    query(
        "WITH registered AS (
             INSERT INTO injury (pooling_area, injury_id, person_id, employer_id, recognition_number,
                 decision, diagnoses)
             SELECT $1, gen_random_uuid(), told.*, ARRAY[$2]
             FROM unnest($3::uuid[], $4::text[], $5::text[], $6::bytea[]) AS told
             RETURNING *)
         INSERT INTO injury_relation (pooling_area, injury_id, from_on, state, employer_id, person_id,
             case_id)
         SELECT pooling_area, injury_id, $7, $8, employer_id, person_id, injury_id FROM registered",
    )
    .bind(AREA)
    .bind(DIAGNOSIS)
    .bind(patients.iter().map(|one| one.person_id).collect::<Vec<_>>())
    .bind(decisions.iter().map(|one| one.employer_id.as_str()).collect::<Vec<_>>())
    .bind(decisions.iter().map(|one| one.recognition_number.as_str()).collect::<Vec<_>>())
    .bind(decisions.iter().map(Message::encode_to_vec).collect::<Vec<_>>())
    .bind(happened_on)
    .bind(RelationState::WithEmployer as i32)
    .execute(db)
    .await?;
    Ok(())
}

/// Hospitals, with agreements on medical treatment.
async fn under_agreement(db: &mut PgConnection, from_on: Date) -> Result<()> {
    let numbers: Vec<String> = (0..HOSPITALS).map(institution_id).collect();
    query("INSERT INTO institution (pooling_area, institution_id) SELECT $1, unnest($2::text[])")
        .bind(AREA)
        .bind(&numbers)
        .execute(&mut *db)
        .await?;
    query(
        "INSERT INTO institution_fact (pooling_area, institution_id, period, name, grade, licence_number,
             licence_valid_until_on, address, phone, bank_name, bank_account, case_id)
         SELECT $1, number, daterange($3, NULL), '深圳市第' || number || '医院', $4,
             '45575561444030311A1001', $3 + 3650, '深圳市罗湖区东门北路1号', '0755-25533018',
             '中国银行深圳分行', '6222020000000001', gen_random_uuid()
         FROM unnest($2::text[]) AS number",
    )
    .bind(AREA)
    .bind(&numbers)
    .bind(from_on)
    .bind(InstitutionGrade::Tertiary as i32)
    .execute(&mut *db)
    .await?;
    query(
        "INSERT INTO agreement (pooling_area, agreement_id, institution_id, kind, period)
         SELECT $1, gen_random_uuid(), number, $4, daterange($3, $3 + 3650)
         FROM unnest($2::text[]) AS number",
    )
    .bind(AREA)
    .bind(&numbers)
    .bind(from_on)
    .bind(InstitutionKind::Medical as i32)
    .execute(db)
    .await?;
    Ok(())
}

/// A list of drugs, in force from a day on.
async fn put_in_force(
    db: &mut PgConnection,
    from_on: Date,
    items: impl Iterator<Item = CatalogueItem>,
) -> Result<()> {
    let (list_id, items): (Uuid, Vec<CatalogueItem>) = (Uuid::now_v7(), items.collect());
    query(
        "INSERT INTO catalogue_item (pooling_area, list_id, kind, code, name, content, row_no)
         SELECT $1, $2, $3, item.* FROM unnest($4::text[], $5::text[], $6::bytea[]) WITH ORDINALITY AS item",
    )
    .bind(AREA)
    .bind(list_id)
    .bind(CatalogueKind::Drug as i32)
    .bind(items.iter().map(|item| item.code.as_str()).collect::<Vec<_>>())
    .bind(items.iter().map(|item| item.name.as_str()).collect::<Vec<_>>())
    .bind(items.iter().map(Message::encode_to_vec).collect::<Vec<_>>())
    .execute(&mut *db)
    .await?;
    query(
        "INSERT INTO catalogue_version (pooling_area, kind, effective_on, list_id, items, title,
             document_number, case_id)
         VALUES ($1, $2, $3, $4, $5, '药品目录', '粤人社规〔2026〕20号', gen_random_uuid())",
    )
    .bind(AREA)
    .bind(CatalogueKind::Drug as i32)
    .bind(from_on)
    .bind(list_id)
    .bind(i32::try_from(items.len())?)
    .execute(db)
    .await?;
    Ok(())
}
