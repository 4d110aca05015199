-- What is to be paid, and how far it has come (articles 95 to 97).
CREATE TABLE payable (
    pooling_area text NOT NULL,
    order_id uuid NOT NULL,
    arrival bigint GENERATED ALWAYS AS IDENTITY,
    kind int NOT NULL,
    payee_id text NOT NULL,
    payee_name text NOT NULL,
    amount numeric(14, 2) NOT NULL,
    -- Yuan of it by classes of benefits, below zero where something was taken off; a refund has none.
    medical numeric(14, 2) NOT NULL,
    disability numeric(14, 2) NOT NULL,
    death numeric(14, 2) NOT NULL,
    ordered_on date NOT NULL,
    state int NOT NULL,
    attempts int NOT NULL DEFAULT 0,
    pay_out_id uuid,
    bank_account_id text NOT NULL,
    CONSTRAINT payable_pkey PRIMARY KEY (pooling_area, order_id),
    CONSTRAINT payable_amount CHECK (amount > 0),
    CONSTRAINT payable_parts CHECK (kind <> 1 OR medical + disability + death = amount),
    CONSTRAINT payable_sent CHECK ((pay_out_id IS NULL) = (attempts = 0))
);
CREATE INDEX payable_state ON payable (pooling_area, state, arrival);
CREATE INDEX payable_payee ON payable (pooling_area, payee_id, arrival);
SELECT protect('payable');

CREATE TABLE pay_out (
    pooling_area text NOT NULL,
    pay_out_id uuid NOT NULL,
    arrival bigint GENERATED ALWAYS AS IDENTITY,
    sent_on date NOT NULL,
    CONSTRAINT pay_out_pkey PRIMARY KEY (pooling_area, pay_out_id)
);
SELECT protect('pay_out');
SELECT append_only('pay_out');

-- An order is sent in a pay-out once.
CREATE TABLE pay_out_line (
    pooling_area text NOT NULL,
    pay_out_id uuid NOT NULL,
    order_id uuid NOT NULL,
    amount numeric(14, 2) NOT NULL,
    attempt int NOT NULL,
    bank_account_id text NOT NULL,
    CONSTRAINT pay_out_line_pkey PRIMARY KEY (pooling_area, pay_out_id, order_id),
    CONSTRAINT pay_out_line_attempt_key UNIQUE (pooling_area, order_id, attempt),
    CONSTRAINT pay_out_line_order_fkey FOREIGN KEY (pooling_area, order_id)
        REFERENCES payable (pooling_area, order_id)
);
SELECT protect('pay_out_line');
SELECT append_only('pay_out_line');

-- What the bank did: an order of a pay-out is paid once and returned once at most.
CREATE TABLE pay_result (
    pooling_area text NOT NULL,
    pay_out_id uuid NOT NULL,
    order_id uuid NOT NULL,
    returned boolean NOT NULL,
    -- It was paid before it was returned.
    was_paid boolean NOT NULL,
    settled_on date NOT NULL,
    reason text NOT NULL,
    batch_id uuid NOT NULL,
    CONSTRAINT pay_result_pkey PRIMARY KEY (pooling_area, pay_out_id, order_id, returned),
    CONSTRAINT pay_result_line_fkey FOREIGN KEY (pooling_area, pay_out_id, order_id)
        REFERENCES pay_out_line (pooling_area, pay_out_id, order_id)
);
CREATE INDEX pay_result_returned ON pay_result (pooling_area, settled_on) WHERE returned;
SELECT protect('pay_result');
SELECT append_only('pay_result');

-- What was applied for with the treasury, and its answers (articles 95, 98 and 99).
CREATE TABLE use_plan (
    pooling_area text NOT NULL,
    case_id uuid NOT NULL,
    arrival bigint GENERATED ALWAYS AS IDENTITY,
    kind int NOT NULL,
    -- The first day of the month, of the monthly one.
    month date,
    amount numeric(16, 2) NOT NULL,
    applied_on date NOT NULL,
    CONSTRAINT use_plan_pkey PRIMARY KEY (pooling_area, case_id),
    CONSTRAINT use_plan_month_key UNIQUE (pooling_area, month)
);
SELECT protect('use_plan');
SELECT append_only('use_plan');

CREATE TABLE use_answer (
    pooling_area text NOT NULL,
    case_id uuid NOT NULL,
    approved numeric(16, 2) NOT NULL,
    document_number text NOT NULL,
    answered_on date NOT NULL,
    CONSTRAINT use_answer_pkey PRIMARY KEY (pooling_area, case_id),
    CONSTRAINT use_answer_plan_fkey FOREIGN KEY (pooling_area, case_id)
        REFERENCES use_plan (pooling_area, case_id)
);
SELECT protect('use_answer');
SELECT append_only('use_answer');
