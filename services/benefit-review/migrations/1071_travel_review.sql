-- Reviews of travel, board and lodging (articles 64, 90). What was decided first stands in the case of form 5-4.
CREATE TABLE travel_review (
    pooling_area text NOT NULL,
    -- The case of form 5-4.
    claim_id uuid NOT NULL,
    -- 1 of the first review; each stands for all before it.
    sequence int NOT NULL,
    person_id uuid NOT NULL,
    -- Who bears the duties of the employer of the injury.
    employer_id text NOT NULL,
    -- The case in which it was signed.
    case_id uuid NOT NULL,
    decided_on date NOT NULL,
    -- Form 5-4 as it is corrected (contract message).
    form bytea NOT NULL,
    -- What is granted (contract message).
    granted bytea NOT NULL,
    CONSTRAINT travel_review_pkey PRIMARY KEY (pooling_area, claim_id, sequence),
    CONSTRAINT travel_review_sequence CHECK (sequence > 0)
);
SELECT protect('travel_review', 'employer_id', 'person_id');
SELECT append_only('travel_review');
