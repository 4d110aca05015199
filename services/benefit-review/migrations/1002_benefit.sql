-- What was decided that somebody gets, of all sections; a correction is a further row (articles 65, 67, 90).
CREATE TABLE benefit (
    pooling_area text NOT NULL,
    benefit_id uuid NOT NULL,
    kind int NOT NULL,
    payer int NOT NULL,
    -- Yuan; below zero where a review found that less was due.
    amount numeric(14, 2) NOT NULL,
    -- It is paid by the month; of nothing where one that was paid by the month ends.
    monthly boolean NOT NULL,
    person_id uuid NOT NULL,
    employer_id text NOT NULL,
    -- Empty unless an institution is paid.
    institution_id text NOT NULL,
    claim_id uuid NOT NULL,
    case_id uuid NOT NULL,
    decided_on date NOT NULL,
    -- As it was told (contract message).
    content bytea NOT NULL,
    CONSTRAINT benefit_pkey PRIMARY KEY (pooling_area, benefit_id),
    CONSTRAINT benefit_amount CHECK (amount <> 0 OR monthly)
);
CREATE INDEX benefit_person ON benefit (pooling_area, person_id, benefit_id);
CREATE INDEX benefit_employer ON benefit (pooling_area, employer_id, benefit_id);
CREATE INDEX benefit_institution ON benefit (pooling_area, institution_id, benefit_id);
CREATE INDEX benefit_case ON benefit (pooling_area, case_id);
CREATE INDEX benefit_claim ON benefit (pooling_area, claim_id);
SELECT protect('benefit', 'employer_id', 'institution_id', 'person_id');
SELECT append_only('benefit');
