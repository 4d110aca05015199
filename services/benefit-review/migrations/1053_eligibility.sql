-- What registration and collection said of the day of an injury when a claim was decided (article 56); null of what was decided by
-- what was registered.
ALTER TABLE cash_claim ADD COLUMN eligibility int;

-- Injuries with claims that rest on another answer than is given now: to be looked at.
CREATE TABLE eligibility_difference (
    pooling_area text NOT NULL,
    injury_id uuid NOT NULL,
    -- 0 of the first; each later one stands for all before it.
    sequence int NOT NULL,
    arrival bigint GENERATED ALWAYS AS IDENTITY,
    person_id uuid NOT NULL,
    employer_id text NOT NULL,
    recognition_number text NOT NULL,
    -- As the injury is registered, and as it was answered when it was raised.
    registered int NOT NULL,
    eligibility int NOT NULL,
    -- As it is listed (contract message).
    content bytea NOT NULL,
    CONSTRAINT eligibility_difference_pkey PRIMARY KEY (pooling_area, injury_id, sequence),
    CONSTRAINT eligibility_difference_sequence CHECK (sequence >= 0)
);
CREATE INDEX eligibility_difference_person ON eligibility_difference (pooling_area, person_id, arrival);
SELECT protect('eligibility_difference', 'employer_id', 'person_id');
SELECT append_only('eligibility_difference');
