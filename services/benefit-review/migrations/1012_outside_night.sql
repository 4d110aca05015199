-- A night outside of the area for which board and lodging were granted (article 64): each is granted once.
CREATE TABLE outside_night (
    pooling_area text NOT NULL,
    person_id uuid NOT NULL,
    night date NOT NULL,
    -- The case in which it was granted.
    case_id uuid NOT NULL,
    CONSTRAINT outside_night_pkey PRIMARY KEY (pooling_area, person_id, night)
);
SELECT protect('outside_night', 'person_id');
