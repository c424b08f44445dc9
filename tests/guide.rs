//! Checks README.md and the guide in `docs/`: links, pages, hidden lines, and the compile errors that they quote.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Limit of the lines of README.md, the front page.
const MAX_README_LINES: usize = 140;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Returns the names of the pages of the guide, `quick-start.md`, sorted.
fn pages() -> BTreeSet<String> {
    let entries = fs::read_dir(root().join("docs")).expect("the folder `docs`");
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.filter(|name| name.ends_with(".md") && name != "SUMMARY.md").collect()
}

/// Returns README.md and all pages, each with its path.
fn documents() -> Vec<(String, String)> {
    let paths = pages().into_iter().map(|page| format!("docs/{page}"));
    ["README.md".to_owned()].into_iter().chain(paths).map(|path| (path.clone(), read(&path))).collect()
}

/// Returns the code blocks of a text: the words after the fence, and the lines.
fn blocks(text: &str) -> Vec<(&str, Vec<&str>)> {
    let mut blocks: Vec<(&str, Vec<&str>)> = Vec::new();
    let mut is_open = false;
    for line in text.lines() {
        if let Some(words) = line.strip_prefix("```") {
            is_open = !is_open;
            if is_open {
                blocks.push((words, Vec::new()));
            }
        } else if is_open {
            blocks.last_mut().expect("an open block").1.push(line);
        }
    }
    blocks
}

#[test]
fn the_readme_is_short() {
    let lines = read("README.md").lines().count();
    assert!(lines <= MAX_README_LINES, "expected at most {MAX_README_LINES} lines, found {lines}");
}

#[test]
fn every_page_is_in_the_summary_and_in_rustdoc() {
    let (summary, module) = (read("docs/SUMMARY.md"), read("src/guide.rs"));
    for page in pages() {
        assert!(summary.contains(&format!("({page})")), "{page} is not in docs/SUMMARY.md");
        assert!(module.contains(&format!("\"../docs/{page}\"")), "{page} is not in src/guide.rs");
    }
}

#[test]
fn links_lead_somewhere() {
    for (path, text) in documents() {
        let folder = Path::new(&path).parent().expect("a file in the repository");
        let inline = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        let references = text.lines().filter(|line| line.starts_with('[')).filter_map(|line| line.split("]: ").nth(1));
        for link in inline.chain(references).filter(|link| !link.starts_with(['#', '…']) && !link.contains("://")) {
            let target = root().join(folder).join(link);
            assert!(target.exists(), "{path}: {link} does not exist");
        }
    }
}

/// Paths in backticks, such as `tests/goldens/seeds.py`, exist.
#[test]
fn paths_exist() {
    const FOLDERS: &[&str] =
        &["benches/", "benchmarks/", "docs/", "embedded/", "examples/", "ffi/", "fuzz/", "mlp_", "tests/", "web/"];
    let contributing = ("CONTRIBUTING.md".to_owned(), read("CONTRIBUTING.md"));
    for (path, text) in documents().into_iter().chain([contributing]) {
        let code = text.split("```").step_by(2).flat_map(|prose| prose.split('`').skip(1).step_by(2));
        for name in code.filter(|code| code.contains('/') && FOLDERS.iter().any(|folder| code.starts_with(folder))) {
            assert!(root().join(name).exists(), "{path}: {name} does not exist");
        }
    }
}

#[test]
fn code_has_no_hidden_lines() {
    for (path, text) in documents() {
        for (words, lines) in blocks(&text).iter().filter(|(words, _)| words.starts_with("rust")) {
            let hidden = lines.iter().find(|line| line.starts_with("# ") || **line == "#");
            assert_eq!(hidden, None, "{path}: a block `{words}` has a line that GitHub shows and rustdoc does not");
        }
    }
}

/// The first line of each quoted error stands in a snapshot of `tests/ui`.
#[test]
fn compile_errors_are_quoted_from_snapshots() {
    let snapshots = snapshots(&root().join("tests/ui"));
    for (path, text) in documents() {
        for (_, lines) in blocks(&text) {
            let Some(message) = lines.first().filter(|line| line.starts_with("error")) else { continue };
            assert!(snapshots.contains(message), "{path}: no snapshot has `{message}`");
        }
    }
}

/// Returns all snapshots of a folder as one text.
fn snapshots(folder: &Path) -> String {
    let mut text = String::new();
    for path in fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            text.push_str(&snapshots(&path));
        } else if path.extension().is_some_and(|extension| extension == "stderr") {
            text.push_str(&fs::read_to_string(path).expect("a snapshot"));
        }
    }
    text
}

/// The expansion in docs/design.md is a part of the golden file, up to indentation and lines left out at `// …`.
#[test]
fn the_expansion_is_quoted_from_the_golden_file() {
    let without_indentation = |text: &str| text.lines().map(str::trim).collect::<Vec<_>>().join("\n");
    let golden = without_indentation(&read("mlp_macros/tests/expansion/sine_net.rs"));
    let design = read("docs/design.md");
    for (_, lines) in blocks(&design).into_iter().filter(|(words, _)| *words == "rust,ignore") {
        for part in without_indentation(&lines.join("\n")).split("\n// …\n") {
            assert!(golden.contains(part), "docs/design.md: the golden expansion has changed, quote it again:\n{part}");
        }
    }
}
