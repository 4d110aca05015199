-- The three catalogues and that of devices (articles 43 and 51).

-- Items of the lists that arrived, by the batch in which each did. Only a version puts a list in force.
CREATE TABLE catalogue_item (
    pooling_area text NOT NULL,
    list_id uuid NOT NULL,
    code text NOT NULL,
    -- Where it stands in the batch, from 0.
    row_no bigint NOT NULL,
    kind int NOT NULL,
    name text NOT NULL,
    -- None where the price is not limited.
    price_limit numeric,
    -- The item (contract message), written in one way: what differs in it differs.
    content bytea NOT NULL,
    CONSTRAINT catalogue_item_pkey PRIMARY KEY (pooling_area, list_id, code)
);
SELECT protect('catalogue_item');
SELECT append_only('catalogue_item');

-- Which list is in force from which day on, until the next one of its kind is.
CREATE TABLE catalogue_version (
    pooling_area text NOT NULL,
    kind int NOT NULL,
    effective_on date NOT NULL,
    list_id uuid NOT NULL,
    items int NOT NULL,
    title text NOT NULL,
    document_number text NOT NULL,
    -- The case in which it was put in force.
    case_id uuid NOT NULL,
    CONSTRAINT catalogue_version_pkey PRIMARY KEY (pooling_area, kind, effective_on)
);
SELECT protect('catalogue_version');
SELECT append_only('catalogue_version');
