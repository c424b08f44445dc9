//! Rust files as text: without comments, without the contents of strings, and without unit tests.

use std::fs;
use std::path::{Path, PathBuf};

/// One file of the product.
pub struct Source {
    /// The path from the root of the repository, with `/` between its parts.
    pub name: String,
    /// The text, line by line as in the file, with comments, strings and tests blanked out.
    pub code: String,
    text: String,
}

impl Source {
    pub fn read(root: &Path, path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self::new(relative(root, path), text)
    }

    pub fn new(name: String, text: String) -> Self {
        Self { name, code: without_tests(&blank(&text)), text }
    }

    /// Returns the numbers of the lines in which a word stands, counted from 1.
    pub fn lines_with_word(&self, word: &str) -> Vec<usize> {
        let has_word = |line: &str| line.split(|c: char| !is_identifier(c)).any(|part| part == word);
        self.code.lines().enumerate().filter(|(_, line)| has_word(line)).map(|(index, _)| index + 1).collect()
    }

    /// Returns how many lines depend on a feature.
    pub fn feature_lines(&self) -> usize {
        let depends = |line: &&str| line.find("cfg(").is_some_and(|start| line[start..].contains("feature"));
        self.text.lines().filter(depends).count()
    }
}

pub fn is_identifier(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Returns a path from the root of the repository.
pub fn relative(root: &Path, path: &Path) -> String {
    let parts = path.strip_prefix(root).unwrap_or(path).components();
    parts.map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// Returns the entries of a folder, sorted.
pub fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

/// Returns all Rust files of a folder but those of unit tests.
pub fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for path in entries(folder) {
        let is_test = path.file_stem().is_some_and(|stem| stem == "tests");
        if is_test {
            continue;
        }
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// Replaces comments and the contents of strings by spaces. Lines stay as they are.
fn blank(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let (kept, blanked) = next_piece(rest);
        result.push_str(&rest[..kept]);
        let end = kept + blanked;
        result.extend(rest[kept..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        rest = &rest[end..];
    }
    result
}

/// Returns how many bytes to keep, and how many to blank after them.
fn next_piece(text: &str) -> (usize, usize) {
    if text.starts_with("//") {
        return (0, text.find('\n').unwrap_or(text.len()));
    }
    if text.starts_with("/*") {
        return (0, text.find("*/").map_or(text.len(), |end| end + 2));
    }
    if let Some(hashes) = raw_string(text) {
        let end = format!("\"{}", "#".repeat(hashes));
        let start = 2 + hashes;
        return (start, text[start..].find(&end).map_or(text.len() - start, |length| length + end.len()));
    }
    if text.starts_with('"') {
        return (1, string_length(&text[1..], '"'));
    }
    // A character, and not a lifetime.
    if text.starts_with("'\\") || text.starts_with('\'') && text.chars().nth(2) == Some('\'') {
        return (1, string_length(&text[1..], '\''));
    }
    let first = text.chars().next().expect("not empty");
    // A whole word at once, so that the `r` of `for"` does not begin a raw string.
    let word = text.find(|c: char| !is_identifier(c)).unwrap_or(text.len());
    (word.max(first.len_utf8()), 0)
}

/// Returns the number of `#` if a raw string starts here.
fn raw_string(text: &str) -> Option<usize> {
    let after = text.strip_prefix('r')?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    after[hashes..].starts_with('"').then_some(hashes)
}

/// Returns the bytes up to and with the closing quote.
fn string_length(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (index, c) in text.char_indices() {
        if !escaped && c == quote {
            return index + c.len_utf8();
        }
        escaped = !escaped && c == '\\';
    }
    text.len()
}

/// Blanks every item after `#[cfg(test)]`.
fn without_tests(code: &str) -> String {
    const TEST: &str = "#[cfg(test)]";
    let Some(start) = code.find(TEST) else { return code.to_owned() };
    let item = &code[start..];
    let end = item.find([';', '{']).map_or(item.len(), |end| if item[end..].starts_with(';') { end + 1 } else { block_end(item, end) });
    let blanked: String = item[..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
    format!("{}{blanked}{}", &code[..start], without_tests(&item[end..]))
}

/// Returns where the block that opens at `open` ends.
fn block_end(code: &str, open: usize) -> usize {
    let mut depth = 0;
    for (index, c) in code[open..].char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 1 => return open + index + 1,
            '}' => depth -= 1,
            _ => {}
        }
    }
    code.len()
}
