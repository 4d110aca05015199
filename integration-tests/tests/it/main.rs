//! Journeys across services: each runs the real services, which ask and hear each other over TLS.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod adjusted;
mod benefits_model;
mod catalogue;
mod hospital;
mod injured;
mod kills;
mod month;
mod paid;
mod telemetry;
mod town;
