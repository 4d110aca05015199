-- Which appraisal a registered conclusion is of (article 55): that of an appeal stands in the place of the one that was not
-- accepted, from the start (工伤保险条例第二十六条).
ALTER TABLE work_capacity
    ADD COLUMN kind int NOT NULL DEFAULT 0,
    -- The registered conclusion in whose place it stands.
    ADD COLUMN replaces text,
    -- The day from which it holds, where that is not its own.
    ADD COLUMN holds_from date;
CREATE INDEX work_capacity_replaces ON work_capacity (pooling_area, injury_id, replaces) WHERE replaces IS NOT NULL;

-- The appraisals of injuries that stand: nothing of one in whose place another stands.
CREATE VIEW appraisal WITH (security_invoker = true) AS
SELECT c.pooling_area, c.injury_id, c.conclusion_number, c.kind, c.replaces, c.concluded_on,
    coalesce(c.holds_from, c.concluded_on) AS holds_from, c.disability_grade, c.nursing_grade
FROM work_capacity c
WHERE NOT EXISTS (SELECT 1 FROM work_capacity other
    WHERE other.pooling_area = c.pooling_area AND other.injury_id = c.injury_id
        AND other.replaces = c.conclusion_number);
