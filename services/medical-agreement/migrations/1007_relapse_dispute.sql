-- Relapses that were put before the appraisal committee, and what it concluded of them (article 44).
CREATE TABLE relapse_dispute (
    pooling_area text NOT NULL,
    -- The case in which it was put before it; in the order in which they were.
    dispute_id uuid NOT NULL,
    -- The application on form 4-2 that waits for it.
    relapse_case_id uuid NOT NULL,
    person_id uuid NOT NULL,
    -- The employer that disputes it, or empty.
    employer_id text NOT NULL,
    referred_on date NOT NULL,
    -- Form 44-C (contract message).
    referral bytea NOT NULL,
    CONSTRAINT relapse_dispute_pkey PRIMARY KEY (pooling_area, dispute_id),
    CONSTRAINT relapse_dispute_once UNIQUE (pooling_area, relapse_case_id)
);
CREATE INDEX relapse_dispute_person ON relapse_dispute (pooling_area, person_id, dispute_id);
SELECT protect('relapse_dispute', 'person_id', 'employer_id');
SELECT append_only('relapse_dispute');

CREATE TABLE relapse_conclusion (
    pooling_area text NOT NULL,
    dispute_id uuid NOT NULL,
    conclusion_number text NOT NULL,
    person_id uuid NOT NULL,
    employer_id text NOT NULL,
    -- As it was received (contract message).
    content bytea NOT NULL,
    CONSTRAINT relapse_conclusion_pkey PRIMARY KEY (pooling_area, dispute_id),
    CONSTRAINT relapse_conclusion_number UNIQUE (pooling_area, conclusion_number),
    CONSTRAINT relapse_conclusion_dispute_fkey FOREIGN KEY (pooling_area, dispute_id) REFERENCES relapse_dispute
);
SELECT protect('relapse_conclusion', 'person_id', 'employer_id');
SELECT append_only('relapse_conclusion');
