-- Employers that ended, and their staff, who are kept apart from the insured (articles 14-16).
CREATE TABLE deregistration (
    pooling_area text NOT NULL,
    case_id uuid NOT NULL,
    deregistration_no bigint GENERATED ALWAYS AS IDENTITY,
    employer_id text NOT NULL,
    ground int NOT NULL,
    ended_on date NOT NULL,
    forced boolean NOT NULL,
    document_number text NOT NULL,
    document_issuer text NOT NULL,
    document_issued_on date,
    successor_employer_id text NOT NULL,
    decided_on date NOT NULL,
    CONSTRAINT deregistration_pkey PRIMARY KEY (pooling_area, case_id),
    CONSTRAINT deregistration_employer_fkey FOREIGN KEY (pooling_area, employer_id) REFERENCES employer
);
CREATE INDEX deregistration_newest ON deregistration (pooling_area, deregistration_no DESC);
SELECT protect('deregistration', 'employer_id');
SELECT append_only('deregistration');

CREATE TABLE separated_employee (
    pooling_area text NOT NULL,
    enrolment_id uuid NOT NULL,
    employer_id text NOT NULL,
    person_id uuid NOT NULL,
    separated_on date NOT NULL,
    case_id uuid NOT NULL,
    CONSTRAINT separated_employee_pkey PRIMARY KEY (pooling_area, enrolment_id),
    CONSTRAINT separated_employee_enrolment_fkey
        FOREIGN KEY (pooling_area, enrolment_id) REFERENCES enrolment
);
CREATE INDEX separated_employee_employer ON separated_employee (pooling_area, employer_id, person_id);
SELECT protect('separated_employee', 'employer_id', 'person_id');
SELECT append_only('separated_employee');
