//! The two outputs of a command: results go to standard output, everything else to standard error.
//!
//! Neither ends the program by itself. A result that cannot be written is an error like any other; what cannot be told on
//! standard error has nowhere else to go and is left.

use std::io::{self, Write};
use std::process::ExitCode;

/// A result that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write to standard output: {0}")]
pub(crate) struct OutputError(pub io::Error);

impl From<io::Error> for OutputError {
    fn from(error: io::Error) -> Self {
        Self(error)
    }
}

impl OutputError {
    /// Whether whoever reads the output has seen enough, which is no failure.
    pub(crate) fn is_reader_gone(&self) -> bool {
        self.0.kind() == io::ErrorKind::BrokenPipe
    }
}

/// Writes bytes to standard output as they are.
///
/// # Errors
/// They cannot be written.
pub(crate) fn print(bytes: &[u8]) -> Result<(), OutputError> {
    write_to(&mut io::stdout().lock(), bytes)
}

/// Writes a text to standard output, its colours only where they are shown.
///
/// # Errors
/// It cannot be written.
pub(crate) fn print_styled(text: &str) -> Result<(), OutputError> {
    write_to(&mut anstream::stdout().lock(), text.as_bytes())
}

fn write_to(out: &mut impl Write, bytes: &[u8]) -> Result<(), OutputError> {
    out.write_all(bytes)?;
    Ok(out.flush()?)
}

/// Writes a line to standard error.
macro_rules! tell {
    ($($part:tt)*) => { $crate::cli::output::print::tell_line(&format!($($part)*)) };
}
pub(crate) use tell;

/// Writes a line to standard error, as `tell!` does with its parts.
pub(crate) fn tell_line(line: &str) {
    let mut err = anstream::stderr().lock();
    // There is nowhere to say that nothing can be said; the exit code still says how it ended.
    let _ = err.write_all(format!("{line}\n").as_bytes()).and_then(|()| err.flush());
}

/// Shows what the command line's parser has to say (help, the version, wrong use) and returns the exit code.
///
/// # Errors
/// What was asked for cannot be written.
pub(crate) fn show_usage(said: &clap::Error) -> Result<ExitCode, OutputError> {
    let shown = said.print().and_then(|()| io::stdout().flush());
    match shown {
        Err(error) if !said.use_stderr() => Err(error.into()),
        _ => Ok(ExitCode::from(u8::try_from(said.exit_code()).unwrap_or(u8::MAX))),
    }
}
