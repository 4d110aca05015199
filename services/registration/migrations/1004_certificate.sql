-- Registration certificates, their verification, and the hand-over of those not verified
-- (articles 9, 13, 17-21).
CREATE TABLE certificate (
    pooling_area text NOT NULL,
    certificate_no bigint GENERATED ALWAYS AS IDENTITY,
    certificate_number text NOT NULL
        GENERATED ALWAYS AS (pooling_area || lpad(certificate_no::text, 8, '0')) STORED,
    employer_id text NOT NULL,
    state int NOT NULL,
    reason int NOT NULL,
    issued_on date NOT NULL,
    valid_until_on date NOT NULL,
    ended_on date,
    case_id uuid NOT NULL,
    CONSTRAINT certificate_pkey PRIMARY KEY (pooling_area, certificate_no),
    CONSTRAINT certificate_number_key UNIQUE (pooling_area, certificate_number),
    CONSTRAINT certificate_employer_fkey FOREIGN KEY (pooling_area, employer_id) REFERENCES employer,
    CONSTRAINT certificate_ended_unless_valid CHECK ((state = 1) = (ended_on IS NULL)),
    CONSTRAINT certificate_valid_from_issue CHECK (valid_until_on >= issued_on)
);
CREATE UNIQUE INDEX certificate_one_valid ON certificate (pooling_area, employer_id) WHERE state = 1;
CREATE INDEX certificate_employer ON certificate (pooling_area, employer_id, certificate_no);
SELECT protect('certificate', 'employer_id');

CREATE TABLE verification (
    pooling_area text NOT NULL,
    round_id uuid NOT NULL,
    employer_id text NOT NULL,
    certificate_number text NOT NULL,
    state int NOT NULL,
    called_on date NOT NULL,
    due_on date NOT NULL,
    -- The case in which it was last reviewed.
    case_id uuid,
    CONSTRAINT verification_pkey PRIMARY KEY (pooling_area, round_id, employer_id),
    CONSTRAINT verification_employer_fkey FOREIGN KEY (pooling_area, employer_id) REFERENCES employer,
    CONSTRAINT verification_due_after_call CHECK (due_on >= called_on)
);
CREATE INDEX verification_employer ON verification (pooling_area, employer_id, called_on);
CREATE INDEX verification_open ON verification (pooling_area, due_on) WHERE state IN (1, 3);
SELECT protect('verification', 'employer_id');

-- The verification page of each certificate: one stamp after the other.
CREATE TABLE certificate_stamp (
    pooling_area text NOT NULL,
    certificate_number text NOT NULL,
    employer_id text NOT NULL,
    stamped_on date NOT NULL,
    case_id uuid NOT NULL,
    CONSTRAINT certificate_stamp_pkey PRIMARY KEY (pooling_area, certificate_number, case_id),
    CONSTRAINT certificate_stamp_certificate_fkey
        FOREIGN KEY (pooling_area, certificate_number) REFERENCES certificate (pooling_area, certificate_number)
);
CREATE INDEX certificate_stamp_employer ON certificate_stamp (pooling_area, employer_id);
SELECT protect('certificate_stamp', 'employer_id');
SELECT append_only('certificate_stamp');

-- Since when each employer's certificate has not been verified: its last stamp, or its first issue
-- (reason 1). One that comes in its place, for a change, at its end or lost, verifies nothing: only the
-- stamp does (article 18).
CREATE VIEW last_verified WITH (security_invoker = true) AS
SELECT pooling_area, employer_id, max(verified_on) AS last_verified_on
FROM (
    SELECT pooling_area, employer_id, issued_on AS verified_on FROM certificate WHERE reason = 1
    UNION ALL
    SELECT pooling_area, employer_id, stamped_on FROM certificate_stamp
) AS verified
GROUP BY pooling_area, employer_id;

-- Certificates handed to audit because they were not verified or renewed in time (article 21).
CREATE TABLE certificate_hand_over (
    pooling_area text NOT NULL,
    certificate_number text NOT NULL,
    due_on date NOT NULL,
    expired boolean NOT NULL,
    employer_id text NOT NULL,
    handed_over_on date NOT NULL,
    run_id uuid NOT NULL,
    CONSTRAINT certificate_hand_over_pkey PRIMARY KEY (pooling_area, certificate_number, due_on, expired)
);
SELECT protect('certificate_hand_over', 'employer_id');
SELECT append_only('certificate_hand_over');
