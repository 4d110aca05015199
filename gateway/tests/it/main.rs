//! The gateway before services that answer over real gRPC.

// Marked as tests so that the lints' exceptions for tests hold for helpers, too.
#[cfg(test)]
mod call;
#[cfg(test)]
mod download;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod mistakes;
#[cfg(test)]
mod openapi;
#[cfg(test)]
mod problem;
#[cfg(test)]
mod upload;
#[cfg(test)]
mod world;
