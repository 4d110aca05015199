-- What registration authorities and public security tell, and how it agrees with what is registered
-- (articles 5, 6, 125).
CREATE TABLE authority_notice (
    pooling_area text NOT NULL,
    notice_id uuid NOT NULL,
    arrival bigint GENERATED ALWAYS AS IDENTITY,
    authority int NOT NULL,
    notice_number text NOT NULL,
    kind int NOT NULL,
    credit_code text NOT NULL,
    organisation_code text NOT NULL,
    -- As of `employer_fact`; empty where no code is told.
    organisation text NOT NULL,
    registration_number text NOT NULL,
    name text NOT NULL,
    legal_representative text NOT NULL,
    registration_type text NOT NULL,
    founded_on date,
    change text NOT NULL,
    address text NOT NULL,
    phone text NOT NULL,
    effective_on date NOT NULL,
    business_scope text NOT NULL,
    -- The registered employer that it was about when it came; empty when there was none.
    employer_id text NOT NULL,
    received_at timestamptz NOT NULL,
    CONSTRAINT authority_notice_pkey PRIMARY KEY (pooling_area, notice_id),
    CONSTRAINT authority_notice_number_key UNIQUE (pooling_area, authority, notice_number),
    CONSTRAINT authority_notice_founding_dated CHECK (kind <> 1 OR founded_on IS NOT NULL)
);
CREATE INDEX authority_notice_arrival ON authority_notice (pooling_area, arrival DESC);
CREATE INDEX authority_notice_employer ON authority_notice (pooling_area, employer_id, kind);
CREATE INDEX authority_notice_registration_number
    ON authority_notice (pooling_area, authority, registration_number, kind);
SELECT protect('authority_notice');
SELECT append_only('authority_notice');

-- Since when the licence of each employer is no more, as the last notice of that kind told since it
-- registered; of two kinds, the first to end it.
CREATE VIEW licence_end WITH (security_invoker = true) AS
SELECT DISTINCT ON (pooling_area, employer_id) *
FROM (
    SELECT DISTINCT ON (n.pooling_area, n.employer_id, n.kind) n.pooling_area, n.employer_id, n.kind,
        n.authority, n.notice_number, n.effective_on
    FROM authority_notice n
    JOIN employer e ON e.pooling_area = n.pooling_area AND e.employer_id = n.employer_id
    WHERE n.kind IN (3, 4) AND n.effective_on >= e.starts_on
    ORDER BY n.pooling_area, n.employer_id, n.kind, n.arrival DESC
) AS told
ORDER BY pooling_area, employer_id, effective_on;

CREATE TABLE resident_notice (
    pooling_area text NOT NULL,
    notice_id uuid NOT NULL,
    arrival bigint GENERATED ALWAYS AS IDENTITY,
    notice_number text NOT NULL,
    kind int NOT NULL,
    citizen_id text NOT NULL,
    name text NOT NULL,
    new_citizen_id text NOT NULL,
    new_name text NOT NULL,
    happened_on date NOT NULL,
    address text NOT NULL,
    parent_citizen_id text NOT NULL,
    -- The insured person that it is about; of a birth, the parent.
    person_id uuid,
    -- A clerk entered it; public security may send it itself later.
    by_hand boolean NOT NULL,
    -- The register was changed by it.
    took_effect boolean NOT NULL,
    received_at timestamptz NOT NULL,
    CONSTRAINT resident_notice_pkey PRIMARY KEY (pooling_area, notice_id),
    CONSTRAINT resident_notice_number_key UNIQUE (pooling_area, notice_number, by_hand)
);
CREATE INDEX resident_notice_arrival ON resident_notice (pooling_area, arrival DESC);
CREATE INDEX resident_notice_person ON resident_notice (pooling_area, person_id);
SELECT protect('resident_notice');
SELECT append_only('resident_notice');

CREATE TABLE difference (
    pooling_area text NOT NULL,
    difference_id uuid NOT NULL,
    found_no bigint GENERATED ALWAYS AS IDENTITY,
    kind int NOT NULL,
    -- Empty and NULL where it is not about one.
    employer_id text NOT NULL,
    person_id uuid,
    notice_id uuid NOT NULL,
    registered text NOT NULL,
    told text NOT NULL,
    found_on date NOT NULL,
    state int NOT NULL,
    settlement text NOT NULL DEFAULT '',
    settled_by text NOT NULL DEFAULT '',
    settled_at timestamptz,
    CONSTRAINT difference_pkey PRIMARY KEY (pooling_area, difference_id),
    CONSTRAINT difference_settled_with_words CHECK ((state = 2) = (settlement <> ''))
);
CREATE INDEX difference_found ON difference (pooling_area, found_no DESC);
CREATE INDEX difference_notice ON difference (pooling_area, notice_id);
CREATE INDEX difference_employer ON difference (pooling_area, employer_id, person_id, kind) WHERE state = 1;
SELECT protect('difference');
