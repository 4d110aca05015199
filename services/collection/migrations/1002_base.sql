-- Contribution bases by person, employer and range of months (articles 22-24).
CREATE TABLE contribution_base (
    pooling_area text NOT NULL,
    employer_id text NOT NULL,
    person_id uuid NOT NULL,
    -- First days of months: from the first month, up to and without the month after the last.
    months daterange NOT NULL,
    -- Yuan a month, as declared or paid back on: the base of a month is this within the bounds of the month.
    wage numeric(12, 2) NOT NULL,
    origin int NOT NULL,
    case_id uuid NOT NULL,
    confirmed_on date,
    CONSTRAINT contribution_base_pkey PRIMARY KEY (pooling_area, employer_id, person_id, months),
    CONSTRAINT contribution_base_not_negative CHECK (wage >= 0),
    CONSTRAINT contribution_base_holds_some_month CHECK (NOT isempty(months)),
    CONSTRAINT contribution_base_one_at_a_time
        EXCLUDE USING gist (person_id WITH =, employer_id WITH =, pooling_area WITH =, months WITH &&)
);
-- So that the planner knows that a month is in most of them, not in one of two hundred.
CREATE STATISTICS contribution_base_months ON (lower(months)), (upper(months)) FROM contribution_base;
CREATE INDEX contribution_base_case ON contribution_base (pooling_area, case_id);
SELECT protect('contribution_base', 'employer_id', 'person_id');

-- Declarations that took effect, and the months that they cover: who is not covered has not declared.
CREATE TABLE base_declaration (
    pooling_area text NOT NULL,
    case_id uuid NOT NULL,
    employer_id text NOT NULL,
    months daterange NOT NULL,
    headcount int NOT NULL,
    payroll numeric(16, 2) NOT NULL,
    confirmed_on date,
    means int,
    CONSTRAINT base_declaration_pkey PRIMARY KEY (pooling_area, case_id)
);
CREATE INDEX base_declaration_employer ON base_declaration (pooling_area, employer_id);
SELECT protect('base_declaration', 'employer_id');

-- What review found to be declared too low, and what became of it (article 24).
CREATE TABLE under_declaration (
    pooling_area text NOT NULL,
    finding_id uuid NOT NULL,
    employer_id text NOT NULL,
    kind int NOT NULL,
    months daterange NOT NULL,
    missing_base numeric(16, 2) NOT NULL,
    made_good_base numeric(16, 2) NOT NULL DEFAULT 0,
    issued_on date NOT NULL,
    delivered_on date,
    -- The last day to make good, counted from the delivery.
    make_good_by date,
    -- No notice of public holidays was known for it.
    make_good_by_provisional boolean NOT NULL DEFAULT false,
    state int NOT NULL,
    CONSTRAINT under_declaration_pkey PRIMARY KEY (pooling_area, finding_id),
    CONSTRAINT under_declaration_term_from_delivery
        CHECK ((delivered_on IS NULL) = (make_good_by IS NULL)),
    CONSTRAINT under_declaration_delivered_after_issue CHECK (delivered_on >= issued_on),
    -- What is missing is not known where documents are refused.
    CONSTRAINT under_declaration_made_good CHECK (
        (state = 2) = (made_good_base > 0 AND made_good_base >= missing_base) OR state = 3)
);
CREATE INDEX under_declaration_employer ON under_declaration (pooling_area, employer_id);
CREATE INDEX under_declaration_open ON under_declaration (pooling_area, make_good_by) WHERE state = 1;
SELECT protect('under_declaration', 'employer_id');

-- Rows of uploaded wage rosters (表3-2) that were taken, with the persons they are about.
CREATE TABLE wage_roster_row (
    pooling_area text NOT NULL,
    batch_id uuid NOT NULL,
    employer_id text NOT NULL,
    person_id uuid NOT NULL,
    row_no bigint NOT NULL,
    name text NOT NULL,
    -- Last four characters of the identity number.
    tail text NOT NULL,
    wage numeric(12, 2) NOT NULL,
    CONSTRAINT wage_roster_row_pkey PRIMARY KEY (pooling_area, batch_id, employer_id, person_id)
);
SELECT protect('wage_roster_row', 'employer_id', 'person_id');
SELECT append_only('wage_roster_row');
