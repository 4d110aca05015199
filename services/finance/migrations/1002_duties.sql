-- Who holds which post of the finance department (article 106).
CREATE TABLE post_holder (
    pooling_area text NOT NULL,
    assignment_no bigint GENERATED ALWAYS AS IDENTITY,
    clerk_id text NOT NULL,
    clerk_name text NOT NULL,
    post int NOT NULL,
    held daterange NOT NULL,
    case_id uuid NOT NULL,
    CONSTRAINT post_holder_pkey PRIMARY KEY (pooling_area, assignment_no),
    CONSTRAINT post_holder_once EXCLUDE USING gist
        (pooling_area WITH =, clerk_id WITH =, post WITH =, held WITH &&),
    CONSTRAINT post_holder_held CHECK (NOT isempty(held))
);
SELECT protect('post_holder');
