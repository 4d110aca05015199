-- Bills, their lines, and what was decided of them (articles 61-65, 90).
CREATE TABLE encounter (
    pooling_area text NOT NULL,
    encounter_id uuid NOT NULL,
    -- The institution that sends it, or the employer that claims it; empty where the person claims.
    filed_by text NOT NULL,
    -- The treating institution where it sends the bill itself, and else empty: it sees its own bills only.
    institution_id text NOT NULL,
    -- The employer where it claims the bill, and else empty: what ails somebody is not its business.
    employer_id text NOT NULL,
    person_id uuid NOT NULL,
    recognition_number text NOT NULL,
    state int NOT NULL,
    kind int NOT NULL,
    -- Where: number of the institution, or its name.
    place text NOT NULL,
    visit_number text NOT NULL,
    admitted_on date NOT NULL,
    discharged_on date,
    -- As it was told, without the card (contract message).
    admission bytea NOT NULL,
    -- ICD-10 codes as they were known last, the principal one first.
    diagnoses text[] NOT NULL,
    -- Lines that count, and yuan of them.
    lines int NOT NULL,
    amount numeric(14, 2) NOT NULL,
    last_service_on date,
    compensated numeric(14, 2) NOT NULL DEFAULT 0,
    case_rate numeric(14, 2),
    settled_at timestamptz,
    settled_on date,
    -- The case in which its worth was signed.
    case_id uuid,
    CONSTRAINT encounter_pkey PRIMARY KEY (pooling_area, encounter_id),
    CONSTRAINT encounter_days CHECK (discharged_on >= admitted_on)
);
CREATE UNIQUE INDEX encounter_visit_once ON encounter (pooling_area, place, visit_number) WHERE state <> 5;
CREATE INDEX encounter_person ON encounter (pooling_area, person_id, encounter_id);
CREATE INDEX encounter_filer ON encounter (pooling_area, filed_by, encounter_id);
CREATE INDEX encounter_day ON encounter (pooling_area, institution_id, settled_on);
CREATE INDEX encounter_unclaimed ON encounter (pooling_area, institution_id, settled_on) WHERE state = 3;
SELECT protect('encounter', 'employer_id', 'institution_id', 'person_id');

-- An invoice is claimed once.
CREATE TABLE encounter_invoice (
    pooling_area text NOT NULL,
    invoice_number text NOT NULL,
    encounter_id uuid NOT NULL,
    CONSTRAINT encounter_invoice_pkey PRIMARY KEY (pooling_area, invoice_number)
);
SELECT protect('encounter_invoice');

CREATE TABLE bill_line (
    pooling_area text NOT NULL,
    encounter_id uuid NOT NULL,
    line_number int NOT NULL,
    institution_id text NOT NULL,
    employer_id text NOT NULL,
    person_id uuid NOT NULL,
    service_on date NOT NULL,
    code text NOT NULL,
    quantity numeric(12, 4) NOT NULL,
    unit_price numeric(14, 4) NOT NULL,
    amount numeric(12, 2) NOT NULL,
    -- As it was received (contract message).
    content bytea NOT NULL,
    CONSTRAINT bill_line_pkey PRIMARY KEY (pooling_area, encounter_id, line_number),
    CONSTRAINT bill_line_quantity CHECK (quantity > 0 AND unit_price > 0 AND amount > 0)
);
CREATE INDEX bill_line_service ON bill_line (pooling_area, person_id, service_on, code);
SELECT protect('bill_line', 'employer_id', 'institution_id', 'person_id');
SELECT append_only('bill_line');

-- Lines that were sent by mistake.
CREATE TABLE bill_line_void (
    pooling_area text NOT NULL,
    encounter_id uuid NOT NULL,
    line_number int NOT NULL,
    institution_id text NOT NULL,
    employer_id text NOT NULL,
    person_id uuid NOT NULL,
    CONSTRAINT bill_line_void_pkey PRIMARY KEY (pooling_area, encounter_id, line_number),
    CONSTRAINT bill_line_void_line_fkey FOREIGN KEY (pooling_area, encounter_id, line_number) REFERENCES bill_line
);
SELECT protect('bill_line_void', 'employer_id', 'institution_id', 'person_id');
SELECT append_only('bill_line_void');

-- What was decided of a bill; the last row stands for all before it.
CREATE TABLE settlement (
    pooling_area text NOT NULL,
    encounter_id uuid NOT NULL,
    sequence int NOT NULL,
    institution_id text NOT NULL,
    employer_id text NOT NULL,
    person_id uuid NOT NULL,
    settled_on date NOT NULL,
    total numeric(14, 2) NOT NULL,
    fund numeric(14, 2) NOT NULL,
    employer numeric(14, 2) NOT NULL,
    compensated numeric(14, 2) NOT NULL,
    nobody numeric(14, 2) NOT NULL,
    in_review numeric(14, 2) NOT NULL,
    -- Of the fund and of the employer.
    meals numeric(14, 2) NOT NULL,
    lines_in_review int NOT NULL,
    -- Line by line (contract message).
    content bytea NOT NULL,
    CONSTRAINT settlement_pkey PRIMARY KEY (pooling_area, encounter_id, sequence),
    CONSTRAINT settlement_adds_up CHECK (fund + employer + compensated + nobody + in_review = total)
);
CREATE INDEX settlement_in_review ON settlement (pooling_area, encounter_id, sequence) WHERE lines_in_review > 0;
SELECT protect('settlement', 'employer_id', 'institution_id', 'person_id');
SELECT append_only('settlement');

-- What persons found of lines; the last one holds.
CREATE TABLE line_review (
    pooling_area text NOT NULL,
    encounter_id uuid NOT NULL,
    line_number int NOT NULL,
    arrival bigint GENERATED ALWAYS AS IDENTITY,
    recognised numeric(12, 2) NOT NULL,
    finding text NOT NULL,
    reviewer text NOT NULL,
    -- Found on an objection: it counts for its decision alone until that is signed.
    on_objection boolean NOT NULL,
    CONSTRAINT line_review_pkey PRIMARY KEY (pooling_area, encounter_id, line_number, arrival),
    CONSTRAINT line_review_line_fkey FOREIGN KEY (pooling_area, encounter_id, line_number) REFERENCES bill_line
);
SELECT protect('line_review');
SELECT append_only('line_review');

-- What looked odd when a bill was first settled.
CREATE TABLE flag (
    pooling_area text NOT NULL,
    flag_id uuid NOT NULL,
    encounter_id uuid NOT NULL,
    kind int NOT NULL,
    place text NOT NULL,
    -- As it is shown (contract message).
    content bytea NOT NULL,
    CONSTRAINT flag_pkey PRIMARY KEY (pooling_area, flag_id)
);
CREATE INDEX flag_place ON flag (pooling_area, place, flag_id);
SELECT protect('flag');
SELECT append_only('flag');
