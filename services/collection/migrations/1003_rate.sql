-- Floating rates: the facts of review periods, tiers over time, and the notices (articles 26, 27).
CREATE TABLE floating_fact (
    pooling_area text NOT NULL,
    employer_id text NOT NULL,
    -- First days of months: from the first month, up to and without the month after the last.
    period daterange NOT NULL,
    benefits numeric(16, 2) NOT NULL,
    injuries int NOT NULL,
    severe_cases int NOT NULL,
    deaths int NOT NULL,
    responsible_deaths int NOT NULL,
    -- The batch or the case that stated them.
    source uuid NOT NULL,
    CONSTRAINT floating_fact_pkey PRIMARY KEY (pooling_area, employer_id, period),
    CONSTRAINT floating_fact_responsible CHECK (responsible_deaths <= deaths)
);
SELECT protect('floating_fact', 'employer_id');

CREATE TABLE employer_tier (
    pooling_area text NOT NULL,
    employer_id text NOT NULL,
    -- First day of the month from which it holds, until the next row.
    from_month date NOT NULL,
    -- Signed number of tiers from the benchmark.
    tier int NOT NULL,
    -- The run or the case that set it.
    source uuid NOT NULL,
    CONSTRAINT employer_tier_pkey PRIMARY KEY (pooling_area, employer_id, from_month),
    CONSTRAINT employer_tier_exists CHECK (tier BETWEEN -2 AND 2)
);
SELECT protect('employer_tier', 'employer_id');

CREATE TABLE rate_notice (
    pooling_area text NOT NULL,
    notice_id uuid NOT NULL,
    employer_id text NOT NULL,
    review_period daterange NOT NULL,
    previous_rate numeric NOT NULL,
    rate numeric NOT NULL,
    tier int NOT NULL,
    effective_month date NOT NULL,
    decided_on date NOT NULL,
    notify_by date NOT NULL,
    -- No notice of public holidays was known for it.
    notify_by_provisional boolean NOT NULL,
    delivered_on date,
    grounds text NOT NULL,
    -- The run or the case that set the rate.
    source uuid NOT NULL,
    -- The notice that took its place after an objection.
    superseded_by uuid,
    CONSTRAINT rate_notice_pkey PRIMARY KEY (pooling_area, notice_id),
    CONSTRAINT rate_notice_once UNIQUE (pooling_area, source, employer_id),
    CONSTRAINT rate_notice_delivered_after_decision CHECK (delivered_on >= decided_on)
);
CREATE INDEX rate_notice_employer ON rate_notice (pooling_area, employer_id);
CREATE INDEX rate_notice_undelivered ON rate_notice (pooling_area, notify_by) WHERE delivered_on IS NULL;
SELECT protect('rate_notice', 'employer_id');

-- The yearly summaries (form 3-9) as they were signed last (article 27).
CREATE TABLE floating_report (
    pooling_area text NOT NULL,
    year int NOT NULL,
    case_id uuid NOT NULL,
    signed_on date NOT NULL,
    -- Form 3-9 (contract message).
    summary bytea NOT NULL,
    CONSTRAINT floating_report_pkey PRIMARY KEY (pooling_area, year)
);
SELECT protect('floating_report');
