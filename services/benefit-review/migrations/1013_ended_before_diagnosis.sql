-- A disease may be found after the labour relation (article 57): who registers it keeps the relation and its end in one case.
ALTER TABLE injury_relation
    DROP CONSTRAINT injury_relation_pkey,
    ADD CONSTRAINT injury_relation_pkey PRIMARY KEY (pooling_area, injury_id, case_id, from_on);
