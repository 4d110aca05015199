-- What collection hands over to be written off, and what was answered (article 37).
CREATE TABLE remainder (
    pooling_area text NOT NULL,
    -- The case in which it was handed over.
    case_id uuid NOT NULL,
    arrival bigint GENERATED ALWAYS AS IDENTITY,
    employer_id text NOT NULL,
    -- As it was told (contract message).
    content bytea NOT NULL,
    CONSTRAINT remainder_pkey PRIMARY KEY (pooling_area, case_id)
);
CREATE INDEX remainder_arrival ON remainder (pooling_area, arrival);
SELECT protect('remainder');
SELECT append_only('remainder');

CREATE TABLE remainder_answer (
    pooling_area text NOT NULL,
    case_id uuid NOT NULL,
    answered_in uuid NOT NULL,
    approved boolean NOT NULL,
    CONSTRAINT remainder_answer_pkey PRIMARY KEY (pooling_area, case_id),
    CONSTRAINT remainder_answer_fkey FOREIGN KEY (pooling_area, case_id)
        REFERENCES remainder (pooling_area, case_id)
);
SELECT protect('remainder_answer');
SELECT append_only('remainder_answer');
