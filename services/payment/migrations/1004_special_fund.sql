-- What the fund pays beside benefits (articles 84 to 86).
CREATE TABLE appraisal (
    pooling_area text NOT NULL,
    conclusion_number text NOT NULL,
    arrival bigint GENERATED ALWAYS AS IDENTITY,
    person_id uuid NOT NULL,
    name text NOT NULL,
    recognition_number text NOT NULL,
    concluded_on date NOT NULL,
    CONSTRAINT appraisal_pkey PRIMARY KEY (pooling_area, conclusion_number)
);
CREATE INDEX appraisal_arrival ON appraisal (pooling_area, arrival);
CREATE INDEX appraisal_recognition ON appraisal (pooling_area, recognition_number);
CREATE INDEX appraisal_person ON appraisal (pooling_area, person_id, arrival);
SELECT protect('appraisal', 'person_id');
SELECT append_only('appraisal');

-- Injuries as benefit review registered them: whether the fund bears what they cost.
CREATE TABLE registered_injury (
    pooling_area text NOT NULL,
    recognition_number text NOT NULL,
    person_id uuid NOT NULL,
    -- Of the injury.
    employer_id text NOT NULL,
    -- Who bears the employer's duties, as it was told last.
    present_employer_id text NOT NULL,
    insured boolean NOT NULL,
    CONSTRAINT registered_injury_pkey PRIMARY KEY (pooling_area, recognition_number)
);
SELECT protect('registered_injury', 'employer_id', 'present_employer_id', 'person_id');

-- Fees that were paid: one of each appraisal.
CREATE TABLE appraisal_fee (
    pooling_area text NOT NULL,
    conclusion_number text NOT NULL,
    case_id uuid NOT NULL,
    person_id uuid NOT NULL,
    -- Who paid it before; empty but of an employer.
    employer_id text NOT NULL,
    payee_kind int NOT NULL,
    amount numeric(14, 2) NOT NULL,
    booked_on date NOT NULL,
    CONSTRAINT appraisal_fee_pkey PRIMARY KEY (pooling_area, conclusion_number),
    CONSTRAINT appraisal_fee_appraisal_fkey FOREIGN KEY (pooling_area, conclusion_number)
        REFERENCES appraisal (pooling_area, conclusion_number),
    CONSTRAINT appraisal_fee_amount CHECK (amount > 0)
);
CREATE INDEX appraisal_fee_case ON appraisal_fee (pooling_area, case_id);
SELECT protect('appraisal_fee', 'employer_id', 'person_id');
SELECT append_only('appraisal_fee');

-- Contributions that came in by years, as collection told; late fees are other income.
CREATE TABLE contribution_income (
    pooling_area text NOT NULL,
    year int NOT NULL,
    amount numeric(16, 2) NOT NULL,
    CONSTRAINT contribution_income_pkey PRIMARY KEY (pooling_area, year)
);
SELECT protect('contribution_income');

-- Budgets of prevention; the last one of a year stands.
CREATE TABLE prevention_budget (
    pooling_area text NOT NULL,
    -- The case in which it was signed.
    case_id uuid NOT NULL,
    arrival bigint GENERATED ALWAYS AS IDENTITY,
    year int NOT NULL,
    total numeric(14, 2) NOT NULL,
    -- As it is listed (contract message).
    content bytea NOT NULL,
    CONSTRAINT prevention_budget_pkey PRIMARY KEY (pooling_area, case_id),
    CONSTRAINT prevention_budget_total CHECK (total > 0)
);
CREATE INDEX prevention_budget_year ON prevention_budget (pooling_area, year, arrival);
SELECT protect('prevention_budget');
SELECT append_only('prevention_budget');

CREATE TABLE prevention_contract (
    pooling_area text NOT NULL,
    contract_number text NOT NULL,
    arrival bigint GENERATED ALWAYS AS IDENTITY,
    case_id uuid NOT NULL,
    year int NOT NULL,
    project_number text NOT NULL,
    payee_id uuid NOT NULL,
    contractor_name text NOT NULL,
    bank_account_id uuid NOT NULL,
    amount numeric(14, 2) NOT NULL,
    signed_on date NOT NULL,
    CONSTRAINT prevention_contract_pkey PRIMARY KEY (pooling_area, contract_number),
    CONSTRAINT prevention_contract_case_key UNIQUE (pooling_area, case_id),
    CONSTRAINT prevention_contract_payee_fkey FOREIGN KEY (pooling_area, payee_id)
        REFERENCES payee (pooling_area, payee_id),
    CONSTRAINT prevention_contract_bank_account_fkey FOREIGN KEY (pooling_area, bank_account_id)
        REFERENCES bank_account (pooling_area, bank_account_id),
    CONSTRAINT prevention_contract_amount CHECK (amount > 0)
);
CREATE INDEX prevention_contract_arrival ON prevention_contract (pooling_area, arrival);
CREATE INDEX prevention_contract_year ON prevention_contract (pooling_area, year, project_number);
SELECT protect('prevention_contract');
SELECT append_only('prevention_contract');

-- What was decided to be spent on prevention, by cases (form 6-2) and agreements.
CREATE TABLE prevention_spending (
    pooling_area text NOT NULL,
    case_id uuid NOT NULL,
    arrival bigint GENERATED ALWAYS AS IDENTITY,
    year int NOT NULL,
    -- The first day of the month.
    month date NOT NULL,
    -- As it was signed (contract message).
    content bytea NOT NULL,
    CONSTRAINT prevention_spending_pkey PRIMARY KEY (pooling_area, case_id),
    CONSTRAINT prevention_spending_month CHECK (extract(day FROM month) = 1)
);
CREATE INDEX prevention_spending_arrival ON prevention_spending (pooling_area, arrival);
SELECT protect('prevention_spending');
SELECT append_only('prevention_spending');

CREATE TABLE prevention_entry (
    pooling_area text NOT NULL,
    case_id uuid NOT NULL,
    contract_number text NOT NULL,
    stage int NOT NULL,
    amount numeric(14, 2) NOT NULL,
    booked_on date NOT NULL,
    CONSTRAINT prevention_entry_pkey PRIMARY KEY (pooling_area, case_id, contract_number),
    CONSTRAINT prevention_entry_case_fkey FOREIGN KEY (pooling_area, case_id)
        REFERENCES prevention_spending (pooling_area, case_id),
    CONSTRAINT prevention_entry_contract_fkey FOREIGN KEY (pooling_area, contract_number)
        REFERENCES prevention_contract (pooling_area, contract_number),
    CONSTRAINT prevention_entry_amount CHECK (amount > 0)
);
CREATE INDEX prevention_entry_contract ON prevention_entry (pooling_area, contract_number);
SELECT protect('prevention_entry');
SELECT append_only('prevention_entry');
