//! Journeys across services: see `tests/it` for those of the platform's own services, and `tax_bureau` and
//! `clients/hospital` for clients that are not ours.
