-- Own wages that are kept and would be others by the bases that collection has now: to be looked at (article 68).
CREATE TABLE own_wage_difference (
    pooling_area text NOT NULL,
    injury_id uuid NOT NULL,
    -- 0 of the first; each later one stands for all before it.
    sequence int NOT NULL,
    arrival bigint GENERATED ALWAYS AS IDENTITY,
    person_id uuid NOT NULL,
    employer_id text NOT NULL,
    -- What `months` months came to, in yuan, when it was raised.
    sum numeric NOT NULL,
    months int NOT NULL,
    -- As it is listed (contract message).
    content bytea NOT NULL,
    CONSTRAINT own_wage_difference_pkey PRIMARY KEY (pooling_area, injury_id, sequence),
    CONSTRAINT own_wage_difference_sequence CHECK (sequence >= 0),
    CONSTRAINT own_wage_difference_months CHECK (months BETWEEN 1 AND 12)
);
CREATE INDEX own_wage_difference_person ON own_wage_difference (pooling_area, person_id, arrival);
SELECT protect('own_wage_difference', 'employer_id', 'person_id');
SELECT append_only('own_wage_difference');

-- How far each area's comparison of own wages has come, and on which day.
CREATE TABLE own_wage_comparison (
    pooling_area text NOT NULL,
    compared_on date NOT NULL,
    -- The last injury, in the order of their numbers.
    injury_id uuid NOT NULL,
    CONSTRAINT own_wage_comparison_pkey PRIMARY KEY (pooling_area)
);
SELECT protect('own_wage_comparison');
