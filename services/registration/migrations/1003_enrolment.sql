-- Who is insured through whom (articles 8, 10, 12), and the rosters from which that came.
CREATE TABLE enrolment (
    pooling_area text NOT NULL,
    enrolment_id uuid NOT NULL,
    employer_id text NOT NULL,
    person_id uuid NOT NULL,
    state int NOT NULL,
    -- First and last day as told; of one that ended before it began nothing was.
    starts_on date NOT NULL,
    ends_on date,
    -- The days that it covers.
    period daterange NOT NULL GENERATED ALWAYS AS (CASE
        WHEN ends_on IS NULL THEN daterange(starts_on, NULL)
        ELSE daterange(starts_on, GREATEST(ends_on + 1, starts_on)) END) STORED,
    -- Why it ended; 0 while it goes on.
    end_reason int NOT NULL DEFAULT 0,
    -- The last day and reason that it had before a death or the employer's end, told later, took their place:
    -- its own if the death did not happen.
    left_on date,
    left_for int NOT NULL DEFAULT 0,
    -- Besides another labour relation.
    concurrent boolean NOT NULL,
    contract_type int NOT NULL,
    contract_ends_on date,
    -- Yuan a month as stated at hiring.
    wage numeric(12, 2) NOT NULL,
    -- First day of the month whose declaration it enters; of a pre-enrolment, the next one's.
    declared_month date NOT NULL,
    evidence_number text NOT NULL,
    case_id uuid NOT NULL,
    ended_by uuid,
    CONSTRAINT enrolment_pkey PRIMARY KEY (pooling_area, enrolment_id),
    CONSTRAINT enrolment_employer_fkey FOREIGN KEY (pooling_area, employer_id) REFERENCES employer,
    CONSTRAINT enrolment_person_fkey FOREIGN KEY (pooling_area, person_id) REFERENCES person,
    CONSTRAINT enrolment_ended_when_closed CHECK ((state = 3) = (ends_on IS NOT NULL)),
    CONSTRAINT enrolment_ended_with_reason CHECK ((state = 3) = (end_reason <> 0)),
    CONSTRAINT enrolment_left_for_a_reason CHECK ((left_on IS NOT NULL) = (left_for <> 0)),
    CONSTRAINT enrolment_wage_positive CHECK (wage > 0),
    CONSTRAINT enrolment_no_overlap
        EXCLUDE USING gist (person_id WITH =, employer_id WITH =, pooling_area WITH =, period WITH &&)
);
CREATE INDEX enrolment_employer ON enrolment (pooling_area, employer_id, person_id);
CREATE INDEX enrolment_person ON enrolment (pooling_area, person_id);
CREATE INDEX enrolment_awaiting ON enrolment (pooling_area, declared_month, employer_id) WHERE state = 1;
SELECT protect('enrolment', 'employer_id', 'person_id');

-- An employer sees the persons whom it has or had enrolled.
CREATE POLICY own_staff ON person FOR SELECT USING (
    (SELECT current_setting('app.pooling_area', true)) IN (pooling_area, '*')
    AND EXISTS (
        SELECT FROM enrolment e
        WHERE e.pooling_area = person.pooling_area AND e.person_id = person.person_id
          AND e.employer_id = (SELECT current_setting('app.party', true))));

-- The rows of uploaded rosters that were taken, until a case of their employer enters them.
CREATE TABLE roster_row (
    pooling_area text NOT NULL,
    batch_id uuid NOT NULL,
    employer_id text NOT NULL,
    row_no bigint NOT NULL,
    -- The row (contract message) as received.
    content bytea NOT NULL,
    CONSTRAINT roster_row_pkey PRIMARY KEY (pooling_area, batch_id, employer_id, row_no)
);
SELECT protect('roster_row', 'employer_id');
SELECT append_only('roster_row');

-- Enrolments with their persons, for lists; the caller's own row-level security holds.
CREATE VIEW enrolled_person WITH (security_invoker = true) AS
SELECT e.pooling_area, e.enrolment_id, e.employer_id, e.state, e.period, e.starts_on,
    e.ends_on, e.end_reason, e.left_on, e.left_for, e.concurrent, e.contract_type, e.wage,
    e.declared_month, p.person_id, p.identity_kind, p.identity_number, p.name, p.sex, p.born_on,
    p.nationality, p.died_on, c.card_number
FROM enrolment e
JOIN person p ON p.pooling_area = e.pooling_area AND p.person_id = e.person_id
LEFT JOIN card c ON c.pooling_area = e.pooling_area AND c.person_id = e.person_id;
