//! Suggestions for misspelled names.

/// Returns the known name with the smallest edit distance, if it is small enough for a typing error.
pub(crate) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let max = 1 + name.chars().count() / 4;
    let distances = known.map(|known| (distance(name, known), known));
    distances.filter(|(distance, _)| *distance <= max).min().map(|(_, known)| known)
}

/// Returns the Damerau-Levenshtein distance: insertions, deletions, substitutions and swaps of neighbors.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            table[i][j] = match (i, j) {
                (0, other) | (other, 0) => other,
                _ => {
                    let change = table[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                    let swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                    let swap = if swapped { table[i - 2][j - 2] + 1 } else { change };
                    change.min(swap).min(table[i - 1][j] + 1).min(table[i][j - 1] + 1)
                }
            };
        }
    }
    table[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_typing_error_is_recognized() {
        let known = || ["input", "hidden", "first", "x"].into_iter();
        assert_eq!(nearest("inptu", known()), Some("input"));
        assert_eq!(nearest("hiden", known()), Some("hidden"));
        assert_eq!(nearest("frist", known()), Some("first"));
        assert_eq!(nearest("y", known()), Some("x"));
        assert_eq!(nearest("output", known()), None);
    }
}
