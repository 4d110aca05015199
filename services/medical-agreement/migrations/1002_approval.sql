-- What was approved for injured employees, of all sections (articles 41, 42, 44, 45, 47, 48, 50, 51).
CREATE TABLE approval (
    pooling_area text NOT NULL,
    approval_id uuid NOT NULL,
    kind int NOT NULL,
    person_id uuid NOT NULL,
    recognition_number text NOT NULL,
    institution_id text NOT NULL,
    employer_id text NOT NULL,
    -- From the first to the last day; empty where it was ended before it began.
    period daterange NOT NULL,
    -- The approval as it was given (contract message).
    content bytea NOT NULL,
    case_id uuid NOT NULL,
    CONSTRAINT approval_pkey PRIMARY KEY (pooling_area, approval_id),
    -- Devices (kinds 6 and 7) may be approved one after the other for the same days. An accident that is not
    -- recognised yet, and has no number, may be any of the person's injuries: its range meets each of theirs.
    CONSTRAINT approval_one_at_a_time EXCLUDE USING gist
        (person_id WITH =, kind WITH =, (CASE WHEN recognition_number = '' THEN numrange(NULL, NULL)
            ELSE numrange(hashtextextended(recognition_number, 0), hashtextextended(recognition_number, 0), '[]')
            END) WITH &&, pooling_area WITH =, period WITH &&)
        WHERE (kind NOT IN (6, 7))
);
CREATE INDEX approval_person ON approval (pooling_area, person_id, approval_id);
CREATE INDEX approval_employer ON approval (pooling_area, employer_id, approval_id);
CREATE INDEX approval_institution ON approval (pooling_area, institution_id, approval_id);
SELECT protect('approval', 'person_id', 'institution_id', 'employer_id');
