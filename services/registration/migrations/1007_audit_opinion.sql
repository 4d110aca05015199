-- What audit has on the employers of a verification round (article 18). The last opinion of a round
-- counts.
CREATE TABLE audit_opinion (
    pooling_area text NOT NULL,
    round_id uuid NOT NULL,
    opinion_no bigint GENERATED ALWAYS AS IDENTITY,
    case_id uuid NOT NULL,
    given_on date NOT NULL,
    CONSTRAINT audit_opinion_pkey PRIMARY KEY (pooling_area, round_id, opinion_no)
);
SELECT protect('audit_opinion');
SELECT append_only('audit_opinion');

CREATE TABLE audit_matter (
    pooling_area text NOT NULL,
    case_id uuid NOT NULL,
    employer_id text NOT NULL,
    matter_number text NOT NULL,
    finding text NOT NULL,
    violation boolean NOT NULL,
    CONSTRAINT audit_matter_pkey PRIMARY KEY (pooling_area, case_id, employer_id, matter_number)
);
SELECT protect('audit_matter', 'employer_id');
SELECT append_only('audit_matter');
