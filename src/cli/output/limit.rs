//! How many of a list are shown: as many as was asked for, else a screenful to people and all to programs.

use crate::cli::output::format::Format;
use crate::cli::output::print::tell;

/// How many of a list are shown at most; none: all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limit(Option<usize>);

impl Limit {
    /// Returns the limit that was asked for, 0 for all, or the usual one.
    pub fn of(said: Option<usize>, usual: usize, format: Format) -> Self {
        let number = said.unwrap_or(match format {
            Format::Text => usual,
            Format::Json => 0,
        });
        Self(Some(number).filter(|number| *number > 0))
    }

    /// Returns how many to ask for, one more than is shown: then it is known whether there are more.
    pub fn asked(self) -> usize {
        self.0.map_or(usize::MAX >> 1, |number| number.saturating_add(1))
    }

    /// Cuts a list to what is shown, and says so.
    pub fn cut<T>(self, found: &mut Vec<T>) {
        if let Some(number) = self.0.filter(|number| found.len() > *number) {
            found.truncate(number);
            tell!("the newest {number}; --limit shows more");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_get_a_screenful_and_programs_all() {
        let asked = |said, format| Limit::of(said, 50, format).asked();
        assert_eq!(asked(None, Format::Text), 51);
        assert_eq!(asked(None, Format::Json), usize::MAX >> 1);
        assert_eq!(asked(Some(3), Format::Json), 4);
        assert_eq!(asked(Some(0), Format::Text), usize::MAX >> 1);
        let mut found = vec![1, 2, 3, 4];
        Limit::of(Some(3), 50, Format::Text).cut(&mut found);
        assert_eq!(found, [1, 2, 3]);
    }
}
