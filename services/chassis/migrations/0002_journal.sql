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

-- What a request was answered before, once nobody else is at work on one of its id. One round trip for the lock and
-- the row: each statement of a volatile function sees what was committed while the one before it waited.
CREATE FUNCTION answered(of_area text, of_request uuid)
RETURNS TABLE (actor text, operation text, request_digest text, reply bytea) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(of_request::text, 0));
    RETURN QUERY SELECT j.actor, j.operation, j.request_digest, j.reply FROM journal j
        WHERE j.pooling_area = of_area AND j.request_id = of_request;
END $$;
