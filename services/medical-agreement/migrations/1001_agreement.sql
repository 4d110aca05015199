-- Agreement institutions, what is known of them over time, and their agreements (articles 38-40).
CREATE TABLE institution (
    pooling_area text NOT NULL,
    institution_id text NOT NULL,
    CONSTRAINT institution_pkey PRIMARY KEY (pooling_area, institution_id)
);
SELECT protect('institution', 'institution_id');

CREATE TABLE institution_fact (
    pooling_area text NOT NULL,
    institution_id text NOT NULL,
    period daterange NOT NULL,
    name text NOT NULL,
    grade int NOT NULL,
    licence_number text NOT NULL,
    licence_valid_until_on date NOT NULL,
    address text NOT NULL,
    phone text NOT NULL,
    bank_name text NOT NULL,
    bank_account text NOT NULL,
    case_id uuid NOT NULL,
    CONSTRAINT institution_fact_pkey PRIMARY KEY (pooling_area, institution_id, period),
    CONSTRAINT institution_fact_institution_fkey
        FOREIGN KEY (pooling_area, institution_id) REFERENCES institution,
    CONSTRAINT institution_fact_holds_some_day CHECK (NOT isempty(period)),
    CONSTRAINT institution_fact_one_at_a_time
        EXCLUDE USING gist (institution_id WITH =, pooling_area WITH =, period WITH &&)
);
SELECT protect('institution_fact', 'institution_id');

CREATE TABLE agreement (
    pooling_area text NOT NULL,
    -- The case in which it was signed.
    agreement_id uuid NOT NULL,
    institution_id text NOT NULL,
    kind int NOT NULL,
    -- Empty where it was ended before it began.
    period daterange NOT NULL,
    -- How it ended before its term, if it did.
    end_kind int NOT NULL DEFAULT 0,
    care_until_on date,
    CONSTRAINT agreement_pkey PRIMARY KEY (pooling_area, agreement_id),
    CONSTRAINT agreement_institution_fkey
        FOREIGN KEY (pooling_area, institution_id) REFERENCES institution,
    CONSTRAINT agreement_cares_past_its_end CHECK (care_until_on >= upper(period) - 1),
    CONSTRAINT agreement_one_at_a_time
        EXCLUDE USING gist (institution_id WITH =, kind WITH =, pooling_area WITH =, period WITH &&)
);
CREATE INDEX agreement_institution ON agreement (pooling_area, institution_id, agreement_id);
SELECT protect('agreement', 'institution_id');

-- The terms of agreements over time: the last row by a day is in force on it.
CREATE TABLE agreement_term (
    pooling_area text NOT NULL,
    agreement_id uuid NOT NULL,
    institution_id text NOT NULL,
    effective_on date NOT NULL,
    clause_kinds int[] NOT NULL,
    clause_texts text[] NOT NULL,
    notice_days int NOT NULL,
    refers boolean NOT NULL,
    case_id uuid NOT NULL,
    CONSTRAINT agreement_term_pkey PRIMARY KEY (pooling_area, agreement_id, effective_on),
    CONSTRAINT agreement_term_agreement_fkey
        FOREIGN KEY (pooling_area, agreement_id) REFERENCES agreement
);
SELECT protect('agreement_term', 'institution_id');
SELECT append_only('agreement_term');

-- Who was in an institution's care when its agreement ended.
CREATE TABLE patient_in_hand (
    pooling_area text NOT NULL,
    agreement_id uuid NOT NULL,
    institution_id text NOT NULL,
    person_id uuid NOT NULL,
    admitted_on date NOT NULL,
    arrangement text NOT NULL,
    CONSTRAINT patient_in_hand_pkey PRIMARY KEY (pooling_area, agreement_id, person_id),
    CONSTRAINT patient_in_hand_agreement_fkey
        FOREIGN KEY (pooling_area, agreement_id) REFERENCES agreement
);
SELECT protect('patient_in_hand', 'institution_id');
SELECT append_only('patient_in_hand');

-- Institutions as wholes (no doctor) and doctors whose services are not charged to the fund.
CREATE TABLE suspension (
    pooling_area text NOT NULL,
    -- The case that decided it, or one made of audit's document.
    suspension_id uuid NOT NULL,
    institution_id text NOT NULL,
    doctor_number text NOT NULL,
    -- Empty where it was lifted before it began.
    period daterange NOT NULL,
    ground text NOT NULL,
    document_number text NOT NULL,
    CONSTRAINT suspension_pkey PRIMARY KEY (pooling_area, suspension_id),
    CONSTRAINT suspension_institution_fkey
        FOREIGN KEY (pooling_area, institution_id) REFERENCES institution,
    CONSTRAINT suspension_one_at_a_time EXCLUDE USING gist
        (institution_id WITH =, doctor_number WITH =, pooling_area WITH =, period WITH &&)
);
CREATE INDEX suspension_institution ON suspension (pooling_area, institution_id, suspension_id);
SELECT protect('suspension', 'institution_id');

CREATE TABLE appraisal (
    pooling_area text NOT NULL,
    -- The case that decided it.
    appraisal_id uuid NOT NULL,
    institution_id text NOT NULL,
    kind int NOT NULL,
    period daterange NOT NULL,
    rating int NOT NULL,
    -- Form 40-D (contract message), with its worksheet.
    decision bytea NOT NULL,
    CONSTRAINT appraisal_pkey PRIMARY KEY (pooling_area, appraisal_id),
    CONSTRAINT appraisal_institution_fkey
        FOREIGN KEY (pooling_area, institution_id) REFERENCES institution,
    CONSTRAINT appraisal_once EXCLUDE USING gist
        (institution_id WITH =, kind WITH =, pooling_area WITH =, period WITH &&)
);
CREATE INDEX appraisal_institution ON appraisal (pooling_area, institution_id, appraisal_id);
SELECT protect('appraisal', 'institution_id');
SELECT append_only('appraisal');
