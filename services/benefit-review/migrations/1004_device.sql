-- Claims for devices as they were decided, and the devices that were recognised (articles 66, 67, 90).
CREATE TABLE device_claim (
    pooling_area text NOT NULL,
    -- The case in which it was decided first.
    claim_id uuid NOT NULL,
    -- 0 of the first decision; each review stands for all before it.
    sequence int NOT NULL,
    arrival bigint GENERATED ALWAYS AS IDENTITY,
    person_id uuid NOT NULL,
    recognition_number text NOT NULL,
    -- Who bears the duties of the employer of the injury.
    employer_id text NOT NULL,
    -- Who claimed: the person, an employer or an institution.
    payee_id text NOT NULL,
    -- The case in which this was signed.
    case_id uuid NOT NULL,
    decided_on date NOT NULL,
    -- Form 66-A (contract message).
    form bytea NOT NULL,
    -- Form 5-6 (contract message), as decided on it or anew on form 90-D.
    decision bytea NOT NULL,
    CONSTRAINT device_claim_pkey PRIMARY KEY (pooling_area, claim_id, sequence),
    CONSTRAINT device_claim_sequence CHECK (sequence >= 0)
);
CREATE INDEX device_claim_arrival ON device_claim (pooling_area, arrival);
CREATE INDEX device_claim_person ON device_claim (pooling_area, person_id, arrival);
CREATE INDEX device_claim_employer ON device_claim (pooling_area, employer_id, arrival);
CREATE INDEX device_claim_payee ON device_claim (pooling_area, payee_id, arrival);
SELECT protect('device_claim', 'employer_id', 'payee_id', 'person_id');
SELECT append_only('device_claim');

-- Each device that was recognised, once: no other claim has it.
CREATE TABLE claimed_device (
    pooling_area text NOT NULL,
    -- Number of the institution that fitted it; out of the area its name.
    maker text NOT NULL,
    code text NOT NULL,
    serial_number text NOT NULL,
    claim_id uuid NOT NULL,
    -- Of the decision that recognised it first.
    sequence int NOT NULL,
    person_id uuid NOT NULL,
    approval_id uuid NOT NULL,
    CONSTRAINT claimed_device_pkey PRIMARY KEY (pooling_area, maker, code, serial_number),
    CONSTRAINT claimed_device_claim_fkey FOREIGN KEY (pooling_area, claim_id, sequence)
        REFERENCES device_claim
);
CREATE INDEX claimed_device_claim ON claimed_device (pooling_area, claim_id);
SELECT protect('claimed_device', 'person_id');
SELECT append_only('claimed_device');
