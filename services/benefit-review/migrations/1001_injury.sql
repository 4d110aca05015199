-- Accidents, what was decided of them outside, and registered injuries (articles 53-60).
CREATE TABLE accident (
    pooling_area text NOT NULL,
    -- The case in which it was filed.
    accident_id uuid NOT NULL,
    employer_id text NOT NULL,
    person_id uuid NOT NULL,
    happened_on date NOT NULL,
    filed_on date NOT NULL,
    recognition_due_on date NOT NULL,
    -- Form 5-1 (contract message).
    form bytea NOT NULL,
    CONSTRAINT accident_pkey PRIMARY KEY (pooling_area, accident_id),
    CONSTRAINT accident_filed_once UNIQUE (pooling_area, person_id, employer_id, happened_on)
);
SELECT protect('accident', 'employer_id', 'person_id');
SELECT append_only('accident');

-- Decisions of the administrative department, and their revocations.
CREATE TABLE recognition (
    pooling_area text NOT NULL,
    recognition_number text NOT NULL,
    revoked boolean NOT NULL,
    arrival bigint GENERATED ALWAYS AS IDENTITY,
    person_id uuid NOT NULL,
    employer_id text NOT NULL,
    -- As it was received (contract message).
    content bytea NOT NULL,
    CONSTRAINT recognition_pkey PRIMARY KEY (pooling_area, recognition_number, revoked)
);
CREATE INDEX recognition_person ON recognition (pooling_area, person_id);
SELECT protect('recognition', 'employer_id', 'person_id');
SELECT append_only('recognition');

-- Conclusions of the appraisal committee.
CREATE TABLE conclusion (
    pooling_area text NOT NULL,
    conclusion_number text NOT NULL,
    arrival bigint GENERATED ALWAYS AS IDENTITY,
    person_id uuid NOT NULL,
    -- As it was received (contract message).
    content bytea NOT NULL,
    CONSTRAINT conclusion_pkey PRIMARY KEY (pooling_area, conclusion_number)
);
CREATE INDEX conclusion_person ON conclusion (pooling_area, person_id);
SELECT protect('conclusion', 'person_id');
SELECT append_only('conclusion');

CREATE TABLE injury (
    pooling_area text NOT NULL,
    -- The case in which it was registered.
    injury_id uuid NOT NULL,
    person_id uuid NOT NULL,
    employer_id text NOT NULL,
    recognition_number text NOT NULL,
    accident_id uuid,
    -- Form 56-A (contract message): what registration and collection said is kept with it.
    decision bytea NOT NULL,
    -- ICD-10 codes of what was recognised.
    diagnoses text[] NOT NULL,
    CONSTRAINT injury_pkey PRIMARY KEY (pooling_area, injury_id),
    CONSTRAINT injury_registered_once UNIQUE (pooling_area, recognition_number)
);
CREATE INDEX injury_person ON injury (pooling_area, person_id, injury_id);
CREATE INDEX injury_employer ON injury (pooling_area, employer_id, injury_id);
SELECT protect('injury', 'employer_id', 'person_id');
SELECT append_only('injury');

-- Who stands beside an injured employee, from a day on: the last row holds.
CREATE TABLE injury_relation (
    pooling_area text NOT NULL,
    injury_id uuid NOT NULL,
    from_on date NOT NULL,
    state int NOT NULL,
    employer_id text NOT NULL,
    person_id uuid NOT NULL,
    case_id uuid NOT NULL,
    CONSTRAINT injury_relation_pkey PRIMARY KEY (pooling_area, injury_id, case_id),
    CONSTRAINT injury_relation_one_a_day UNIQUE (pooling_area, injury_id, from_on),
    CONSTRAINT injury_relation_injury_fkey FOREIGN KEY (pooling_area, injury_id) REFERENCES injury
);
SELECT protect('injury_relation', 'employer_id', 'person_id');
SELECT append_only('injury_relation');

-- Appraisals that were registered with an injury: the one concluded last holds.
CREATE TABLE work_capacity (
    pooling_area text NOT NULL,
    injury_id uuid NOT NULL,
    conclusion_number text NOT NULL,
    employer_id text NOT NULL,
    person_id uuid NOT NULL,
    concluded_on date NOT NULL,
    disability_grade int NOT NULL,
    nursing_grade int NOT NULL,
    case_id uuid NOT NULL,
    CONSTRAINT work_capacity_pkey PRIMARY KEY (pooling_area, injury_id, conclusion_number),
    CONSTRAINT work_capacity_one_a_day UNIQUE (pooling_area, injury_id, concluded_on),
    CONSTRAINT work_capacity_injury_fkey FOREIGN KEY (pooling_area, injury_id) REFERENCES injury,
    CONSTRAINT work_capacity_grade CHECK (disability_grade BETWEEN 0 AND 10)
);
SELECT protect('work_capacity', 'employer_id', 'person_id');
SELECT append_only('work_capacity');

-- Who died, as registration told last; none where a death that was told was none (article 54).
CREATE TABLE death (
    pooling_area text NOT NULL,
    person_id uuid NOT NULL,
    died_on date,
    CONSTRAINT death_pkey PRIMARY KEY (pooling_area, person_id)
);
SELECT protect('death', 'person_id');
