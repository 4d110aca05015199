-- Who is paid what by all that benefit review told (articles 79 to 83).
CREATE TABLE payee (
    pooling_area text NOT NULL,
    -- Stands for the payee wherever a number of a paper must not.
    payee_id uuid NOT NULL,
    kind int NOT NULL,
    -- Number of the person, the employer or the institution, or of a relative's identity paper; empty of a fund.
    number text NOT NULL,
    name text NOT NULL,
    CONSTRAINT payee_pkey PRIMARY KEY (pooling_area, payee_id),
    CONSTRAINT payee_number_key UNIQUE (pooling_area, kind, number)
);
SELECT protect('payee', 'number');

CREATE TABLE account (
    pooling_area text NOT NULL,
    account_id uuid NOT NULL,
    payee_id uuid NOT NULL,
    payee_kind int NOT NULL,
    payee_name text NOT NULL,
    kind int NOT NULL,
    claim_id uuid NOT NULL,
    -- The injured employee, or the deceased.
    person_id uuid NOT NULL,
    name text NOT NULL,
    recognition_number text NOT NULL,
    -- Who bears the duties of the employer of the injury, as it was told last.
    employer_id text NOT NULL,
    -- Empty unless an institution is paid.
    institution_id text NOT NULL,
    CONSTRAINT account_pkey PRIMARY KEY (pooling_area, account_id),
    CONSTRAINT account_benefit_key UNIQUE (pooling_area, claim_id, kind, payee_id),
    CONSTRAINT account_payee_fkey FOREIGN KEY (pooling_area, payee_id) REFERENCES payee (pooling_area, payee_id)
);
CREATE INDEX account_payee ON account (pooling_area, payee_id, account_id);
CREATE INDEX account_person ON account (pooling_area, person_id, account_id);
SELECT protect('account', 'employer_id', 'institution_id', 'person_id');

-- What was decided of an account, as it was told and in that order; what the fund does not bear is not here.
CREATE TABLE told_benefit (
    pooling_area text NOT NULL,
    benefit_id uuid NOT NULL,
    arrival bigint GENERATED ALWAYS AS IDENTITY,
    account_id uuid NOT NULL,
    person_id uuid NOT NULL,
    employer_id text NOT NULL,
    institution_id text NOT NULL,
    -- Yuan, by the month where there is a first one; below zero of a difference that takes away.
    amount numeric(14, 2) NOT NULL,
    -- First days of months.
    from_month date,
    until_month date,
    told_on date NOT NULL,
    CONSTRAINT told_benefit_pkey PRIMARY KEY (pooling_area, benefit_id),
    CONSTRAINT told_benefit_account_fkey FOREIGN KEY (pooling_area, account_id)
        REFERENCES account (pooling_area, account_id),
    CONSTRAINT told_benefit_months CHECK (from_month IS NOT NULL OR until_month IS NULL)
);
CREATE INDEX told_benefit_account ON told_benefit (pooling_area, account_id, arrival);
SELECT protect('told_benefit', 'employer_id', 'institution_id', 'person_id');
SELECT append_only('told_benefit');

-- Notices of what was decided, whoever bears it (article 79).
CREATE TABLE benefit_notice (
    pooling_area text NOT NULL,
    notice_id uuid NOT NULL,
    arrival bigint GENERATED ALWAYS AS IDENTITY,
    case_id uuid NOT NULL,
    person_id uuid NOT NULL,
    employer_id text NOT NULL,
    institution_id text NOT NULL,
    -- As it is read (contract message).
    content bytea NOT NULL,
    CONSTRAINT benefit_notice_pkey PRIMARY KEY (pooling_area, notice_id)
);
CREATE INDEX benefit_notice_arrival ON benefit_notice (pooling_area, arrival);
CREATE INDEX benefit_notice_person ON benefit_notice (pooling_area, person_id, arrival);
CREATE INDEX benefit_notice_case ON benefit_notice (pooling_area, case_id);
SELECT protect('benefit_notice', 'employer_id', 'institution_id', 'person_id');
SELECT append_only('benefit_notice');

-- Who died, as registration told last; none where a death was revoked.
CREATE TABLE death (
    pooling_area text NOT NULL,
    person_id uuid NOT NULL,
    died_on date,
    CONSTRAINT death_pkey PRIMARY KEY (pooling_area, person_id)
);
SELECT protect('death', 'person_id');

-- Recognitions that were revoked.
CREATE TABLE revoked_recognition (
    pooling_area text NOT NULL,
    recognition_number text NOT NULL,
    person_id uuid NOT NULL,
    CONSTRAINT revoked_recognition_pkey PRIMARY KEY (pooling_area, recognition_number)
);
SELECT protect('revoked_recognition', 'person_id');
SELECT append_only('revoked_recognition');

-- Who serves a sentence: nothing of what is due changes by it (article 81).
CREATE TABLE imprisonment (
    pooling_area text NOT NULL,
    arrival bigint GENERATED ALWAYS AS IDENTITY,
    person_id uuid NOT NULL,
    from_on date NOT NULL,
    until_on date,
    document_number text NOT NULL,
    CONSTRAINT imprisonment_pkey PRIMARY KEY (pooling_area, arrival),
    CONSTRAINT imprisonment_days CHECK (until_on IS NULL OR from_on <= until_on)
);
CREATE INDEX imprisonment_person ON imprisonment (pooling_area, person_id);
SELECT protect('imprisonment', 'person_id');
SELECT append_only('imprisonment');

-- Where payees are paid; the last row of a payee stands.
CREATE TABLE bank_account (
    pooling_area text NOT NULL,
    bank_account_id uuid NOT NULL,
    arrival bigint GENERATED ALWAYS AS IDENTITY,
    payee_id uuid NOT NULL,
    -- Of the payee; empty of a relative, who has no number of her or his own here.
    person_id text NOT NULL,
    kind int NOT NULL,
    number text NOT NULL,
    holder text NOT NULL,
    bank_name text NOT NULL,
    bank_code text NOT NULL,
    from_on date NOT NULL,
    case_id uuid NOT NULL,
    CONSTRAINT bank_account_pkey PRIMARY KEY (pooling_area, bank_account_id),
    CONSTRAINT bank_account_payee_fkey FOREIGN KEY (pooling_area, payee_id) REFERENCES payee (pooling_area, payee_id),
    CONSTRAINT bank_account_case_key UNIQUE (pooling_area, case_id)
);
CREATE INDEX bank_account_payee ON bank_account (pooling_area, payee_id, arrival);
CREATE INDEX bank_account_arrival ON bank_account (pooling_area, arrival);
SELECT protect('bank_account', 'person_id');
SELECT append_only('bank_account');
