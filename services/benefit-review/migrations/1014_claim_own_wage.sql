-- The own wage that a decision rests on (articles 68, 90): a review of one claim of an injury leaves the others where they were.
ALTER TABLE cash_claim
    -- What `own_wage_months` months came to, in yuan; null where nothing rests on an own wage.
    ADD COLUMN own_wage_sum numeric,
    ADD COLUMN own_wage_months int;
