-- Whether payees still are entitled, and what was stopped (articles 88 and 89).
CREATE TABLE stop (
    pooling_area text NOT NULL,
    -- The case in which it was signed.
    stop_id uuid NOT NULL,
    arrival bigint GENERATED ALWAYS AS IDENTITY,
    payee_id uuid NOT NULL,
    payee_name text NOT NULL,
    -- The injured employee, or the deceased.
    person_id uuid NOT NULL,
    employer_id text NOT NULL,
    cause int NOT NULL,
    since_on date NOT NULL,
    -- The first day of the first month that is not paid.
    from_month date NOT NULL,
    CONSTRAINT stop_pkey PRIMARY KEY (pooling_area, stop_id),
    CONSTRAINT stop_payee_fkey FOREIGN KEY (pooling_area, payee_id) REFERENCES payee (pooling_area, payee_id),
    CONSTRAINT stop_month CHECK (extract(day FROM from_month) = 1)
);
CREATE INDEX stop_arrival ON stop (pooling_area, arrival);
CREATE INDEX stop_payee ON stop (pooling_area, payee_id, arrival);
CREATE INDEX stop_person ON stop (pooling_area, person_id, arrival);
SELECT protect('stop', 'employer_id', 'person_id');
SELECT append_only('stop');

CREATE TABLE resumption (
    pooling_area text NOT NULL,
    stop_id uuid NOT NULL,
    person_id uuid NOT NULL,
    employer_id text NOT NULL,
    case_id uuid NOT NULL,
    -- The first day of the first month that is paid again.
    from_month date NOT NULL,
    -- The months in between are paid too.
    made_up boolean NOT NULL,
    CONSTRAINT resumption_pkey PRIMARY KEY (pooling_area, stop_id),
    CONSTRAINT resumption_stop_fkey FOREIGN KEY (pooling_area, stop_id) REFERENCES stop (pooling_area, stop_id),
    CONSTRAINT resumption_month CHECK (extract(day FROM from_month) = 1)
);
SELECT protect('resumption', 'employer_id', 'person_id');
SELECT append_only('resumption');

CREATE TABLE eligibility_proof (
    pooling_area text NOT NULL,
    payee_id uuid NOT NULL,
    proven_on date NOT NULL,
    source int NOT NULL,
    batch_id uuid NOT NULL,
    CONSTRAINT eligibility_proof_pkey PRIMARY KEY (pooling_area, payee_id, proven_on, source),
    CONSTRAINT eligibility_proof_payee_fkey FOREIGN KEY (pooling_area, payee_id)
        REFERENCES payee (pooling_area, payee_id)
);
SELECT protect('eligibility_proof');
SELECT append_only('eligibility_proof');

-- Who was found to lack a proof, by the day on which it had to be there; one after the last before that settles it.
CREATE TABLE proof_missing (
    pooling_area text NOT NULL,
    payee_id uuid NOT NULL,
    due_on date NOT NULL,
    arrival bigint GENERATED ALWAYS AS IDENTITY,
    -- The day of the last proof, or on which the first benefit by the month was told.
    basis_on date NOT NULL,
    found_on date NOT NULL,
    CONSTRAINT proof_missing_pkey PRIMARY KEY (pooling_area, payee_id, due_on),
    CONSTRAINT proof_missing_payee_fkey FOREIGN KEY (pooling_area, payee_id) REFERENCES payee (pooling_area, payee_id)
);
CREATE INDEX proof_missing_arrival ON proof_missing (pooling_area, arrival);
SELECT protect('proof_missing');
SELECT append_only('proof_missing');
