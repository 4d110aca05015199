-- Ends of labour relations that never were, or were on another day (article 60).
ALTER TABLE injury_relation
    -- Ends of the injury's relation that were corrected before it was kept.
    ADD COLUMN correction int NOT NULL DEFAULT 0,
    DROP CONSTRAINT injury_relation_one_a_day,
    ADD CONSTRAINT injury_relation_one_a_day UNIQUE (pooling_area, injury_id, from_on, correction);

-- An end that does not hold any more, and the document that says so.
CREATE TABLE relation_correction (
    pooling_area text NOT NULL,
    injury_id uuid NOT NULL,
    -- Of the end as it was kept.
    from_on date NOT NULL,
    correction int NOT NULL,
    person_id uuid NOT NULL,
    employer_id text NOT NULL,
    basis text NOT NULL,
    -- The case in which it was signed.
    case_id uuid NOT NULL,
    CONSTRAINT relation_correction_pkey PRIMARY KEY (pooling_area, injury_id, from_on, correction),
    CONSTRAINT relation_correction_relation_fkey FOREIGN KEY (pooling_area, injury_id, from_on, correction)
        REFERENCES injury_relation (pooling_area, injury_id, from_on, correction)
);
SELECT protect('relation_correction', 'employer_id', 'person_id');
SELECT append_only('relation_correction');

-- Who stands beside an injured employee, as it holds.
CREATE VIEW relation_in_force WITH (security_invoker = true) AS
SELECT r.* FROM injury_relation r
WHERE NOT EXISTS (SELECT 1 FROM relation_correction c
    WHERE c.pooling_area = r.pooling_area AND c.injury_id = r.injury_id AND c.from_on = r.from_on
        AND c.correction = r.correction);
