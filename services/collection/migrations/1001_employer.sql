-- What registration told of employers and their insured: this service's own copy, written by the feed.
CREATE TABLE employer (
    pooling_area text NOT NULL,
    employer_id text NOT NULL,
    credit_code text NOT NULL,
    name text NOT NULL,
    starts_on date NOT NULL,
    -- Last day of insurance of a deregistered employer.
    ended_on date,
    CONSTRAINT employer_pkey PRIMARY KEY (pooling_area, employer_id)
);
SELECT protect('employer', 'employer_id');

-- Every code that an employer has or had, for bills show the code of their day (article 11(5)).
CREATE TABLE employer_code (
    pooling_area text NOT NULL,
    employer_id text NOT NULL,
    credit_code text NOT NULL,
    -- When registration last told that the employer had it.
    told_at timestamptz NOT NULL,
    CONSTRAINT employer_code_pkey PRIMARY KEY (pooling_area, employer_id, credit_code)
);
CREATE INDEX employer_code_credit_code ON employer_code (pooling_area, credit_code);
SELECT protect('employer_code', 'employer_id');

-- The division of GB/T 4754 from a date on; the class follows from it and the month (article 25).
CREATE TABLE employer_industry (
    pooling_area text NOT NULL,
    employer_id text NOT NULL,
    from_on date NOT NULL,
    industry_code text NOT NULL,
    CONSTRAINT employer_industry_pkey PRIMARY KEY (pooling_area, employer_id, from_on)
);
SELECT protect('employer_industry', 'employer_id');

-- One person's insurance through one employer. Registration holds the constraint that periods of one
-- person with one employer do not overlap; here each enrolment is one row.
CREATE TABLE insured (
    pooling_area text NOT NULL,
    employer_id text NOT NULL,
    enrolment_id uuid NOT NULL,
    person_id uuid NOT NULL,
    identity_number text NOT NULL,
    name text NOT NULL,
    -- Yuan a month as stated at hiring: the base until one is declared.
    wage numeric(12, 2) NOT NULL,
    -- First and last day of insurance.
    starts_on date NOT NULL,
    ends_on date,
    -- First days of months: the first one due, the first one that assessments charge by themselves, and
    -- the first one whose assessment counts the person. What lies between the latter two is charged with
    -- that assessment (article 10); what lies before both is paid back on form 3-11 (article 29).
    from_month date NOT NULL,
    charged_month date NOT NULL,
    declared_month date NOT NULL,
    -- First day of the month in which the person was reported: it and those after it are in time until the
    -- assessment that is the first to charge them is due, those before it never were.
    in_time_from date NOT NULL,
    -- Hired after the declaration window.
    pre_enrolled boolean NOT NULL,
    -- First day of the last month due.
    to_month date,
    CONSTRAINT insured_pkey PRIMARY KEY (pooling_area, employer_id, enrolment_id),
    CONSTRAINT insured_months_in_order CHECK
        (from_month <= charged_month AND charged_month <= in_time_from AND in_time_from <= declared_month)
);
-- Few are charged for months before the first that counts them.
CREATE INDEX insured_caught_up ON insured (pooling_area, declared_month, employer_id)
    WHERE charged_month < declared_month;
-- Few end, and of those few begin again in the same month.
CREATE INDEX insured_ended ON insured (pooling_area, to_month, employer_id) WHERE to_month IS NOT NULL;
CREATE INDEX insured_person ON insured (pooling_area, person_id);
SELECT protect('insured', 'employer_id', 'person_id');
