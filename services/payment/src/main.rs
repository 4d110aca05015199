//! Starts the service.

fn main() -> std::process::ExitCode {
    chassis::main(payment::service())
}
