-- What a person finds on an objection counts for the decision of that case alone, until it is signed. What was found
-- before for a case that is not named counts for none.
ALTER TABLE line_review ADD COLUMN case_id uuid;
