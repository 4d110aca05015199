-- What looked odd about a bill is kept once, whenever it is seen.
CREATE INDEX flag_encounter ON flag (pooling_area, encounter_id);
