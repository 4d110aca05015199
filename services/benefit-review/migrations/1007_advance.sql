-- Advances that were applied for, and the ledger of what was advanced and recovered (articles 75 to 78).
CREATE TABLE advance (
    pooling_area text NOT NULL,
    -- The case in which it was taken.
    advance_id uuid NOT NULL,
    injury_id uuid NOT NULL,
    kind int NOT NULL,
    person_id uuid NOT NULL,
    employer_id text NOT NULL,
    -- Form 75-B (contract message).
    notice bytea NOT NULL,
    CONSTRAINT advance_pkey PRIMARY KEY (pooling_area, advance_id),
    CONSTRAINT advance_once UNIQUE (pooling_area, injury_id, kind),
    CONSTRAINT advance_injury_fkey FOREIGN KEY (pooling_area, injury_id) REFERENCES injury
);
SELECT protect('advance', 'employer_id', 'person_id');
SELECT append_only('advance');

CREATE TABLE advance_entry (
    pooling_area text NOT NULL,
    entry_id uuid NOT NULL,
    arrival bigint GENERATED ALWAYS AS IDENTITY,
    advance_id uuid NOT NULL,
    -- Advanced, recovered, corrected, or paid by who owes it.
    kind int NOT NULL,
    debtor int NOT NULL,
    person_id uuid NOT NULL,
    employer_id text NOT NULL,
    amount numeric(14, 2) NOT NULL,
    -- What the debtor owes of the advance after it; below zero what is to be given back.
    balance numeric(14, 2) NOT NULL,
    -- Empty of what was advanced.
    document_number text NOT NULL,
    -- As it is listed (contract message).
    content bytea NOT NULL,
    CONSTRAINT advance_entry_pkey PRIMARY KEY (pooling_area, entry_id),
    CONSTRAINT advance_entry_advance_fkey FOREIGN KEY (pooling_area, advance_id) REFERENCES advance,
    CONSTRAINT advance_entry_amount CHECK (CASE kind WHEN 1 THEN amount > 0 WHEN 3 THEN amount < 0 ELSE amount <> 0 END),
    -- No more is recovered than is owed, and no more given back than was recovered too much.
    CONSTRAINT advance_entry_balance CHECK (CASE WHEN kind <> 2 THEN true WHEN amount > 0 THEN balance >= 0 ELSE balance <= 0 END)
);
CREATE UNIQUE INDEX advance_recovered_once ON advance_entry (pooling_area, advance_id, document_number)
    WHERE kind = 2;
CREATE INDEX advance_entry_arrival ON advance_entry (pooling_area, arrival);
CREATE INDEX advance_entry_advance ON advance_entry (pooling_area, advance_id, arrival);
CREATE INDEX advance_entry_person ON advance_entry (pooling_area, person_id, arrival);
CREATE INDEX advance_entry_employer ON advance_entry (pooling_area, employer_id, arrival);
SELECT protect('advance_entry', 'employer_id', 'person_id');
SELECT append_only('advance_entry');
