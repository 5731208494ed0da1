//! Parses arguments, starts logging, calls `cli::run`, and turns the error into an exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    tidings::cli::main()
}
