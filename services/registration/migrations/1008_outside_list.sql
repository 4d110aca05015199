-- Lists from outside, held against the register row by row (article 125).
CREATE TABLE outside_row (
    pooling_area text NOT NULL,
    batch_id uuid NOT NULL,
    row_no bigint NOT NULL,
    -- The day of which the list is true.
    as_of date NOT NULL,
    -- The employer and the person whom the row is about; empty and NULL where none is registered.
    employer_id text NOT NULL,
    person_id uuid,
    CONSTRAINT outside_row_pkey PRIMARY KEY (pooling_area, batch_id, row_no)
);
CREATE INDEX outside_row_employer ON outside_row (pooling_area, batch_id, employer_id);
CREATE INDEX outside_row_person ON outside_row (pooling_area, batch_id, person_id);
SELECT protect('outside_row');
SELECT append_only('outside_row');

ALTER TABLE difference
    ALTER COLUMN notice_id DROP NOT NULL,
    ADD COLUMN batch_id uuid,
    ADD COLUMN row_no bigint NOT NULL DEFAULT 0,
    -- Of an employer that is not registered.
    ADD COLUMN code text NOT NULL DEFAULT '',
    -- The application that brought it to light.
    ADD COLUMN case_id uuid,
    ADD CONSTRAINT difference_from_one_source CHECK (num_nonnulls(notice_id, batch_id, case_id) = 1);
CREATE INDEX difference_batch ON difference (pooling_area, batch_id) WHERE batch_id IS NOT NULL;
CREATE INDEX difference_person ON difference (pooling_area, person_id, kind) WHERE state = 1;
