-- The arrears ledger: months that were dunned and not paid in the notice's term (articles 33, 34).
-- What is owed of them is a sum of ledger entries, as ever.
CREATE TABLE arrears (
    pooling_area text NOT NULL,
    arrears_id uuid NOT NULL,
    employer_id text NOT NULL,
    -- First day of the month.
    month date NOT NULL,
    opened_principal numeric(16, 2) NOT NULL,
    opened_on date NOT NULL,
    closed_on date,
    state smallint NOT NULL,
    -- The case with which finance was asked to have it written off, until finance answers.
    handed_over_by uuid,
    CONSTRAINT arrears_pkey PRIMARY KEY (pooling_area, arrears_id),
    CONSTRAINT arrears_with_finance_by_a_case CHECK (state <> 4 OR handed_over_by IS NOT NULL),
    CONSTRAINT arrears_closed_with_a_date CHECK ((state = 5) = (closed_on IS NOT NULL))
);
CREATE UNIQUE INDEX arrears_open ON arrears (pooling_area, employer_id, month) WHERE state <> 5;
CREATE INDEX arrears_employer ON arrears (pooling_area, employer_id, month);
SELECT protect('arrears', 'employer_id');

-- Notices to repay (article 34).
CREATE TABLE repayment_notice (
    pooling_area text NOT NULL,
    notice_id uuid NOT NULL,
    employer_id text NOT NULL,
    issued_on date NOT NULL,
    -- The last day to issue it.
    issue_by date NOT NULL,
    delivered_on date,
    -- The last day to repay, counted from the delivery.
    pay_by date,
    -- No notice of public holidays was known for it.
    pay_by_provisional boolean NOT NULL DEFAULT false,
    -- Form 3-16 (contract message) as issued.
    form bytea NOT NULL,
    CONSTRAINT repayment_notice_pkey PRIMARY KEY (pooling_area, notice_id),
    CONSTRAINT repayment_notice_term_from_delivery CHECK ((delivered_on IS NULL) = (pay_by IS NULL)),
    CONSTRAINT repayment_notice_delivered_after_issue CHECK (delivered_on >= issued_on)
);
CREATE INDEX repayment_notice_employer ON repayment_notice (pooling_area, employer_id, issued_on);
SELECT protect('repayment_notice', 'employer_id');

-- Agreements on instalments, with the party that article 36 names.
CREATE TABLE repayment_agreement (
    pooling_area text NOT NULL,
    agreement_id uuid NOT NULL,
    employer_id text NOT NULL,
    -- First days of the months in arrears that it is about.
    months date[] NOT NULL,
    signed_on date NOT NULL,
    -- What had come in for these months by then: what comes in beyond it is paid on the agreement.
    received_before numeric(16, 2) NOT NULL,
    state smallint NOT NULL,
    -- Form 36-D (contract message).
    form bytea NOT NULL,
    CONSTRAINT repayment_agreement_pkey PRIMARY KEY (pooling_area, agreement_id)
);
CREATE UNIQUE INDEX repayment_agreement_running ON repayment_agreement (pooling_area, employer_id)
    WHERE state = 1;
SELECT protect('repayment_agreement', 'employer_id');
