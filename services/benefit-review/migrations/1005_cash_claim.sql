-- The own wage of an injury, and cash benefits as they were decided (articles 68 to 72, 90).
CREATE TABLE own_wage (
    pooling_area text NOT NULL,
    injury_id uuid NOT NULL,
    -- 0 of the first; one that is found otherwise in a review has the next.
    sequence int NOT NULL,
    person_id uuid NOT NULL,
    employer_id text NOT NULL,
    -- What `months` months came to, in yuan: their quotient is the exact own wage.
    sum numeric NOT NULL,
    months int NOT NULL,
    -- The case that it was found in.
    case_id uuid NOT NULL,
    -- How it came about (contract message).
    worksheet bytea NOT NULL,
    CONSTRAINT own_wage_pkey PRIMARY KEY (pooling_area, injury_id, sequence),
    CONSTRAINT own_wage_sequence CHECK (sequence >= 0),
    CONSTRAINT own_wage_months CHECK (months BETWEEN 1 AND 12)
);
SELECT protect('own_wage', 'employer_id', 'person_id');
SELECT append_only('own_wage');

CREATE TABLE cash_claim (
    pooling_area text NOT NULL,
    -- The case in which it was decided first.
    claim_id uuid NOT NULL,
    -- 0 of the first decision; each later one stands for all before it.
    sequence int NOT NULL,
    arrival bigint GENERATED ALWAYS AS IDENTITY,
    kind int NOT NULL,
    person_id uuid NOT NULL,
    recognition_number text NOT NULL,
    -- Who bears the duties of the employer of the injury.
    employer_id text NOT NULL,
    -- The case in which this was signed.
    case_id uuid NOT NULL,
    decided_on date NOT NULL,
    -- What was applied for (contract message of the kind).
    form bytea NOT NULL,
    -- What was decided (contract message of the kind).
    decision bytea NOT NULL,
    -- As it is listed (contract message).
    content bytea NOT NULL,
    CONSTRAINT cash_claim_pkey PRIMARY KEY (pooling_area, claim_id, sequence),
    CONSTRAINT cash_claim_sequence CHECK (sequence >= 0)
);
CREATE INDEX cash_claim_arrival ON cash_claim (pooling_area, arrival);
CREATE INDEX cash_claim_person ON cash_claim (pooling_area, person_id, arrival);
CREATE INDEX cash_claim_employer ON cash_claim (pooling_area, employer_id, arrival);
SELECT protect('cash_claim', 'employer_id', 'person_id');
SELECT append_only('cash_claim');
