//! The table of promises in docs/promises.md, and the jobs of `.ci`.

use std::fs;
use std::path::Path;

/// Returns the second column of each row: the tests that hold a promise.
fn columns(page: &str) -> impl Iterator<Item = &str> {
    let rows = page.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| promise"));
    rows.filter_map(|row| row.trim_end_matches(" |").rsplit_once(" | ").map(|(_, tests)| tests))
}

/// Returns what stands in backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// Returns whether a script defines a job: `sanitizers` of `.ci/nightly`, which is the function `job_sanitizers`.
fn defines(root: &Path, script: &str, job: &str) -> bool {
    let text = fs::read_to_string(root.join(script)).unwrap_or_default();
    ["job", "place"].iter().any(|kind| text.contains(&format!("\n{kind}_{job}() {{")))
}

/// Returns the tests that the table names and that do not exist.
pub fn missing(root: &Path, page: &str) -> Vec<String> {
    let exists = |name: &&str| match name.split_once(' ') {
        Some((script, job)) => defines(root, script, job),
        None => !name.contains('/') || root.join(name).exists(),
    };
    columns(page).flat_map(|tests| quoted(tests).filter(|name| !exists(name)).map(str::to_owned)).collect()
}

/// Returns the rows that name no test.
pub fn without_test(page: &str) -> Vec<String> {
    columns(page).filter(|tests| quoted(tests).next().is_none()).map(str::to_owned).collect()
}
