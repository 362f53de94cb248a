//! The native command.

fn main() -> std::process::ExitCode {
    callscope::cli::run()
}
