-- Reviews of cash claims: what was objected (article 90).
ALTER TABLE cash_claim
    -- Form 90-E of a review (contract message); null of every other decision.
    ADD COLUMN objection bytea;
