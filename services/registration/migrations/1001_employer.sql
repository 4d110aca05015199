-- Employers, and what is registered of them over time (articles 7, 9, 11).
CREATE TABLE employer (
    pooling_area text NOT NULL,
    employer_id text NOT NULL,
    state int NOT NULL,
    starts_on date NOT NULL,
    ended_on date,
    registered_at timestamptz NOT NULL,
    case_id uuid NOT NULL,
    CONSTRAINT employer_pkey PRIMARY KEY (pooling_area, employer_id),
    CONSTRAINT employer_ended_when_deregistered CHECK ((state = 2) = (ended_on IS NOT NULL)),
    CONSTRAINT employer_ends_after_start CHECK (ended_on >= starts_on)
);
SELECT protect('employer', 'employer_id');

CREATE TABLE employer_fact (
    pooling_area text NOT NULL,
    employer_id text NOT NULL,
    period daterange NOT NULL,
    name text NOT NULL,
    credit_code text NOT NULL,
    organisation_code text NOT NULL,
    -- The organisation code, stated or else the one within the credit code: an employer is one by it.
    organisation text NOT NULL,
    type int NOT NULL,
    address text NOT NULL,
    postal_code text NOT NULL,
    legal_representative text NOT NULL,
    legal_representative_identity text NOT NULL,
    registration_number text NOT NULL,
    registration_authority text NOT NULL,
    founded_on date NOT NULL,
    licence_valid_until_on date,
    business_scope text NOT NULL,
    industry_code text NOT NULL,
    supervising_authority text NOT NULL,
    bank_name text NOT NULL,
    bank_account text NOT NULL,
    contact_name text NOT NULL,
    contact_phone text NOT NULL,
    -- What the province asks for besides: names and values.
    local_facts jsonb NOT NULL,
    outside_area text NOT NULL,
    cross_area_industry boolean NOT NULL,
    case_id uuid NOT NULL,
    CONSTRAINT employer_fact_pkey PRIMARY KEY (pooling_area, employer_id, period),
    CONSTRAINT employer_fact_employer_fkey FOREIGN KEY (pooling_area, employer_id) REFERENCES employer,
    CONSTRAINT employer_fact_holds_some_day CHECK (NOT isempty(period)),
    CONSTRAINT employer_fact_one_at_a_time
        EXCLUDE USING gist (employer_id WITH =, pooling_area WITH =, period WITH &&),
    CONSTRAINT employer_fact_credit_code_once
        EXCLUDE USING gist (credit_code WITH =, pooling_area WITH =, period WITH &&)
        WHERE (credit_code <> ''),
    CONSTRAINT employer_fact_has_a_code CHECK (organisation <> ''),
    CONSTRAINT employer_fact_organisation_once
        EXCLUDE USING gist (organisation WITH =, pooling_area WITH =, period WITH &&)
);
CREATE INDEX employer_fact_registration_number ON employer_fact (pooling_area, registration_number);
SELECT protect('employer_fact', 'employer_id');

-- The industry of an employer and the risk class that followed from it (articles 9, 25).
CREATE TABLE employer_risk_class (
    pooling_area text NOT NULL,
    employer_id text NOT NULL,
    period daterange NOT NULL,
    industry_code text NOT NULL,
    risk_class int NOT NULL,
    table_edition int NOT NULL,
    case_id uuid NOT NULL,
    CONSTRAINT employer_risk_class_pkey PRIMARY KEY (pooling_area, employer_id, period),
    CONSTRAINT employer_risk_class_employer_fkey
        FOREIGN KEY (pooling_area, employer_id) REFERENCES employer,
    CONSTRAINT employer_risk_class_holds_some_day CHECK (NOT isempty(period)),
    CONSTRAINT employer_risk_class_one_at_a_time
        EXCLUDE USING gist (employer_id WITH =, pooling_area WITH =, period WITH &&)
);
SELECT protect('employer_risk_class', 'employer_id');
