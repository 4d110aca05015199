//! Starts the service.

fn main() -> std::process::ExitCode {
    chassis::main(benefit_review::service())
}
