//! Starts the service.

fn main() -> std::process::ExitCode {
    chassis::main(medical_agreement::service())
}
