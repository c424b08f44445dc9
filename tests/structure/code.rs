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

/// Replaces comments, strings and characters by spaces. Lines stay as they are.
fn blank(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut start = 0;
    while let Some(distance) = text[start..].find(['/', '"', '\'']) {
        let at = start + distance;
        let end = at + length(text, at);
        result.push_str(&text[start..at]);
        result.extend(text[at..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        start = end.max(at + 1);
        result.push_str(&text[end..start]);
    }
    result.push_str(&text[start..]);
    result
}

/// Returns how many bytes the comment, string or character has that starts at `at`; 0 if none does.
fn length(text: &str, at: usize) -> usize {
    let rest = &text[at..];
    let up_to = |start: usize, end: &str| rest[start..].find(end).map_or(rest.len(), |found| start + found + end.len());
    let before = text[..at].trim_end_matches('#');
    if rest.starts_with("//") {
        rest.find('\n').unwrap_or(rest.len())
    } else if rest.starts_with("/*") {
        up_to(2, "*/")
    } else if rest.starts_with('"') && before.ends_with('r') {
        up_to(1, &format!("\"{}", "#".repeat(at - before.len())))
    } else if let Some(inside) = rest.strip_prefix('"') {
        1 + string_length(inside, '"')
    } else if rest.starts_with("'\\") || rest.starts_with('\'') && rest.chars().nth(2) == Some('\'') {
        1 + string_length(&rest[1..], '\'')
    } else {
        0 // A division, or a lifetime.
    }
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
    let end = match item.find([';', '{']) {
        Some(open) if item[open..].starts_with('{') => block_end(item, open),
        Some(semicolon) => semicolon + 1,
        None => item.len(),
    };
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_strings_and_tests_are_blank() {
        let words = |text: &str| blank(text).split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(words("a(); // unsafe\nb(\"unsafe \\\" unsafe\", 'u'); /* unsafe */ c"), "a(); b( , ); c");
        assert_eq!(words("r#\"unsafe \" unsafe\"# + x / y"), "r# + x / y");
        assert_eq!(words("fn f<'a>(x: &'a str) {}"), "fn f<'a>(x: &'a str) {}");
        assert_eq!(without_tests("a\n#[cfg(test)]\nmod tests { fn f() {} }\nb").split_whitespace().last(), Some("b"));
    }
}
