-- Assistive devices that were approved, what was fitted of them, and checks of that (articles 50-52).
CREATE TABLE device (
    pooling_area text NOT NULL,
    -- In the order in which they were approved.
    device_id uuid NOT NULL,
    approval_id uuid NOT NULL,
    person_id uuid NOT NULL,
    recognition_number text NOT NULL,
    institution_id text NOT NULL,
    institution_name text NOT NULL,
    employer_id text NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    quantity int NOT NULL,
    -- Yuan for all of them at most; none where the catalogue sets no limit.
    at_most numeric,
    -- As in the catalogue in force on the day of the application.
    useful_months int NOT NULL,
    CONSTRAINT device_pkey PRIMARY KEY (pooling_area, device_id),
    CONSTRAINT device_approval_key UNIQUE (pooling_area, approval_id, code),
    CONSTRAINT device_approval_fkey FOREIGN KEY (pooling_area, approval_id) REFERENCES approval,
    CONSTRAINT device_is_some CHECK (quantity > 0)
);
CREATE INDEX device_person ON device (pooling_area, person_id, device_id);
CREATE INDEX device_institution ON device (pooling_area, institution_id, device_id);
CREATE INDEX device_employer ON device (pooling_area, employer_id, device_id);
SELECT protect('device', 'person_id', 'institution_id', 'employer_id');
SELECT append_only('device');

-- Each device of those, as it was fitted: the first of them is piece 1.
CREATE TABLE fitted_device (
    pooling_area text NOT NULL,
    device_id uuid NOT NULL,
    piece int NOT NULL,
    person_id uuid NOT NULL,
    institution_id text NOT NULL,
    employer_id text NOT NULL,
    -- The number of who fitted it, or out of the area its name: each numbers its own devices.
    fitted_by text NOT NULL,
    code text NOT NULL,
    serial_number text NOT NULL,
    fitted_on date NOT NULL,
    warranty_until_on date NOT NULL,
    CONSTRAINT fitted_device_pkey PRIMARY KEY (pooling_area, device_id, piece),
    CONSTRAINT fitted_device_once UNIQUE (pooling_area, fitted_by, code, serial_number),
    CONSTRAINT fitted_device_device_fkey FOREIGN KEY (pooling_area, device_id) REFERENCES device,
    CONSTRAINT fitted_device_warranty CHECK (warranty_until_on >= fitted_on)
);
SELECT protect('fitted_device', 'person_id', 'institution_id', 'employer_id');
SELECT append_only('fitted_device');

CREATE TABLE device_check (
    pooling_area text NOT NULL,
    -- In the order in which they were recorded.
    check_id uuid NOT NULL,
    institution_id text NOT NULL,
    approval_id uuid NOT NULL,
    person_id uuid NOT NULL,
    checked_on date NOT NULL,
    quality_kept boolean NOT NULL,
    fits boolean NOT NULL,
    serviced boolean NOT NULL,
    finding text NOT NULL,
    CONSTRAINT device_check_pkey PRIMARY KEY (pooling_area, check_id),
    CONSTRAINT device_check_once UNIQUE (pooling_area, approval_id, checked_on),
    CONSTRAINT device_check_approval_fkey FOREIGN KEY (pooling_area, approval_id) REFERENCES approval,
    CONSTRAINT device_check_is_explained
        CHECK (quality_kept AND fits AND serviced OR finding <> '')
);
CREATE INDEX device_check_institution ON device_check (pooling_area, institution_id, check_id);
SELECT protect('device_check', 'institution_id');
SELECT append_only('device_check');
