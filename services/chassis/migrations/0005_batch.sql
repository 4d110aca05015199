-- Lists of rows that arrive in a stream: the rows as received, and what was found about them.
CREATE TABLE batch (
    pooling_area text NOT NULL,
    batch_id uuid NOT NULL,
    kind text NOT NULL,
    reference text NOT NULL,
    sender text NOT NULL,
    sender_name text NOT NULL,
    -- What kind of party sent it, and whom it speaks for.
    sender_caller int NOT NULL,
    sender_party text NOT NULL,
    party text NOT NULL,
    state int NOT NULL,
    received_rows bigint NOT NULL DEFAULT 0,
    -- Sums of what was sent, in or out of bounds, so of any size.
    received_sum numeric NOT NULL DEFAULT 0,
    processed_rows bigint NOT NULL DEFAULT 0,
    refused_rows bigint NOT NULL DEFAULT 0,
    refused_sum numeric NOT NULL DEFAULT 0,
    opened_at timestamptz NOT NULL,
    closed_at timestamptz,
    done_at timestamptz,
    error text NOT NULL DEFAULT '',
    CONSTRAINT batch_pkey PRIMARY KEY (pooling_area, batch_id)
);
CREATE INDEX batch_opened ON batch (pooling_area, opened_at DESC, batch_id);
CREATE INDEX batch_processing ON batch (opened_at) WHERE state = 2;
SELECT protect('batch', 'party');

CREATE TABLE batch_slice (
    pooling_area text NOT NULL,
    batch_id uuid NOT NULL,
    first_row bigint NOT NULL,
    row_count int NOT NULL,
    party text NOT NULL,
    content bytea NOT NULL,
    digest text NOT NULL,
    -- The line of the file in which each row stands; empty for what is no file.
    lines int[] NOT NULL,
    CONSTRAINT batch_slice_pkey PRIMARY KEY (pooling_area, batch_id, first_row)
);
-- Compressing what is written once and read twice costs more than it saves.
ALTER TABLE batch_slice ALTER COLUMN content SET STORAGE EXTERNAL;
SELECT protect('batch_slice', 'party');
SELECT append_only('batch_slice');

CREATE TABLE batch_finding (
    pooling_area text NOT NULL,
    batch_id uuid NOT NULL,
    row_no bigint NOT NULL,
    finding_no int NOT NULL,
    line_no bigint NOT NULL,
    party text NOT NULL,
    refused boolean NOT NULL,
    label text NOT NULL,
    reason text NOT NULL,
    sentence text NOT NULL,
    source text NOT NULL,
    content text NOT NULL,
    CONSTRAINT batch_finding_pkey PRIMARY KEY (pooling_area, batch_id, row_no, finding_no)
);
SELECT protect('batch_finding', 'party');
SELECT append_only('batch_finding');
