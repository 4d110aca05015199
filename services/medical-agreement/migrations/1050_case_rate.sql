-- Rates by group of diagnoses (按病种付费), as the terms of an agreement set them: code, name and yuan of each.
ALTER TABLE agreement_term
    ADD COLUMN rate_codes text[] NOT NULL DEFAULT '{}',
    ADD COLUMN rate_names text[] NOT NULL DEFAULT '{}',
    ADD COLUMN rate_amounts numeric(14, 2)[] NOT NULL DEFAULT '{}',
    ADD CONSTRAINT agreement_term_rates_are_whole CHECK (
        cardinality(rate_codes) = cardinality(rate_names)
        AND cardinality(rate_codes) = cardinality(rate_amounts));
