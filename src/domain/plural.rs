//! A number with its noun, for people.

use std::fmt::Display;

/// Returns a number with its noun in the right form: "1 copy", "2 copies".
pub fn counted<N: Display + PartialEq + From<u8>>(number: N, one: &str, many: &str) -> String {
    let noun = if number == N::from(1) { one } else { many };
    format!("{number} {noun}")
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn one_is_one_and_all_else_is_many() {
        let told = [0, 1, 2].map(|number| counted(number, "copy", "copies"));
        assert_eq!(told, ["0 copies", "1 copy", "2 copies"]);
    }
}
