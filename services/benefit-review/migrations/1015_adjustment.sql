-- Adjustments of monthly benefits that took effect or were taken back (article 87): the ledger of adjustments.
CREATE TABLE adjustment (
    pooling_area text NOT NULL,
    kind int NOT NULL,
    -- The first day of the first month of the new amounts.
    month date NOT NULL,
    -- 0 of the first time; the last row of a kind and a month holds.
    sequence int NOT NULL,
    document_number text NOT NULL,
    run_id uuid NOT NULL,
    began_on date NOT NULL,
    taken_back boolean NOT NULL,
    arrival bigint GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT adjustment_pkey PRIMARY KEY (pooling_area, kind, month, sequence),
    CONSTRAINT adjustment_sequence CHECK (sequence >= 0),
    CONSTRAINT adjustment_month CHECK (extract(day FROM month) = 1)
);
CREATE INDEX adjustment_arrival ON adjustment (pooling_area, arrival);
SELECT protect('adjustment');
SELECT append_only('adjustment');

-- Benefits that an adjustment left as they are, since they were decided anew after its preview.
CREATE TABLE adjustment_left (
    pooling_area text NOT NULL,
    run_id uuid NOT NULL,
    -- As it was decided last when it was previewed.
    benefit_id uuid NOT NULL,
    person_id uuid NOT NULL,
    -- As it was previewed (contract message).
    content bytea NOT NULL,
    CONSTRAINT adjustment_left_pkey PRIMARY KEY (pooling_area, run_id, benefit_id)
);
SELECT protect('adjustment_left', 'person_id');
SELECT append_only('adjustment_left');

-- The benefits of all persons in the order of a run that adjusts them.
CREATE INDEX benefit_monthly ON benefit (pooling_area, person_id, benefit_id) WHERE monthly;
