//! Journeys across services: each runs the real services, which ask and hear each other over TLS.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

// Asked for by name: a demonstration started anew may send other content under a request id it used.
#[cfg(feature = "kills")]
mod kills;
mod month;
mod telemetry;
mod town;
