-- What happened here, for others to read in order; and how far this service has read of others.
CREATE TABLE event (
    pooling_area text NOT NULL,
    tx xid8 NOT NULL DEFAULT pg_current_xact_id(),
    position bigint GENERATED ALWAYS AS IDENTITY,
    key text NOT NULL,
    kind text NOT NULL,
    payload bytea NOT NULL,
    happened_at timestamptz NOT NULL,
    trace_parent text NOT NULL,
    request_id uuid NOT NULL,
    CONSTRAINT event_pkey PRIMARY KEY (tx, position, pooling_area)
);
-- As the slices of batches: written once, read once by each reader.
ALTER TABLE event ALTER COLUMN payload SET STORAGE EXTERNAL;
SELECT protect('event');
SELECT append_only('event');

-- Feeds are read across areas, so the cursor belongs to none.
CREATE TABLE feed_cursor (
    feed text NOT NULL,
    cursor text NOT NULL,
    moved_at timestamptz NOT NULL,
    CONSTRAINT feed_cursor_pkey PRIMARY KEY (feed)
);

CREATE TABLE parked_event (
    pooling_area text NOT NULL,
    parked_event_id uuid NOT NULL,
    feed text NOT NULL,
    arrival bigint GENERATED ALWAYS AS IDENTITY,
    cursor text NOT NULL,
    key text NOT NULL,
    kind text NOT NULL,
    payload bytea NOT NULL,
    happened_at timestamptz NOT NULL,
    trace_parent text NOT NULL,
    request_id uuid NOT NULL,
    error text NOT NULL,
    tries int NOT NULL,
    parked_at timestamptz NOT NULL,
    CONSTRAINT parked_event_pkey PRIMARY KEY (pooling_area, parked_event_id),
    CONSTRAINT parked_event_once UNIQUE (pooling_area, feed, cursor)
);
CREATE INDEX parked_event_key ON parked_event (pooling_area, feed, key, arrival);
SELECT protect('parked_event');
