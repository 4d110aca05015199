-- The books: months, vouchers and their entries (articles 101 to 105).
CREATE TABLE period (
    pooling_area text NOT NULL,
    -- The first day of the month.
    month date NOT NULL,
    closed_on date,
    case_id uuid,
    CONSTRAINT period_pkey PRIMARY KEY (pooling_area, month),
    CONSTRAINT period_month CHECK (extract(day FROM month) = 1),
    CONSTRAINT period_closed CHECK ((closed_on IS NULL) = (case_id IS NULL))
);
SELECT protect('period');

-- A month that is closed stays closed.
CREATE FUNCTION refuse_reopening() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.closed_on IS NOT NULL THEN
        RAISE EXCEPTION 'month % is not opened again', OLD.month USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER stays_closed BEFORE UPDATE OR DELETE ON period
    FOR EACH ROW EXECUTE FUNCTION refuse_reopening();

CREATE TABLE voucher (
    pooling_area text NOT NULL,
    month date NOT NULL,
    -- From 1, without gaps: given under the lock of the month, in the transaction that enters it.
    number int NOT NULL,
    kind int NOT NULL,
    document int NOT NULL,
    document_number text NOT NULL,
    document_on date NOT NULL,
    booked_on date NOT NULL,
    summary text NOT NULL,
    -- Yuan of either side.
    amount numeric(16, 2) NOT NULL,
    -- Number of its entries, which is the number of the last of them.
    lines int NOT NULL,
    corrects_month date,
    corrects_number int,
    made_by text NOT NULL,
    CONSTRAINT voucher_pkey PRIMARY KEY (pooling_area, month, number),
    CONSTRAINT voucher_document_key UNIQUE (pooling_area, document, document_number),
    CONSTRAINT voucher_number CHECK (number > 0),
    CONSTRAINT voucher_lines CHECK (lines >= 2),
    CONSTRAINT voucher_booked_in_its_month CHECK (date_trunc('month', booked_on) = month),
    CONSTRAINT voucher_corrects CHECK ((corrects_month IS NULL) = (corrects_number IS NULL))
);
CREATE UNIQUE INDEX voucher_corrects_key ON voucher (pooling_area, corrects_month, corrects_number)
    WHERE corrects_number IS NOT NULL;
SELECT protect('voucher');
SELECT append_only('voucher');

CREATE TABLE entry (
    pooling_area text NOT NULL,
    month date NOT NULL,
    number int NOT NULL,
    line int NOT NULL,
    account text NOT NULL,
    -- Yuan; below zero in red ink.
    debit numeric(16, 2) NOT NULL,
    credit numeric(16, 2) NOT NULL,
    CONSTRAINT entry_pkey PRIMARY KEY (pooling_area, month, number, line),
    CONSTRAINT entry_one_side CHECK ((debit = 0) <> (credit = 0))
);
-- Journals and detail ledgers read an account's lines of a month in the order of the books, and sums read nothing else. The
-- account comes before the month: otherwise the planner takes it for as good as the key where it knows nothing of the table.
CREATE INDEX entry_account ON entry (pooling_area, account, month, number, line) INCLUDE (debit, credit);
SELECT protect('entry');
SELECT append_only('entry');

-- All lines of a voucher come in one statement, and balance: nothing unbalanced is ever there, and nothing is added later.
-- A statement that enters many vouchers is looked at as a whole; each is found by its key, whatever is known of the tables.
CREATE FUNCTION entries_balance() RETURNS trigger LANGUAGE plpgsql
    SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$
DECLARE
    wrong record;
BEGIN
    SELECT e.month, e.number INTO wrong FROM (
        SELECT pooling_area, month, number, count(*) AS lines, sum(debit) AS debit, sum(credit) AS credit
        FROM added GROUP BY pooling_area, month, number) e
    LEFT JOIN voucher v ON v.pooling_area = e.pooling_area AND v.month = e.month AND v.number = e.number
    WHERE (v.lines, v.amount, v.amount) IS DISTINCT FROM (e.lines, e.debit, e.credit) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'voucher %/% is not whole or does not balance', wrong.month, wrong.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_balances';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER balances AFTER INSERT ON entry REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION entries_balance();

-- By the end of its transaction a voucher has its lines: looked at once for each voucher, by the key of the last of them.
ALTER TABLE voucher ADD CONSTRAINT voucher_entries_fkey FOREIGN KEY (pooling_area, month, number, lines)
    REFERENCES entry (pooling_area, month, number, line) DEFERRABLE INITIALLY DEFERRED;

-- No voucher enters a month that is closed, or that nobody has opened.
CREATE FUNCTION month_is_open() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong date;
BEGIN
    SELECT v.month INTO wrong FROM (SELECT DISTINCT pooling_area, month FROM added) v
        LEFT JOIN period p ON p.pooling_area = v.pooling_area AND p.month = v.month
        WHERE p.month IS NULL OR p.closed_on IS NOT NULL LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'month % is not open', wrong
            USING ERRCODE = 'check_violation', CONSTRAINT = 'voucher_month_open';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER month_open AFTER INSERT ON voucher REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION month_is_open();

-- What each account stands at after a month that was closed: later months begin here and read no earlier entries.
CREATE TABLE balance (
    pooling_area text NOT NULL,
    month date NOT NULL,
    account text NOT NULL,
    -- Yuan, debit less credit.
    opening numeric(18, 2) NOT NULL,
    debit numeric(18, 2) NOT NULL,
    credit numeric(18, 2) NOT NULL,
    closing numeric(18, 2) NOT NULL,
    CONSTRAINT balance_pkey PRIMARY KEY (pooling_area, month, account),
    CONSTRAINT balance_period_fkey FOREIGN KEY (pooling_area, month) REFERENCES period (pooling_area, month),
    CONSTRAINT balance_adds_up CHECK (closing = opening + debit - credit)
);
SELECT protect('balance');
SELECT append_only('balance');
