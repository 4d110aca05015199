//! Injured employees.

use chassis::testing::AREA;
use contracts::benefit_review::v1::{
    GetInjuryRequest, Injury, InjuryCause, InjuryForm, Recognition, RecognitionApplicant,
    RecognitionOutcome, UploadRecognitionsRequest,
};
use contracts::common::v1::{BatchHeader, BatchTotals};
use contracts::registration::v1::Person;
use time::Duration;
use uuid::Uuid;

use super::{PAPERS, TODAY, Town, handler, on};

impl Town {
    /// A decision that recognises an injury of [`TODAY`], applied for in time and decided today.
    pub fn recognition(&self, employer_id: &str, person: &Person, number: &str) -> Recognition {
        Recognition {
            recognition_number: number.to_owned(),
            employer_id: employer_id.to_owned(),
            person_id: person.person_id.clone(),
            name: person.name.clone(),
            cause: InjuryCause::Accident as i32,
            happened_on: on(TODAY),
            outcome: RecognitionOutcome::Recognised as i32,
            decided_on: on(self.service.clock().today()),
            applicant: RecognitionApplicant::Employer as i32,
            applied_on: on(TODAY),
            accepted_on: on(TODAY),
            diagnoses: "S88.1".to_owned(),
            injured_parts: "右小腿".to_owned(),
            ..Recognition::default()
        }
    }

    /// The clerk enters a decision, or its revocation.
    pub async fn recognise(&self, decision: &Recognition) {
        let request = UploadRecognitionsRequest {
            pooling_area: AREA.to_owned(),
            header: Some(BatchHeader {
                batch_id: Uuid::now_v7().to_string(),
                reference: "认定工伤决定".to_owned(),
            }),
            totals: Some(BatchTotals { rows: 1, sum: None }),
            rows: vec![decision.clone()],
            ..UploadRecognitionsRequest::default()
        };
        let mut injuries = self.injuries().await;
        let sent = injuries
            .upload_recognitions(tokio_stream::iter([request]))
            .await;
        let batch = sent.unwrap().into_inner().batch.unwrap();
        assert_eq!(batch.refused_rows, 0);
    }

    /// The injury that a decision recognised is registered, with half a year of stoppage.
    pub async fn injure(&self, decision: &Recognition) -> Injury {
        self.recognise(decision).await;
        self.service
            .approve(&handler(), &injury_form(decision), PAPERS)
            .await
            .unwrap();
        self.injury(&decision.person_id, &decision.recognition_number)
            .await
    }

    /// The injury as it stands.
    pub async fn injury(&self, person_id: &str, recognition_number: &str) -> Injury {
        let request = GetInjuryRequest {
            pooling_area: AREA.to_owned(),
            person_id: person_id.to_owned(),
            recognition_number: recognition_number.to_owned(),
        };
        let found = self.injuries().await.get_injury(request).await.unwrap();
        found.into_inner().injury.unwrap()
    }
}

/// The application to register what a decision recognised.
pub fn injury_form(decision: &Recognition) -> InjuryForm {
    InjuryForm {
        employer_id: decision.employer_id.clone(),
        person_id: decision.person_id.clone(),
        name: decision.name.clone(),
        recognition_number: decision.recognition_number.clone(),
        stoppage_from_on: decision.happened_on,
        stoppage_until_on: on(TODAY + Duration::days(180)),
        ..InjuryForm::default()
    }
}
