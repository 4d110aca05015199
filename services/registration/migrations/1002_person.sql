-- Insured persons, what changed of them, and their cards (articles 6, 8, 9, 13, 150).
CREATE TABLE person (
    pooling_area text NOT NULL,
    person_id uuid NOT NULL,
    identity_kind int NOT NULL,
    identity_number text NOT NULL,
    name text NOT NULL,
    sex int NOT NULL,
    born_on date NOT NULL,
    nationality text NOT NULL,
    died_on date,
    CONSTRAINT person_pkey PRIMARY KEY (pooling_area, person_id),
    CONSTRAINT person_identity_key UNIQUE (pooling_area, identity_number, identity_kind),
    CONSTRAINT person_dies_after_birth CHECK (died_on >= born_on),
    -- Who has a citizen's number (kind 1) is a citizen, and nobody else is (articles 8 and 150).
    CONSTRAINT person_nationality_of_paper CHECK ((identity_kind = 1) = (nationality = 'CHN'))
);
SELECT protect('person', 'person_id');

CREATE TABLE person_change (
    pooling_area text NOT NULL,
    person_id uuid NOT NULL,
    change_no bigint GENERATED ALWAYS AS IDENTITY,
    changed_on date NOT NULL,
    -- The person (contract message) before and after.
    before bytea NOT NULL,
    after bytea NOT NULL,
    -- The case or the notice that it rests on.
    source uuid NOT NULL,
    CONSTRAINT person_change_pkey PRIMARY KEY (pooling_area, person_id, change_no),
    CONSTRAINT person_change_person_fkey FOREIGN KEY (pooling_area, person_id) REFERENCES person
);
SELECT protect('person_change', 'person_id');
SELECT append_only('person_change');

CREATE TABLE card (
    pooling_area text NOT NULL,
    card_no bigint GENERATED ALWAYS AS IDENTITY,
    card_number text NOT NULL GENERATED ALWAYS AS (pooling_area || lpad(card_no::text, 10, '0')) STORED,
    person_id uuid NOT NULL,
    issued_on date NOT NULL,
    -- The day from which it carries the present name and number.
    updated_on date NOT NULL,
    CONSTRAINT card_pkey PRIMARY KEY (pooling_area, card_no),
    CONSTRAINT card_one_each UNIQUE (pooling_area, person_id),
    CONSTRAINT card_person_fkey FOREIGN KEY (pooling_area, person_id) REFERENCES person
);
CREATE UNIQUE INDEX card_number_once ON card (pooling_area, card_number);
SELECT protect('card', 'person_id');
