-- Rehabilitation: who would gain by it, what was approved of it and what became of it (articles 46-49).
CREATE TABLE candidate (
    pooling_area text NOT NULL,
    candidate_id uuid NOT NULL,
    institution_id text NOT NULL,
    person_id uuid NOT NULL,
    name text NOT NULL,
    recognition_number text NOT NULL,
    stable_on date NOT NULL,
    function_loss text NOT NULL,
    suggested_goal int NOT NULL,
    proposed_on date NOT NULL,
    batch_id uuid NOT NULL,
    CONSTRAINT candidate_pkey PRIMARY KEY (pooling_area, candidate_id),
    CONSTRAINT candidate_once UNIQUE (pooling_area, person_id, recognition_number)
);
CREATE INDEX candidate_institution ON candidate (pooling_area, institution_id, candidate_id);
SELECT protect('candidate', 'institution_id', 'person_id');
SELECT append_only('candidate');

-- Invitations that were delivered (step 1) and candidates who do not want to (step 2).
CREATE TABLE candidate_step (
    pooling_area text NOT NULL,
    candidate_id uuid NOT NULL,
    institution_id text NOT NULL,
    person_id uuid NOT NULL,
    step int NOT NULL,
    happened_on date NOT NULL,
    ground text NOT NULL,
    recorded_by text NOT NULL,
    CONSTRAINT candidate_step_pkey PRIMARY KEY (pooling_area, candidate_id, step),
    CONSTRAINT candidate_step_candidate_fkey
        FOREIGN KEY (pooling_area, candidate_id) REFERENCES candidate
);
SELECT protect('candidate_step', 'institution_id', 'person_id');
SELECT append_only('candidate_step');

CREATE TABLE rehabilitation (
    pooling_area text NOT NULL,
    -- The case in which it was approved.
    rehabilitation_id uuid NOT NULL,
    person_id uuid NOT NULL,
    name text NOT NULL,
    recognition_number text NOT NULL,
    institution_id text NOT NULL,
    employer_id text NOT NULL,
    goals int[] NOT NULL,
    CONSTRAINT rehabilitation_pkey PRIMARY KEY (pooling_area, rehabilitation_id)
);
CREATE INDEX rehabilitation_person
    ON rehabilitation (pooling_area, person_id, recognition_number, rehabilitation_id);
CREATE INDEX rehabilitation_institution
    ON rehabilitation (pooling_area, institution_id, rehabilitation_id);
CREATE INDEX rehabilitation_employer
    ON rehabilitation (pooling_area, employer_id, rehabilitation_id);
SELECT protect('rehabilitation', 'person_id', 'institution_id', 'employer_id');
SELECT append_only('rehabilitation');

-- The days of a stay as they were approved: at first, and by each extension.
CREATE TABLE rehabilitation_part (
    pooling_area text NOT NULL,
    rehabilitation_id uuid NOT NULL,
    -- The approval, and the case in which it was given.
    approval_id uuid NOT NULL,
    person_id uuid NOT NULL,
    institution_id text NOT NULL,
    employer_id text NOT NULL,
    period daterange NOT NULL,
    CONSTRAINT rehabilitation_part_pkey PRIMARY KEY (pooling_area, approval_id),
    CONSTRAINT rehabilitation_part_rehabilitation_fkey
        FOREIGN KEY (pooling_area, rehabilitation_id) REFERENCES rehabilitation,
    CONSTRAINT rehabilitation_part_holds_some_day CHECK (NOT isempty(period)),
    CONSTRAINT rehabilitation_part_one_at_a_time
        EXCLUDE USING gist (rehabilitation_id WITH =, pooling_area WITH =, period WITH &&)
);
SELECT protect('rehabilitation_part', 'person_id', 'institution_id', 'employer_id');
SELECT append_only('rehabilitation_part');

CREATE TABLE rehabilitation_end (
    pooling_area text NOT NULL,
    rehabilitation_id uuid NOT NULL,
    person_id uuid NOT NULL,
    institution_id text NOT NULL,
    employer_id text NOT NULL,
    ended_on date NOT NULL,
    effect int NOT NULL,
    follow_up_due_on date NOT NULL,
    -- Form 49-B (contract message).
    decision bytea NOT NULL,
    case_id uuid NOT NULL,
    CONSTRAINT rehabilitation_end_pkey PRIMARY KEY (pooling_area, rehabilitation_id),
    CONSTRAINT rehabilitation_end_rehabilitation_fkey
        FOREIGN KEY (pooling_area, rehabilitation_id) REFERENCES rehabilitation
);
SELECT protect('rehabilitation_end', 'person_id', 'institution_id', 'employer_id');
SELECT append_only('rehabilitation_end');

