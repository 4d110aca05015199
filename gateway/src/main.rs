//! The gateway as a program.

fn main() -> std::process::ExitCode {
    gateway::main()
}
