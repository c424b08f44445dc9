//! Finds the prose of a file: comments, documentation, messages, names of tests.

use crate::scanner::{Comment, Piece, Scanner};

/// A run of prose.
pub struct Prose {
    pub kind: Kind,
    /// The lines, with their numbers from 1.
    pub lines: Vec<(usize, String)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A comment, a message, the name of a test, or Markdown.
    Plain,
    /// Documentation of an item that is no function, or of a module.
    Doc,
    /// Documentation of a function that is no test and is not required by a trait.
    FunctionDoc,
}

/// Returns the prose of Rust source text.
pub fn rust(text: &str) -> Vec<Prose> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = test_names(&lines);
    let mut comments: Vec<Comment> = Vec::new();
    let mut scanner = Scanner::new(text);
    while let Some(piece) = scanner.next_piece() {
        match piece {
            Piece::Comment(comment) => comments.push(comment),
            Piece::Literal(line, literal) if literal.trim().contains(' ') => found.push(message(line, literal)),
            Piece::Literal(..) => {}
        }
    }
    let mut comments = comments.into_iter().peekable();
    while let Some(comment) = comments.next() {
        let mut block = vec![(comment.line, comment.text.to_string())];
        while let Some(next) = comments.next_if(|next| {
            let alone = |line: usize| lines[line - 1].trim_start().starts_with("//");
            next.marker == comment.marker && next.line == block[block.len() - 1].0 + 1 && alone(next.line)
        }) {
            block.push((next.line, next.text.to_string()));
        }
        let kind = match comment.marker {
            "///" if documents_function(&lines, block[block.len() - 1].0) => Kind::FunctionDoc,
            "///" | "//!" => Kind::Doc,
            _ => Kind::Plain,
        };
        let lines = if kind == Kind::Plain { block } else { without_code_blocks(block) };
        found.push(Prose { kind, lines });
    }
    found
}

/// Returns the prose of Markdown: all but code blocks, of which the comments stay.
pub fn markdown(text: &str) -> Vec<Prose> {
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.to_string())).collect();
    vec![Prose { kind: Kind::Plain, lines: without_code_blocks(lines) }]
}

/// Returns the comments and the documentation strings of Python.
pub fn python(text: &str) -> Vec<Prose> {
    let mut found = hash_comments(text);
    let mut line = 1;
    for (index, part) in text.split("\"\"\"").enumerate() {
        if index % 2 == 1 {
            let lines = part.lines().enumerate().map(|(offset, text)| (line + offset, text.to_string())).collect();
            found.push(Prose { kind: Kind::Plain, lines });
        }
        line += part.matches('\n').count();
    }
    found
}

/// Returns the comments of a file whose comments begin with `#`: TOML, YAML, shell.
pub fn hash_comments(text: &str) -> Vec<Prose> {
    let mut found: Vec<Prose> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let Some(start) = line.find('#').filter(|&start| start == 0 || line[..start].ends_with(' ')) else { continue };
        let comment = (index + 1, line[start..].trim_start_matches('#').to_string());
        match found.last_mut() {
            Some(last) if last.lines[last.lines.len() - 1].0 == index => last.lines.push(comment),
            _ => found.push(Prose { kind: Kind::Plain, lines: vec![comment] }),
        }
    }
    found
}

/// Returns a message without its placeholders and escapes.
fn message(line: usize, literal: &str) -> Prose {
    let mut lines = Vec::new();
    for (index, part) in literal.lines().enumerate() {
        let mut text = String::new();
        let mut depth = 0_u32;
        let mut characters = part.chars();
        while let Some(character) = characters.next() {
            match character {
                '\\' => text.push(if characters.next() == Some('n') { '.' } else { ' ' }),
                '{' => depth += 1,
                '}' => {
                    depth = depth.saturating_sub(1);
                    text.push_str("`_`");
                }
                _ if depth == 0 => text.push(character),
                _ => {}
            }
        }
        lines.push((line + index, text));
    }
    Prose { kind: Kind::Plain, lines }
}

/// Returns the names of the tests, as words.
fn test_names(lines: &[&str]) -> Vec<Prose> {
    let mut names = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        if !is_test_attribute(line) {
            continue;
        }
        let function =
            (index + 1..lines.len().min(index + 5)).find_map(|next| Some((next, function_name(lines[next])?)));
        if let Some((next, name)) = function {
            names.push(Prose { kind: Kind::Plain, lines: vec![(next + 1, name.replace('_', " "))] });
        }
    }
    names
}

fn is_test_attribute(line: &str) -> bool {
    let line = line.trim();
    line.starts_with("#[test]") || line.starts_with("#[") && line.ends_with("::test]")
}

/// Returns the name of the function that is declared in this line.
fn function_name(line: &str) -> Option<&str> {
    let mut words = line.split_whitespace();
    let qualifier = |word: &&str| {
        word.starts_with("pub") || ["const", "unsafe", "async", "extern", "\"C\"", "crate)", "super)"].contains(word)
    };
    let keyword = words.find(|word| !qualifier(word))?;
    let name = words.next().filter(|_| keyword == "fn")?;
    name.split(|c: char| !c.is_alphanumeric() && c != '_').next()
}

/// Returns whether the documentation that ends in line `end` (from 1) is that of a function, neither a test nor one
/// that a trait requires.
fn documents_function(lines: &[&str], end: usize) -> bool {
    let mut next = end;
    while next < lines.len() {
        let line = lines[next].trim();
        if is_test_attribute(line) {
            return false;
        }
        if !line.starts_with("#[") && !line.starts_with("//") && !line.is_empty() {
            break;
        }
        while line.starts_with("#[") && !lines[next].trim_end().ends_with(']') && next + 1 < lines.len() {
            next += 1;
        }
        next += 1;
    }
    next < lines.len() && function_name(lines[next]).is_some() && !is_in_trait_impl(lines, next)
}

/// Returns whether line `index` (from 0) is in an `impl Trait for Type`, by its indentation.
fn is_in_trait_impl(lines: &[&str], index: usize) -> bool {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let own = indent(lines[index]);
    let header: Vec<&str> = lines[..index]
        .iter()
        .rev()
        .filter(|line| !line.trim().is_empty() && indent(line) < own)
        .take(6)
        .map(|line| line.trim())
        .collect();
    let start = header.iter().position(|line| line.starts_with("impl") || line.starts_with("unsafe impl"));
    let other = header.iter().position(|line| {
        ["pub ", "trait ", "mod ", "struct ", "macro_rules!", "fn "].iter().any(|item| line.starts_with(item))
    });
    match (start, other) {
        (Some(start), other) if other.is_none_or(|other| start < other) => {
            header[..=start].iter().any(|line| line.contains(" for "))
        }
        _ => false,
    }
}

/// Returns the lines without the code in code blocks, of which only the comments stay.
fn without_code_blocks(lines: Vec<(usize, String)>) -> Vec<(usize, String)> {
    let mut in_block = false;
    let mut kept = Vec::new();
    for (number, line) in lines {
        if line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~") {
            in_block = !in_block;
            kept.push((number, String::new()));
        } else if !in_block {
            kept.push((number, line));
        } else {
            let comment = line.split_once("// ").map(|(_, comment)| comment);
            kept.push((number, comment.map_or(String::new(), |comment| format!(". {comment}"))));
        }
    }
    kept
}
