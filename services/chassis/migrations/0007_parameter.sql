-- Parameters that an area has set for itself (article 151); national ones come with the release.
-- A value set again for the same date corrects the earlier one, which stays.
CREATE TABLE local_parameter (
    pooling_area text NOT NULL,
    name text NOT NULL,
    from_on date NOT NULL,
    value text NOT NULL,
    source text NOT NULL,
    case_id uuid NOT NULL,
    set_at timestamptz NOT NULL,
    CONSTRAINT local_parameter_pkey PRIMARY KEY (pooling_area, name, from_on, case_id)
);
SELECT protect('local_parameter');
SELECT append_only('local_parameter');
-- The law is public: an employer or an insured person is told by the same figures as a clerk.
CREATE POLICY law_is_public ON local_parameter FOR SELECT
    USING ((SELECT current_setting('app.pooling_area', true)) IN (pooling_area, '*'));
