-- Stoppage periods that were confirmed, extended or corrected after the registration (article 54): the last row holds.
CREATE TABLE stoppage (
    pooling_area text NOT NULL,
    injury_id uuid NOT NULL,
    -- 0 of the first after the registration.
    sequence int NOT NULL,
    employer_id text NOT NULL,
    person_id uuid NOT NULL,
    from_on date NOT NULL,
    until_on date NOT NULL,
    -- By the appraisal committee, as far as it is longer than was confirmed before.
    extended boolean NOT NULL,
    case_id uuid NOT NULL,
    -- Form 54-B (contract message).
    decision bytea NOT NULL,
    CONSTRAINT stoppage_pkey PRIMARY KEY (pooling_area, injury_id, sequence),
    CONSTRAINT stoppage_injury_fkey FOREIGN KEY (pooling_area, injury_id) REFERENCES injury,
    CONSTRAINT stoppage_sequence CHECK (sequence >= 0),
    CONSTRAINT stoppage_days CHECK (until_on >= from_on)
);
SELECT protect('stoppage', 'employer_id', 'person_id');
SELECT append_only('stoppage');