CREATE TABLE follow_up (
    pooling_area text NOT NULL,
    -- In the order in which they were recorded.
    follow_up_id uuid NOT NULL,
    rehabilitation_id uuid NOT NULL,
    person_id uuid NOT NULL,
    institution_id text NOT NULL,
    found_on date NOT NULL,
    findings text NOT NULL,
    next_due_on date,
    recorded_by text NOT NULL,
    CONSTRAINT follow_up_pkey PRIMARY KEY (pooling_area, rehabilitation_id, follow_up_id),
    CONSTRAINT follow_up_end_fkey
        FOREIGN KEY (pooling_area, rehabilitation_id) REFERENCES rehabilitation_end,
    CONSTRAINT follow_up_goes_forward CHECK (next_due_on > found_on)
);
SELECT protect('follow_up', 'person_id', 'institution_id');
SELECT append_only('follow_up');

-- The pool of experts over time. Where an expert works gives that institution no sight of it.
CREATE TABLE expert (
    pooling_area text NOT NULL,
    expert_number text NOT NULL,
    -- Empty where it ended before it began.
    period daterange NOT NULL,
    name text NOT NULL,
    institution_id text NOT NULL,
    specialty text NOT NULL,
    title text NOT NULL,
    case_id uuid NOT NULL,
    CONSTRAINT expert_pkey PRIMARY KEY (pooling_area, expert_number, case_id),
    CONSTRAINT expert_one_at_a_time
        EXCLUDE USING gist (expert_number WITH =, pooling_area WITH =, period WITH &&)
);
SELECT protect('expert');

CREATE TABLE expert_draw (
    pooling_area text NOT NULL,
    -- The application that is assessed: one draw for each.
    case_id uuid NOT NULL,
    -- Hex, 32 bytes.
    seed text NOT NULL,
    -- Numbers of all who could be drawn, in their order.
    pool text[] NOT NULL,
    wanted int NOT NULL,
    specialty text NOT NULL,
    excluded_institution_id text NOT NULL,
    -- Numbers of those who were drawn, in rank.
    drawn text[] NOT NULL,
    drawn_on date NOT NULL,
    drawn_by text NOT NULL,
    CONSTRAINT expert_draw_pkey PRIMARY KEY (pooling_area, case_id),
    CONSTRAINT expert_draw_seed_is_whole CHECK (seed ~ '^[0-9a-f]{64}$'),
    CONSTRAINT expert_draw_is_complete CHECK (cardinality(drawn) = wanted)
);
SELECT protect('expert_draw');
SELECT append_only('expert_draw');

CREATE TABLE expert_replacement (
    pooling_area text NOT NULL,
    case_id uuid NOT NULL,
    expert_number text NOT NULL,
    replacement_number text NOT NULL,
    reason text NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    CONSTRAINT expert_replacement_pkey PRIMARY KEY (pooling_area, case_id, expert_number),
    CONSTRAINT expert_replacement_once UNIQUE (pooling_area, case_id, replacement_number),
    CONSTRAINT expert_replacement_draw_fkey FOREIGN KEY (pooling_area, case_id) REFERENCES expert_draw
);
SELECT protect('expert_replacement');
SELECT append_only('expert_replacement');

CREATE TABLE expert_opinion (
    pooling_area text NOT NULL,
    case_id uuid NOT NULL,
    expert_number text NOT NULL,
    has_value boolean NOT NULL,
    days int NOT NULL,
    effect text NOT NULL,
    opinion text NOT NULL,
    given_on date NOT NULL,
    recorded_by text NOT NULL,
    CONSTRAINT expert_opinion_pkey PRIMARY KEY (pooling_area, case_id, expert_number),
    CONSTRAINT expert_opinion_days CHECK (has_value = (days > 0)),
    CONSTRAINT expert_opinion_draw_fkey FOREIGN KEY (pooling_area, case_id) REFERENCES expert_draw
);
SELECT protect('expert_opinion');
SELECT append_only('expert_opinion');
