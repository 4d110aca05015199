//! Documents of banks and the treasury: those that come at a time are entered in one transaction.

use std::collections::HashMap;

use chassis::wire::{day, yuan};
use chassis::{Actor, Change, Error, Platform, Result, Unit};
use contracts::Refused;
use contracts::finance::v1::{
    Post, RecordDocumentRequest, RecordDocumentResponse, Refusal, SourceDocument,
};
use contracts::reflect::label_of;

use super::super::rules as books;
use super::pages::numbered;
use crate::duties::{self, Acting};
use crate::ledger::{self, Draft, Place, rules};

/// A document that is about to be entered.
pub struct Recording {
    draft: Draft,
    acting: Acting,
}

impl Recording {
    /// Art. 101, Art. 102. What a request asks for.
    ///
    /// # Errors
    /// A refusal where the document is none that is recorded, is of a day to come, or no rule posts it.
    pub fn of(platform: &Platform, actor: &Actor, asked: RecordDocumentRequest) -> Result<Self> {
        let told = asked.document.unwrap_or_default();
        let (document, document_on) = (told.document(), day(told.document_on)?);
        if !rules::is_recorded(document) {
            let label = label_of("workinjury.finance.v1.SourceDocument", document as i32);
            let refused = Refused::because(Refusal::DocumentNotRecorded);
            return Err(refused.with("document", label).into());
        }
        books::expect_come(document_on, platform.clock().today())?;
        let amounts = told.amounts.iter();
        let amounts = amounts.map(|one| Ok((one.part(), yuan(one.amount.as_ref())?)));
        let amounts = amounts.collect::<Result<Vec<_>>>()?;
        Ok(Self {
            draft: Draft {
                document,
                document_number: told.document_number,
                document_on,
                asked: None,
                summary: told.summary,
                lines: rules::lines(document, document_on, &amounts)?,
                corrects: None,
                made_by: actor.name.clone(),
            },
            acting: Acting {
                clerk_id: actor.id.clone(),
                name: actor.name.clone(),
                post: Post::Ledger,
            },
        })
    }
}

#[chassis::async_trait]
impl Change for Recording {
    type Answer = RecordDocumentResponse;

    const MOST: usize = 64;

    /// Art. 101, Art. 102, Art. 106. Enters the documents of those who may, and answers the vouchers.
    async fn make(
        unit: &mut Unit,
        changes: &[&Self],
    ) -> Result<Vec<Result<RecordDocumentResponse>>> {
        let acting: Vec<Acting> = changes.iter().map(|one| one.acting.clone()).collect();
        let mut refused = duties::incompatible(unit, &acting).await?;
        let may = |place: &usize| !refused.contains_key(place);
        let places: Vec<usize> = (0..changes.len()).filter(may).collect();
        let drafts: Vec<Draft> = places
            .iter()
            .map(|place| changes[*place].draft.clone())
            .collect();
        let entered = ledger::post(unit, &drafts).await?;
        let known = known(unit, &drafts, &entered).await?;
        let entered = places.into_iter().zip(drafts.iter().zip(entered));
        let mut answers: HashMap<usize, Result<RecordDocumentResponse>> = entered
            .map(|(at, (draft, place))| (at, answer(draft, place, &known)))
            .collect();
        let each = 0..changes.len();
        Ok(each
            .map(|at| match refused.remove(&at) {
                Some(why) => Err(why.into()),
                None => answers
                    .remove(&at)
                    .unwrap_or_else(|| Err(Error::internal("a document was not answered"))),
            })
            .collect())
    }
}

type Known = HashMap<(SourceDocument, String), (Draft, Place)>;

/// What documents that had been entered before were entered as.
async fn known(unit: &mut Unit, drafts: &[Draft], places: &[Place]) -> Result<Known> {
    let mut known = HashMap::new();
    let both = || drafts.iter().zip(places);
    for (draft, place) in both().filter(|(_, place)| place.is_new) {
        let document = (draft.document, draft.document_number.clone());
        known.insert(document, (draft.clone(), *place));
    }
    for (draft, place) in both().filter(|(_, place)| !place.is_new) {
        let document = (draft.document, draft.document_number.clone());
        if known.contains_key(&document) {
            continue;
        }
        let voucher = numbered(unit, (place.month, place.number)).await?;
        let lines = rules::written(&voucher.lines, draft.document_on)?;
        let before = Draft {
            document_on: day(voucher.document_on)?,
            summary: voucher.summary,
            lines,
            made_by: voucher.made_by,
            ..draft.clone()
        };
        known.insert(document, (before, *place));
    }
    Ok(known)
}

/// The voucher of a document. One that was entered with other amounts, or of another day, is refused.
fn answer(draft: &Draft, place: Place, known: &Known) -> Result<RecordDocumentResponse> {
    let document = (draft.document, draft.document_number.clone());
    let before = known.get(&document).map_or(draft, |(before, _)| before);
    if (before.document_on, &before.lines) != (draft.document_on, &draft.lines) {
        return Err(books::entered(draft, place).into());
    }
    let voucher = contracts::finance::v1::Voucher {
        month: Some(place.month.into()),
        number: place.number,
        kind: rules::kind(&before.lines) as i32,
        document: before.document as i32,
        document_number: before.document_number.clone(),
        document_on: Some(before.document_on.into()),
        booked_on: Some(before.booked_on(place.month).into()),
        summary: before.summary.clone(),
        lines: rules::wire(&before.lines),
        amount: Some(before.amount().into()),
        corrects: String::new(),
        made_by: before.made_by.clone(),
    };
    Ok(RecordDocumentResponse {
        voucher: Some(voucher),
    })
}
