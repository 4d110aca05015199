-- Every change, who made it and on what request: the idempotency record and the audit trail.
CREATE TABLE journal (
    pooling_area text NOT NULL,
    request_id uuid NOT NULL,
    operation text NOT NULL,
    actor text NOT NULL,
    actor_name text NOT NULL,
    party text NOT NULL,
    at timestamptz NOT NULL,
    request_digest text NOT NULL,
    request bytea NOT NULL,
    reply bytea NOT NULL,
    trace_parent text NOT NULL,
    CONSTRAINT journal_pkey PRIMARY KEY (pooling_area, request_id)
);
CREATE INDEX journal_at ON journal (pooling_area, at DESC, request_id);
SELECT protect('journal', 'party');
SELECT append_only('journal');
