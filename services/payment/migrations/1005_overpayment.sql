-- What payees owe back that nothing comes to take it off from, and what came back (articles 80 and 90).
CREATE TABLE overpayment (
    pooling_area text NOT NULL,
    arrival bigint GENERATED ALWAYS AS IDENTITY,
    payee_id uuid NOT NULL,
    -- Number of the payee, but for relatives and the medical insurance fund.
    party text NOT NULL,
    -- Yuan; zero where nothing is to be asked back any more. The last row of a payee stands.
    amount numeric(14, 2) NOT NULL,
    -- The payroll that found it, or the case in which it was paid back.
    run_id uuid NOT NULL,
    found_on date NOT NULL,
    CONSTRAINT overpayment_pkey PRIMARY KEY (pooling_area, arrival),
    CONSTRAINT overpayment_payee_fkey FOREIGN KEY (pooling_area, payee_id) REFERENCES payee (pooling_area, payee_id),
    CONSTRAINT overpayment_once_key UNIQUE (pooling_area, run_id, payee_id),
    CONSTRAINT overpayment_amount CHECK (amount >= 0)
);
CREATE INDEX overpayment_payee ON overpayment (pooling_area, payee_id, arrival);
SELECT protect('overpayment', 'party');
SELECT append_only('overpayment');

-- Money that came back, each once; its entries stand in the ledger under the case.
CREATE TABLE repayment (
    pooling_area text NOT NULL,
    voucher_number text NOT NULL,
    case_id uuid NOT NULL,
    payee_id uuid NOT NULL,
    amount numeric(14, 2) NOT NULL,
    received_on date NOT NULL,
    CONSTRAINT repayment_pkey PRIMARY KEY (pooling_area, voucher_number),
    CONSTRAINT repayment_payee_fkey FOREIGN KEY (pooling_area, payee_id) REFERENCES payee (pooling_area, payee_id),
    CONSTRAINT repayment_amount CHECK (amount > 0)
);
SELECT protect('repayment');
SELECT append_only('repayment');
