//! "Did you mean": the known name nearest to an unknown one.

/// Returns the end of a message about an unknown name: the nearest known name, or all of them if none is near.
pub(super) fn suggest(unknown: &str, known: &[String]) -> String {
    match nearest(unknown, known) {
        Some(name) => format!("did you mean {name:?}?"),
        None => format!("known names: {}", listed(known)),
    }
}

/// Returns the known name with the smallest edit distance, if that distance is small.
pub fn nearest<'a>(unknown: &str, known: &'a [String]) -> Option<&'a String> {
    let max_distance = 1 + unknown.chars().count() / 4;
    let near = |name: &&String| distance(unknown, name) <= max_distance;
    known.iter().filter(near).min_by_key(|name| distance(unknown, name))
}

fn listed(known: &[String]) -> String {
    const MAX_NAMES: usize = 20;
    let mut names: Vec<String> = known.iter().take(MAX_NAMES).map(|name| format!("{name:?}")).collect();
    match known.len() {
        0 => names.push("none".into()),
        count if count > MAX_NAMES => names.push(format!("and {} more", count - MAX_NAMES)),
        _ => {}
    }
    names.join(", ")
}

/// Returns the Levenshtein distance of two names, ignoring case.
fn distance(a: &str, b: &str) -> usize {
    let a = a.to_lowercase();
    let b = b.to_lowercase();
    let mut costs: Vec<usize> = (0..=b.chars().count()).collect();
    for (row, left) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut costs[0], row + 1);
        for (column, right) in b.chars().enumerate() {
            let replaced = diagonal + usize::from(left != right);
            diagonal = costs[column + 1];
            costs[column + 1] = replaced.min(diagonal + 1).min(costs[column] + 1);
        }
    }
    costs[b.chars().count()]
}
