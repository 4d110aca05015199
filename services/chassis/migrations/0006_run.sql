-- Runs: mass work, its items, and how far it is.
CREATE TABLE run (
    pooling_area text NOT NULL,
    run_id uuid NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    state int NOT NULL,
    order_form bytea NOT NULL,
    summary bytea NOT NULL,
    previewed_to text,
    items bigint NOT NULL DEFAULT 0,
    items_done bigint NOT NULL DEFAULT 0,
    started_by text NOT NULL,
    started_at timestamptz NOT NULL,
    done_at timestamptz,
    error text NOT NULL DEFAULT '',
    CONSTRAINT run_pkey PRIMARY KEY (pooling_area, run_id)
);
CREATE UNIQUE INDEX run_one_live ON run (pooling_area, kind, subject) WHERE state IN (1, 2, 3);
CREATE INDEX run_working ON run (started_at) WHERE state IN (1, 3);
SELECT protect('run');

CREATE TABLE run_item (
    pooling_area text NOT NULL,
    run_id uuid NOT NULL,
    item bigint NOT NULL,
    subject text NOT NULL,
    content bytea NOT NULL,
    CONSTRAINT run_item_pkey PRIMARY KEY (pooling_area, run_id, item)
);
SELECT protect('run_item');
SELECT append_only('run_item');
