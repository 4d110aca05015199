-- What falls due, is paid, is held in suspense and is written off, entry by entry (articles 28-37).
-- Balances are sums; a correction is a counter-entry.
CREATE TABLE ledger_entry (
    pooling_area text NOT NULL,
    employer_id text NOT NULL,
    -- First day of the month that the amount is for; of suspense, of the month of payment.
    month date NOT NULL,
    -- LedgerAccount and LedgerEntryKind of the contract.
    account smallint NOT NULL,
    kind smallint NOT NULL,
    source_kind smallint NOT NULL,
    -- Of a receipt (PaymentChannel); see below.
    channel smallint,
    -- Of what falls due, the last day in time; of what is paid, the day of payment; of suspense, the day
    -- from which the credit was held.
    value_on date NOT NULL,
    booked_on date NOT NULL,
    arrived_on date,
    booked_at timestamptz NOT NULL,
    source_row bigint NOT NULL,
    source_id uuid NOT NULL,
    -- Yuan: positive falls due, negative is paid, corrected or written off.
    amount numeric(16, 2) NOT NULL,
    -- A receipt may have several entries; the first of them says what arrived.
    received numeric(16, 2),
    sender text,
    payment_reference text,
    -- How a late fee or a month that was assessed anew came about.
    worksheet jsonb,
    CONSTRAINT ledger_entry_pkey
        PRIMARY KEY (pooling_area, employer_id, month, account, kind, source_id, source_row),
    CONSTRAINT ledger_entry_is_something CHECK (amount <> 0),
    CONSTRAINT ledger_entry_receipt_whole
        CHECK (num_nonnulls(channel, arrived_on, received, sender, payment_reference) IN (0, 5))
);
-- A payment enters once for whoever collects, whatever is sent again and by whom.
CREATE UNIQUE INDEX ledger_entry_payment_once ON ledger_entry
    (pooling_area, sender, payment_reference) WHERE payment_reference IS NOT NULL;
-- Who has a credit: few have.
CREATE INDEX ledger_entry_credit ON ledger_entry (pooling_area, employer_id) INCLUDE (amount) WHERE account = 3;
-- Entries of a source lie together, in the order of its rows, so that a summary of their pages is enough.
CREATE INDEX ledger_entry_source ON ledger_entry USING brin (source_id, source_row) WITH (pages_per_range = 16);
SELECT protect('ledger_entry', 'employer_id');
SELECT append_only('ledger_entry');
