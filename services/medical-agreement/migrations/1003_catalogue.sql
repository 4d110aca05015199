-- Catalogues of what the fund pays for, and from when on each list of items is in force (article 43).
CREATE TABLE catalogue_version (
    pooling_area text NOT NULL,
    kind int NOT NULL,
    effective_on date NOT NULL,
    list_id uuid NOT NULL,
    CONSTRAINT catalogue_version_pkey PRIMARY KEY (pooling_area, kind, effective_on)
);
SELECT protect('catalogue_version');
SELECT append_only('catalogue_version');

CREATE TABLE catalogue_item (
    pooling_area text NOT NULL,
    list_id uuid NOT NULL,
    kind int NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    unit text NOT NULL,
    price_limit numeric,
    useful_months int NOT NULL,
    CONSTRAINT catalogue_item_pkey PRIMARY KEY (pooling_area, list_id, code)
);
SELECT protect('catalogue_item');
SELECT append_only('catalogue_item');
