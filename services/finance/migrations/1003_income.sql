-- What collection hands over to be written off, and what was answered (article 37).
CREATE TABLE remainder (
    pooling_area text NOT NULL,
    -- The case in which it was handed over.
    case_id uuid NOT NULL,
    arrival bigint GENERATED ALWAYS AS IDENTITY,
    employer_id text NOT NULL,
    -- As it was told (contract message).
    content bytea NOT NULL,
    CONSTRAINT remainder_pkey PRIMARY KEY (pooling_area, case_id)
);
CREATE INDEX remainder_arrival ON remainder (pooling_area, arrival);
SELECT protect('remainder');
SELECT append_only('remainder');

CREATE TABLE remainder_answer (
    pooling_area text NOT NULL,
    case_id uuid NOT NULL,
    answered_in uuid NOT NULL,
    approved boolean NOT NULL,
    CONSTRAINT remainder_answer_pkey PRIMARY KEY (pooling_area, case_id),
    CONSTRAINT remainder_answer_fkey FOREIGN KEY (pooling_area, case_id)
        REFERENCES remainder (pooling_area, case_id)
);
SELECT protect('remainder_answer');
SELECT append_only('remainder_answer');

-- What was drawn as reserve and for prevention (articles 93 and 94).
CREATE TABLE fund_draw (
    pooling_area text NOT NULL,
    case_id uuid NOT NULL,
    arrival bigint GENERATED ALWAYS AS IDENTITY,
    kind int NOT NULL,
    year int NOT NULL,
    amount numeric(16, 2) NOT NULL,
    drawn_on date NOT NULL,
    CONSTRAINT fund_draw_pkey PRIMARY KEY (pooling_area, case_id),
    CONSTRAINT fund_draw_amount CHECK (amount > 0)
);
CREATE INDEX fund_draw_year ON fund_draw (pooling_area, kind, year);
SELECT protect('fund_draw');
SELECT append_only('fund_draw');

-- Receipt forms: books that were taken in, and each form that was issued or voided, in the order of the numbers (article 149).
CREATE TABLE receipt_book (
    pooling_area text NOT NULL,
    book_id uuid NOT NULL,
    arrival bigint GENERATED ALWAYS AS IDENTITY,
    kind text NOT NULL,
    prefix text NOT NULL,
    first_number bigint NOT NULL,
    last_number bigint NOT NULL,
    taken_on date NOT NULL,
    CONSTRAINT receipt_book_pkey PRIMARY KEY (pooling_area, book_id),
    CONSTRAINT receipt_book_numbers EXCLUDE USING gist
        (pooling_area WITH =, prefix WITH =, int8range(first_number, last_number, '[]') WITH &&)
);
SELECT protect('receipt_book');

CREATE TABLE receipt_form (
    pooling_area text NOT NULL,
    book_id uuid NOT NULL,
    number bigint NOT NULL,
    payer text NOT NULL,
    amount numeric(16, 2),
    summary text NOT NULL,
    voided boolean NOT NULL,
    used_on date NOT NULL,
    CONSTRAINT receipt_form_pkey PRIMARY KEY (pooling_area, book_id, number),
    CONSTRAINT receipt_form_book_fkey FOREIGN KEY (pooling_area, book_id)
        REFERENCES receipt_book (pooling_area, book_id),
    CONSTRAINT receipt_form_amount CHECK (voided = (amount IS NULL))
);
SELECT protect('receipt_form');
SELECT append_only('receipt_form');
