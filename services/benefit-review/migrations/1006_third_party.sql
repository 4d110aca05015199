-- What third parties compensated of injuries (articles 73 and 74): the last decision stands for all before it.
CREATE TABLE third_party (
    pooling_area text NOT NULL,
    injury_id uuid NOT NULL,
    sequence int NOT NULL,
    person_id uuid NOT NULL,
    employer_id text NOT NULL,
    -- The case in which it was signed.
    case_id uuid NOT NULL,
    -- Yuan of medical costs that are compensated.
    medical numeric(14, 2) NOT NULL,
    -- Yuan that the person gives back of bills that were settled before, by all decisions until this one; below zero what
    -- the fund makes up of what bills took off.
    of_fund numeric(14, 2) NOT NULL,
    of_employer numeric(14, 2) NOT NULL,
    -- Form 73-B (contract message).
    decision bytea NOT NULL,
    CONSTRAINT third_party_pkey PRIMARY KEY (pooling_area, injury_id, sequence),
    CONSTRAINT third_party_injury_fkey FOREIGN KEY (pooling_area, injury_id) REFERENCES injury,
    CONSTRAINT third_party_amounts CHECK (sequence >= 0 AND medical >= 0 AND of_employer >= 0)
);
SELECT protect('third_party', 'employer_id', 'person_id');
SELECT append_only('third_party');
