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
-- What events told late: the little that no bill may have carried yet.
CREATE INDEX ledger_entry_told_late ON ledger_entry (pooling_area, employer_id, month)
    WHERE account = 1 AND kind = 5 AND (source_kind = 5 OR source_kind = 1 AND amount < 0);
-- Entries of a source lie together, in the order of its rows, so that a summary of their pages is enough.
CREATE INDEX ledger_entry_source ON ledger_entry USING brin (source_id, source_row) WITH (pages_per_range = 16);
SELECT protect('ledger_entry', 'employer_id');
SELECT append_only('ledger_entry');

-- What arrived, with what it was applied to: month, account, yuan.
CREATE VIEW receipt WITH (security_invoker = true) AS
SELECT first.pooling_area, first.source_id, first.source_row, first.employer_id, first.payment_reference,
    first.sender, first.received, first.value_on, first.arrived_on, first.channel,
    (SELECT json_agg(json_build_array(to_char(part.month, 'YYYY-MM'), part.account, (-part.amount)::text)
                     ORDER BY part.account, part.month)
     FROM ledger_entry part
     WHERE part.pooling_area = first.pooling_area AND part.employer_id = first.employer_id AND part.kind = 4
       AND part.source_id = first.source_id AND part.source_row = first.source_row) AS parts
FROM ledger_entry first
WHERE first.payment_reference IS NOT NULL;

-- What events have told late and added to months since the last one was signed, so that no bill has carried
-- it. What they only put back was billed, whenever it was taken off; so was what a run has moved to the day of
-- its bill.
CREATE VIEW unbilled_addition WITH (security_invoker = true) AS
SELECT pooling_area, employer_id, month, value_on, least(since, ever) AS amount
FROM (SELECT e.pooling_area, e.employer_id, e.month, e.value_on, sum(e.amount) AS ever,
             sum(e.amount) FILTER (WHERE e.source_kind = 5
                 AND e.booked_at >= coalesce(last.sent_at, '-infinity')) AS since
      FROM ledger_entry e
      LEFT JOIN (SELECT pooling_area, max(sent_at) AS sent_at FROM month_sent GROUP BY pooling_area) AS last
          USING (pooling_area)
      WHERE account = 1 AND kind = 5 AND (source_kind = 5 OR source_kind = 1 AND amount < 0)
      GROUP BY e.pooling_area, e.employer_id, e.month, e.value_on) AS added
WHERE since > 0 AND ever > 0;

-- The entries on principal and late fee as they fall due: what no bill has carried does on no day yet. What is
-- moved to another day is taken off on the one that it had, as if it had never been due on it.
CREATE VIEW due_entry WITH (security_invoker = true) AS
SELECT pooling_area, employer_id, month, account, kind, amount, value_on, source_id,
    account = 1 AND kind = 5 AND source_kind = 1 AND amount < 0 AS moved
FROM ledger_entry WHERE account IN (1, 2)
UNION ALL
SELECT u.pooling_area, u.employer_id, u.month, 1::smallint, 5::smallint, off.amount, off.value_on, NULL::uuid,
    true
FROM unbilled_addition u
CROSS JOIN LATERAL (VALUES (-u.amount, u.value_on), (u.amount, 'infinity'::date)) AS off (amount, value_on);
