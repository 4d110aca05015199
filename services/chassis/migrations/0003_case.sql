-- Cases: where each stands, and, append-only, every revision, step and signature.
CREATE TABLE case_file (
    pooling_area text NOT NULL,
    case_id uuid NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    state int NOT NULL,
    revision int NOT NULL,
    department int NOT NULL,
    awaited int NOT NULL,
    party text NOT NULL,
    applicant text NOT NULL,
    decision text,
    decision_digest text NOT NULL DEFAULT '',
    reasons text NOT NULL DEFAULT '[]',
    due_on date,
    -- No notice of public holidays was known for the last day.
    due_provisional boolean NOT NULL DEFAULT false,
    submitted_at timestamptz NOT NULL,
    decided_at timestamptz,
    -- The transaction in which the case took effect.
    effective_tx xid8,
    CONSTRAINT case_file_pkey PRIMARY KEY (pooling_area, case_id)
);
-- The order of a queue: the earliest deadline first, those without one last.
CREATE INDEX case_file_queue
    ON case_file (pooling_area, state, awaited, COALESCE(due_on, 'infinity'), case_id);
CREATE INDEX case_file_subject ON case_file (pooling_area, subject);
SELECT protect('case_file', 'party');

CREATE TABLE case_revision (
    pooling_area text NOT NULL,
    case_id uuid NOT NULL,
    revision int NOT NULL,
    party text NOT NULL,
    application text NOT NULL,
    application_digest text NOT NULL,
    evidence bytea[] NOT NULL,
    CONSTRAINT case_revision_pkey PRIMARY KEY (pooling_area, case_id, revision)
);
SELECT protect('case_revision', 'party');
SELECT append_only('case_revision');

CREATE TABLE case_step (
    pooling_area text NOT NULL,
    case_id uuid NOT NULL,
    step_no bigint GENERATED ALWAYS AS IDENTITY,
    party text NOT NULL,
    at timestamptz NOT NULL,
    state int NOT NULL,
    revision int NOT NULL,
    actor text NOT NULL,
    actor_name text NOT NULL,
    note text NOT NULL,
    CONSTRAINT case_step_pkey PRIMARY KEY (pooling_area, case_id, step_no)
);
SELECT protect('case_step', 'party');
SELECT append_only('case_step');

-- Separation of duties (article 148) is two constraints: a step is signed once, and nobody signs twice.
CREATE TABLE case_signature (
    pooling_area text NOT NULL,
    case_id uuid NOT NULL,
    revision int NOT NULL,
    step int NOT NULL,
    party text NOT NULL,
    duty int NOT NULL,
    signer text NOT NULL,
    signer_name text NOT NULL,
    signed_at timestamptz NOT NULL,
    form_digest text NOT NULL,
    previous_digest text NOT NULL,
    digest text NOT NULL,
    opinion text NOT NULL,
    CONSTRAINT case_signature_pkey PRIMARY KEY (pooling_area, case_id, revision, step),
    CONSTRAINT case_signature_once_each UNIQUE (pooling_area, case_id, revision, signer)
);
SELECT protect('case_signature', 'party');
SELECT append_only('case_signature');
