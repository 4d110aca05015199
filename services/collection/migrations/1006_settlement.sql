-- Paid lists that were handed over with their vouchers and signed for (article 32).
CREATE TABLE paid_list (
    pooling_area text NOT NULL,
    batch_id uuid NOT NULL,
    case_id uuid NOT NULL,
    vouchers bigint NOT NULL,
    taken_on date NOT NULL,
    CONSTRAINT paid_list_pkey PRIMARY KEY (pooling_area, batch_id)
);
SELECT protect('paid_list');

-- Employers that were told to pay a month, and what became of it (article 33).
CREATE TABLE dunning_notice (
    pooling_area text NOT NULL,
    notice_id uuid NOT NULL,
    employer_id text NOT NULL,
    -- First day of the month.
    month date NOT NULL,
    -- The last day of whose payments lists have told: what fell due by then is what it is about.
    due_through date NOT NULL,
    -- How much that is, and how much of it was paid and unpaid.
    due numeric(16, 2) NOT NULL,
    paid numeric(16, 2) NOT NULL,
    unpaid numeric(16, 2) NOT NULL,
    late_fee numeric(16, 2) NOT NULL,
    due_on date NOT NULL,
    issued_on date NOT NULL,
    -- The last day to issue it.
    issue_by date NOT NULL,
    delivered_on date,
    -- The last day to pay before the amount goes to the arrears ledger, counted from the delivery.
    pay_by date,
    -- No notice of public holidays was known for it.
    pay_by_provisional boolean NOT NULL DEFAULT false,
    state smallint NOT NULL,
    CONSTRAINT dunning_notice_pkey PRIMARY KEY (pooling_area, notice_id),
    CONSTRAINT dunning_notice_for_something CHECK (unpaid > 0 OR late_fee > 0),
    CONSTRAINT dunning_notice_term_from_delivery CHECK ((delivered_on IS NULL) = (pay_by IS NULL)),
    CONSTRAINT dunning_notice_delivered_after_issue CHECK (delivered_on >= issued_on)
);
-- One notice runs at a time.
CREATE UNIQUE INDEX dunning_notice_open ON dunning_notice (pooling_area, employer_id, month)
    WHERE state = 1;
CREATE INDEX dunning_notice_employer ON dunning_notice (pooling_area, employer_id, month);
SELECT protect('dunning_notice', 'employer_id');
