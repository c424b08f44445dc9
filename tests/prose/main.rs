//! Checks the words of all comments, documentation and messages against `rules.rs`.
//!
//! `cargo test --test prose` prints each finding as `file:line`, and the number of findings of each rule.

mod pattern;
mod rules;
mod scanner;
mod source;

use pattern::{Word, words};
use source::{Kind, Prose};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Directories and files whose prose is checked.
const SOURCES: &str = "\
    src mlp_core mlp_train mlp_data mlp_macros mlp_onnx examples tests benches benchmarks fuzz embedded ffi web tools docs \
    .ci README.md CONTRIBUTING.md CHANGELOG.md Cargo.toml";

/// Directories that are generated, and the rules themselves.
const SKIPPED: &[&str] = &["target", "expansion", "corpus", "artifacts", "rules.rs"];

/// A phrase that a rule finds.
struct Finding {
    path: PathBuf,
    line: usize,
    rule: String,
    words: String,
    write: &'static str,
}

#[test]
fn prose_follows_the_glossary() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut findings = Vec::new();
    for source in SOURCES.split(' ') {
        check_path(root, &root.join(source), &mut findings);
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for Finding { path, line, rule, words, write } in &findings {
        println!("{}:{line}: `{words}`: write {write}", path.display());
        *counts.entry(rule).or_default() += 1;
    }
    for (rule, count) in &counts {
        println!("{count:6} {rule}");
    }
    assert!(findings.is_empty(), "{} phrases to reword", findings.len());
}

#[test]
fn every_kind_of_prose_is_checked() {
    let (text, expected) = rules::EXAMPLE;
    let mut findings = Vec::new();
    source::rust(text).iter().for_each(|prose| check(Path::new(""), prose, &mut findings));
    findings.sort_by_key(|finding| finding.line);
    let found: Vec<&str> = findings.iter().map(|finding| &*finding.words).collect();
    assert_eq!(found, expected);
}

/// Checks a file, or all files of a directory.
fn check_path(root: &Path, path: &Path, findings: &mut Vec<Finding>) {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if SKIPPED.contains(&&*name) {
        return;
    }
    if path.is_dir() {
        let mut entries: Vec<PathBuf> =
            fs::read_dir(path).expect("a directory").map(|e| e.expect("a file").path()).collect();
        entries.sort();
        entries.iter().for_each(|entry| check_path(root, entry, findings));
        return;
    }
    let read = match path.extension().and_then(|extension| extension.to_str()) {
        Some("rs") => source::rust,
        Some("md") => source::markdown,
        Some("py") => source::python,
        Some("toml" | "sh" | "yml") => source::hash_comments,
        None if name == "run" => source::hash_comments,
        _ => return,
    };
    let Ok(text) = fs::read_to_string(path) else { return };
    let path = path.strip_prefix(root).unwrap_or(path);
    let before = findings.len();
    for prose in read(&text) {
        check(path, &prose, findings);
    }
    findings[before..].sort_by_key(|finding| finding.line);
}

/// Checks a run of prose.
fn check(path: &Path, prose: &Prose, findings: &mut Vec<Finding>) {
    let words = words(&prose.lines);
    let mut report = |word: &Word, rule: &str, found: &str, write| {
        let (rule, words) = (rule.to_string(), found.to_string());
        findings.push(Finding { path: path.to_path_buf(), line: word.line, rule, words, write });
    };
    pattern::RULES.with(|rules| {
        for (at, rule, length) in rules.find(&words) {
            let found: Vec<&str> = words[at..at + length].iter().map(|word| &*word.text).collect();
            report(&words[at], rule.pattern, &found.join(" "), rule.write);
        }
    });
    let Some(first) = words.first().filter(|first| first.text.chars().all(char::is_alphabetic)) else { return };
    let first_word = &*first.text;
    let is_in = |list: &str| list.split(' ').any(|word| word == first_word);
    if prose.kind != Kind::Plain && is_in(rules::OPENERS) {
        report(first, "opener of documentation", first_word, "a noun phrase, or a verb in the third person");
    } else if prose.kind == Kind::FunctionDoc && (!first_word.ends_with('s') || is_in(rules::NOT_VERBS)) {
        report(first, "first word of a function's documentation", first_word, "a verb in the third person: `Returns`");
    }
}
