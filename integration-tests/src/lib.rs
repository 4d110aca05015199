//! Journeys across services: see `tests/it` for those of the platform's own services, and `tax_bureau`,
//! `clients/hospital` and `bank` for programs that are not ours.
