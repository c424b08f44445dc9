//! "Did you mean": the known name that is nearest to an unknown one.

/// The end of a message about an unknown name: the nearest one, or all where none is near.
pub(super) fn suggest(unknown: &str, known: &[String]) -> String {
    match nearest(unknown, known) {
        Some(name) => format!("did you mean {name:?}?"),
        None => format!("there is {}", listed(known)),
    }
}

/// The nearest name, if one is near.
pub(crate) fn nearest<'a>(unknown: &str, known: &'a [String]) -> Option<&'a String> {
    let near = |name: &&String| distance(unknown, name) <= 1 + unknown.chars().count() / 4;
    known.iter().filter(near).min_by_key(|name| distance(unknown, name))
}

fn listed(known: &[String]) -> String {
    const SHOWN: usize = 20;
    let mut names: Vec<String> = known.iter().take(SHOWN).map(|name| format!("{name:?}")).collect();
    match known.len() {
        0 => names.push("none".into()),
        count if count > SHOWN => names.push(format!("and {} more", count - SHOWN)),
        _ => {}
    }
    names.join(", ")
}

/// How many characters must be inserted, removed or replaced, whatever their case.
fn distance(one: &str, other: &str) -> usize {
    let (one, other) = (one.to_lowercase(), other.to_lowercase());
    let mut costs: Vec<usize> = (0..=other.chars().count()).collect();
    for (row, left) in one.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut costs[0], row + 1);
        for (column, right) in other.chars().enumerate() {
            let replaced = diagonal + usize::from(left != right);
            diagonal = costs[column + 1];
            costs[column + 1] = replaced.min(diagonal + 1).min(costs[column] + 1);
        }
    }
    costs[other.chars().count()]
}
