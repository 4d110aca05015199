//! Starts the service.

fn main() -> std::process::ExitCode {
    chassis::main(finance::service())
}
