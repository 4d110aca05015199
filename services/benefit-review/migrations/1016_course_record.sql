-- Records of the course of treatments as received (article 63).
CREATE TABLE course_record (
    pooling_area text NOT NULL,
    encounter_id uuid NOT NULL,
    record_number int NOT NULL,
    institution_id text NOT NULL,
    employer_id text NOT NULL,
    person_id uuid NOT NULL,
    recorded_on date NOT NULL,
    -- As it was received (contract message).
    content bytea NOT NULL,
    CONSTRAINT course_record_pkey PRIMARY KEY (pooling_area, encounter_id, record_number),
    CONSTRAINT course_record_encounter_fkey FOREIGN KEY (pooling_area, encounter_id) REFERENCES encounter
);
SELECT protect('course_record', 'employer_id', 'institution_id', 'person_id');
SELECT append_only('course_record');

-- Records that were sent by mistake.
CREATE TABLE course_record_void (
    pooling_area text NOT NULL,
    encounter_id uuid NOT NULL,
    record_number int NOT NULL,
    institution_id text NOT NULL,
    employer_id text NOT NULL,
    person_id uuid NOT NULL,
    CONSTRAINT course_record_void_pkey PRIMARY KEY (pooling_area, encounter_id, record_number),
    CONSTRAINT course_record_void_record_fkey FOREIGN KEY (pooling_area, encounter_id, record_number)
        REFERENCES course_record
);
SELECT protect('course_record_void', 'employer_id', 'institution_id', 'person_id');
SELECT append_only('course_record_void');
