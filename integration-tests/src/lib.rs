//! Journeys across services: see `tests/it` for those of the platform's own services, and `tax_bureau`
//! for a client that is not ours.
