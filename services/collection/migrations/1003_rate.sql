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
    occupational_diseases int NOT NULL,
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
    -- Division of GB/T 4754 in which the employer was reviewed.
    industry_code text NOT NULL,
    -- The run or the case that set it.
    source uuid NOT NULL,
    CONSTRAINT employer_tier_pkey PRIMARY KEY (pooling_area, employer_id, from_month),
    CONSTRAINT employer_tier_exists CHECK (tier BETWEEN -2 AND 2)
);
SELECT protect('employer_tier', 'employer_id');

-- What the rate of an employer in a month (given by its first day) follows from: the industry that was set
-- last before the month's end, and the tier to which it floated, as long as it has stayed in the industry in
-- which it was reviewed (articles 25, 26). No row where no industry is known. The planner puts it in place.
CREATE FUNCTION rated(area text, employer text, month date) RETURNS TABLE (industry_code text, tier int)
LANGUAGE sql STABLE AS $$
    SELECT industry.industry_code,
           CASE WHEN held.industry_code = industry.industry_code AND NOT EXISTS (
                         SELECT FROM employer_industry between_them
                         WHERE between_them.pooling_area = area AND between_them.employer_id = employer
                           AND between_them.from_on >= held.from_month + interval '1 month'
                           AND between_them.from_on < month + interval '1 month'
                           AND between_them.industry_code <> held.industry_code)
                THEN held.tier ELSE 0 END
    FROM (SELECT i.industry_code FROM employer_industry i
          WHERE i.pooling_area = area AND i.employer_id = employer
            AND i.from_on < month + interval '1 month'
          ORDER BY i.from_on DESC LIMIT 1) AS industry
    LEFT JOIN LATERAL (
          SELECT t.tier, t.industry_code, t.from_month FROM employer_tier t
          WHERE t.pooling_area = area AND t.employer_id = employer AND t.from_month <= month
          ORDER BY t.from_month DESC LIMIT 1) AS held ON true
$$;

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
