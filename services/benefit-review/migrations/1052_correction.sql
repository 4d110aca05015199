-- What came from outside may be corrected by who sent it (articles 54, 55): each correction is a further version, the last holds.
ALTER TABLE recognition
    ADD COLUMN version int NOT NULL DEFAULT 0,
    DROP CONSTRAINT recognition_pkey,
    ADD CONSTRAINT recognition_pkey PRIMARY KEY (pooling_area, recognition_number, revoked, version);
ALTER TABLE conclusion
    ADD COLUMN version int NOT NULL DEFAULT 0,
    DROP CONSTRAINT conclusion_pkey,
    ADD CONSTRAINT conclusion_pkey PRIMARY KEY (pooling_area, conclusion_number, version);

-- A corrected conclusion is registered again under its number, be it of the same day: the last of a number holds.
ALTER TABLE work_capacity
    ADD COLUMN sequence int NOT NULL DEFAULT 0,
    DROP CONSTRAINT work_capacity_pkey,
    ADD CONSTRAINT work_capacity_pkey PRIMARY KEY (pooling_area, injury_id, conclusion_number, sequence),
    DROP CONSTRAINT work_capacity_one_a_day;

-- The appraisals of injuries that stand: nothing of one that was corrected, or in whose place another stands.
CREATE OR REPLACE VIEW appraisal WITH (security_invoker = true) AS
SELECT c.pooling_area, c.injury_id, c.conclusion_number, c.kind, c.replaces, c.concluded_on,
    coalesce(c.holds_from, c.concluded_on) AS holds_from, c.disability_grade, c.nursing_grade
FROM work_capacity c
WHERE NOT EXISTS (SELECT 1 FROM work_capacity other
    WHERE other.pooling_area = c.pooling_area AND other.injury_id = c.injury_id
        AND other.replaces = c.conclusion_number)
    AND NOT EXISTS (SELECT 1 FROM work_capacity later
        WHERE later.pooling_area = c.pooling_area AND later.injury_id = c.injury_id
            AND later.conclusion_number = c.conclusion_number AND later.sequence > c.sequence);

-- The version of the recognition that an injury was registered by, and registrations anew by a corrected one.
ALTER TABLE injury ADD COLUMN recognition_version int NOT NULL DEFAULT 0;
CREATE TABLE injury_correction (
    pooling_area text NOT NULL,
    injury_id uuid NOT NULL,
    recognition_version int NOT NULL,
    employer_id text NOT NULL,
    person_id uuid NOT NULL,
    case_id uuid NOT NULL,
    -- What stands of the registration (contract message, as of form 56-A).
    decision bytea NOT NULL,
    -- ICD-10 codes of what was recognised.
    diagnoses text[] NOT NULL,
    CONSTRAINT injury_correction_pkey PRIMARY KEY (pooling_area, injury_id, recognition_version),
    CONSTRAINT injury_correction_injury_fkey FOREIGN KEY (pooling_area, injury_id) REFERENCES injury,
    CONSTRAINT injury_correction_version CHECK (recognition_version > 0)
);
SELECT protect('injury_correction', 'employer_id', 'person_id');
SELECT append_only('injury_correction');
