-- The signed lists on which hand-overs to audit were put (articles 21, 148). The day hands over; nobody
-- has to remember it.
CREATE TABLE certificate_hand_over_list (
    pooling_area text NOT NULL,
    certificate_number text NOT NULL,
    due_on date NOT NULL,
    expired boolean NOT NULL,
    run_id uuid NOT NULL,
    CONSTRAINT certificate_hand_over_list_pkey
        PRIMARY KEY (pooling_area, certificate_number, due_on, expired),
    CONSTRAINT certificate_hand_over_list_hand_over_fkey
        FOREIGN KEY (pooling_area, certificate_number, due_on, expired) REFERENCES certificate_hand_over
);
SELECT protect('certificate_hand_over_list');
SELECT append_only('certificate_hand_over_list');

-- The journal entry of the day under which it was handed over.
ALTER TABLE certificate_hand_over RENAME COLUMN run_id TO request_id;
