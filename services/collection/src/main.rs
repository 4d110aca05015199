//! The service `collection`.

use std::process::ExitCode;

fn main() -> ExitCode {
    chassis::main(collection::service())
}
