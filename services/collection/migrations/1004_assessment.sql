-- What each employer owes for each month, as assessed (articles 28-31).
CREATE TABLE assessment (
    pooling_area text NOT NULL,
    employer_id text NOT NULL,
    -- First day of the month.
    month date NOT NULL,
    headcount int NOT NULL,
    payroll numeric(16, 2) NOT NULL,
    risk_class int NOT NULL,
    tier int NOT NULL,
    benchmark_rate numeric NOT NULL,
    rate numeric NOT NULL,
    contribution numeric(16, 2) NOT NULL,
    back_payment numeric(16, 2) NOT NULL,
    -- Assessed by cases in the special ways.
    special_contribution numeric(16, 2) NOT NULL,
    late_fee numeric(16, 2) NOT NULL,
    due_on date NOT NULL,
    basis int NOT NULL,
    run_id uuid NOT NULL,
    -- Form 3-10A (contract message), with its worksheet.
    form bytea NOT NULL,
    confirmed_on date,
    CONSTRAINT assessment_pkey PRIMARY KEY (pooling_area, month, employer_id)
);
CREATE INDEX assessment_employer ON assessment (pooling_area, employer_id, month);
SELECT protect('assessment', 'employer_id');

-- What cases and events posted to a month of an employer, back-payments, corrections and special contributions, and
-- a run billed with its own month.
CREATE TABLE billed (
    pooling_area text NOT NULL,
    employer_id text NOT NULL,
    -- First day of the month that the amount is for.
    month date NOT NULL,
    special boolean NOT NULL,
    run_id uuid NOT NULL,
    amount numeric(16, 2) NOT NULL,
    due_on date NOT NULL,
    -- Of it, what was paid or written off before.
    settled numeric(16, 2) NOT NULL,
    CONSTRAINT billed_pkey PRIMARY KEY (pooling_area, employer_id, month, special, run_id),
    CONSTRAINT billed_is_something CHECK (amount <> 0)
);
CREATE INDEX billed_run ON billed (pooling_area, run_id, employer_id, month);
SELECT protect('billed', 'employer_id');
SELECT append_only('billed');

-- What was told of months that were charged otherwise, and waits to be assessed anew: by registration while
-- a month was being assessed, until that is signed (articles 12, 14, 25); by a parameter of the area, for
-- the night.
CREATE TABLE told_late (
    pooling_area text NOT NULL,
    employer_id text NOT NULL,
    -- First day of the first month that it is about.
    first_month date NOT NULL,
    why text NOT NULL,
    -- The request in which it was told, or the parameter's case.
    source uuid NOT NULL,
    -- The day on which it could not be settled.
    tried_on date,
    CONSTRAINT told_late_pkey PRIMARY KEY (pooling_area, employer_id)
);
SELECT protect('told_late', 'employer_id');

-- A month that is assessed and signed; in mode `tax` the tax bureau collects by it.
CREATE TABLE month_sent (
    pooling_area text NOT NULL,
    month date NOT NULL,
    run_id uuid NOT NULL,
    sent_on date NOT NULL,
    sent_at timestamptz NOT NULL,
    -- Form 3-13 (contract message).
    summary bytea NOT NULL,
    CONSTRAINT month_sent_pkey PRIMARY KEY (pooling_area, month)
);
SELECT protect('month_sent');
-- Every party's balance depends on which months were signed.
CREATE POLICY own_area ON month_sent FOR SELECT USING (
    (SELECT current_setting('app.pooling_area', true)) IN (pooling_area, '*'));

-- Back-payments by person and month (article 29): what was added to the base assessed before.
CREATE TABLE back_payment (
    pooling_area text NOT NULL,
    case_id uuid NOT NULL,
    employer_id text NOT NULL,
    person_id uuid NOT NULL,
    month date NOT NULL,
    base numeric(12, 2) NOT NULL,
    missing_base numeric(12, 2) NOT NULL,
    CONSTRAINT back_payment_pkey PRIMARY KEY (pooling_area, case_id, person_id, month),
    CONSTRAINT back_payment_adds CHECK (missing_base > 0)
);
CREATE INDEX back_payment_employer ON back_payment (pooling_area, employer_id, month);
SELECT protect('back_payment', 'employer_id', 'person_id');
SELECT append_only('back_payment');

-- Assessments in the three special ways (article 31).
CREATE TABLE special_assessment (
    pooling_area text NOT NULL,
    case_id uuid NOT NULL,
    employer_id text NOT NULL,
    way int NOT NULL,
    months daterange NOT NULL,
    -- Of a correction, the difference.
    contribution numeric(16, 2) NOT NULL,
    -- The case that assessed first what this one corrects.
    corrects uuid,
    -- Of a construction project: how often it had changed, and what it was then.
    project_number text,
    project_name text,
    change int,
    cost numeric(16, 2),
    starts_on date,
    ends_on date,
    CONSTRAINT special_assessment_pkey PRIMARY KEY (pooling_area, case_id),
    CONSTRAINT special_assessment_project CHECK (
        num_nonnulls(project_number, project_name, change, cost, starts_on, ends_on)
            = CASE WHEN way = 1 THEN 6 ELSE 0 END),
    CONSTRAINT special_assessment_first CHECK (way <> 1 OR (corrects IS NULL) = (change = 0)),
    CONSTRAINT special_assessment_corrects
        FOREIGN KEY (pooling_area, corrects) REFERENCES special_assessment (pooling_area, case_id));
CREATE UNIQUE INDEX special_assessment_project_once
    ON special_assessment (pooling_area, project_number, change) WHERE way = 1;
CREATE INDEX special_assessment_employer ON special_assessment (pooling_area, employer_id);
SELECT protect('special_assessment', 'employer_id');
SELECT append_only('special_assessment');

-- Months of small service businesses and mines that a special way covers, as corrected last: nobody is charged
-- for them by payroll. Projects cover no months: who works on them beside is charged for.
CREATE TABLE special_cover (
    pooling_area text NOT NULL,
    -- The case that assessed them first.
    case_id uuid NOT NULL,
    employer_id text NOT NULL,
    way int NOT NULL,
    months daterange NOT NULL,
    CONSTRAINT special_cover_pkey PRIMARY KEY (pooling_area, case_id),
    CONSTRAINT special_cover_once
        EXCLUDE USING gist (employer_id WITH =, pooling_area WITH =, months WITH &&)
);
SELECT protect('special_cover', 'employer_id');
