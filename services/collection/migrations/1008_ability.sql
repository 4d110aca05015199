-- What audit found employers able to repay (article 36), by the case in which it was asked. The finding
-- made last since the arrears began is the one that counts.
CREATE TABLE ability_finding (
    pooling_area text NOT NULL,
    case_id uuid NOT NULL,
    employer_id text NOT NULL,
    -- In full, in part, or not at all.
    ability smallint NOT NULL,
    document_number text NOT NULL,
    found_on date NOT NULL,
    CONSTRAINT ability_finding_pkey PRIMARY KEY (pooling_area, case_id),
    CONSTRAINT ability_finding_says_something CHECK (ability BETWEEN 1 AND 3 AND document_number <> '')
);
CREATE INDEX ability_finding_employer ON ability_finding (pooling_area, employer_id, found_on);
SELECT protect('ability_finding', 'employer_id');
