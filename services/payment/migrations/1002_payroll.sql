-- What was paid (articles 80, 82, 83).
CREATE TABLE payroll (
    pooling_area text NOT NULL,
    -- The first day of the month.
    month date NOT NULL,
    -- 0 of the payroll of the month, then those of what arrived after it.
    sequence int NOT NULL,
    run_id uuid NOT NULL,
    done_on date NOT NULL,
    -- As it is listed (contract message).
    content bytea NOT NULL,
    CONSTRAINT payroll_pkey PRIMARY KEY (pooling_area, month, sequence),
    CONSTRAINT payroll_run_key UNIQUE (pooling_area, run_id),
    CONSTRAINT payroll_month CHECK (extract(day FROM month) = 1),
    CONSTRAINT payroll_sequence CHECK (sequence >= 0)
);
SELECT protect('payroll');
SELECT append_only('payroll');

-- The ledger of payments. What is due less what stands here is what is still to be paid, or was paid too much.
CREATE TABLE ledger_entry (
    pooling_area text NOT NULL,
    entry_no bigint GENERATED ALWAYS AS IDENTITY,
    run_id uuid NOT NULL,
    -- The month of the payroll.
    month date NOT NULL,
    payee_id uuid NOT NULL,
    account_id uuid NOT NULL,
    kind int NOT NULL,
    person_id uuid NOT NULL,
    employer_id text NOT NULL,
    institution_id text NOT NULL,
    entry int NOT NULL,
    -- The month that it is for; none of what is paid once.
    for_month date,
    -- Yuan; below zero where something is taken off.
    amount numeric(14, 2) NOT NULL,
    booked_on date NOT NULL,
    CONSTRAINT ledger_entry_pkey PRIMARY KEY (pooling_area, entry_no),
    CONSTRAINT ledger_entry_once_key UNIQUE NULLS NOT DISTINCT (pooling_area, run_id, account_id, for_month),
    CONSTRAINT ledger_entry_account_fkey FOREIGN KEY (pooling_area, account_id)
        REFERENCES account (pooling_area, account_id),
    CONSTRAINT ledger_entry_amount CHECK (amount <> 0)
);
CREATE INDEX ledger_entry_account ON ledger_entry (pooling_area, account_id, for_month);
CREATE INDEX ledger_entry_person ON ledger_entry (pooling_area, person_id, entry_no);
CREATE INDEX ledger_entry_month ON ledger_entry (pooling_area, month, kind, entry_no);
SELECT protect('ledger_entry', 'employer_id', 'institution_id', 'person_id');
SELECT append_only('ledger_entry');

-- What is to be paid to whom: one order of a payee in a payroll.
CREATE TABLE payment_order (
    pooling_area text NOT NULL,
    order_id uuid NOT NULL,
    arrival bigint GENERATED ALWAYS AS IDENTITY,
    run_id uuid NOT NULL,
    month date NOT NULL,
    payee_id uuid NOT NULL,
    -- Number of the payee, but for relatives and the medical insurance fund.
    party text NOT NULL,
    channel int NOT NULL,
    amount numeric(14, 2) NOT NULL,
    bank_account_id uuid,
    -- As it was told (contract message).
    content bytea NOT NULL,
    CONSTRAINT payment_order_pkey PRIMARY KEY (pooling_area, order_id),
    CONSTRAINT payment_order_once_key UNIQUE (pooling_area, run_id, payee_id),
    CONSTRAINT payment_order_amount CHECK (amount > 0)
);
CREATE INDEX payment_order_arrival ON payment_order (pooling_area, arrival);
CREATE INDEX payment_order_payee ON payment_order (pooling_area, payee_id, arrival);
SELECT protect('payment_order', 'party');
SELECT append_only('payment_order');

-- What a payroll left to the next one, since something else was known by then.
CREATE TABLE payroll_left (
    pooling_area text NOT NULL,
    run_id uuid NOT NULL,
    payee_id uuid NOT NULL,
    -- With the lines that were left (contract message).
    content bytea NOT NULL,
    CONSTRAINT payroll_left_pkey PRIMARY KEY (pooling_area, run_id, payee_id)
);
SELECT protect('payroll_left');
SELECT append_only('payroll_left');
