//! Words of prose, and phrases among them.

use crate::rules::{GLOSSARY, Rule, SPELLING};
use std::collections::HashMap;

/// A word in lower case, a backtick for inline code, or a full stop for any punctuation.
pub struct Word {
    pub line: usize,
    pub text: String,
}

thread_local! {
    /// All rules, parsed once.
    pub static RULES: Rules = Rules::new();
}

/// A phrase: for each word, its alternatives.
type Pattern = Vec<Vec<&'static str>>;

struct Parsed {
    rule: &'static Rule,
    pattern: Pattern,
    except: Vec<Pattern>,
}

/// Rules by the first letter of their first word.
pub struct Rules(HashMap<char, Vec<Parsed>>);

impl Rules {
    fn new() -> Self {
        let mut rules: HashMap<char, Vec<Parsed>> = HashMap::new();
        for rule in GLOSSARY.iter().chain(SPELLING) {
            let pattern = parse(rule.pattern);
            let mut letters: Vec<char> = pattern[0].iter().filter_map(|word| word.chars().next()).collect();
            letters.sort_unstable();
            letters.dedup();
            for letter in letters {
                let except = rule.except.iter().map(|except| parse(except)).collect();
                rules.entry(letter).or_default().push(Parsed { rule, pattern: pattern.clone(), except });
            }
        }
        Self(rules)
    }

    /// Returns the places of all phrases that a rule finds, with the number of their words.
    pub fn find(&self, words: &[Word]) -> Vec<(usize, &'static Rule, usize)> {
        let mut found = Vec::new();
        for (at, word) in words.iter().enumerate() {
            let letter = word.text.chars().next().unwrap_or(' ');
            for Parsed { rule, pattern, except } in self.0.get(&letter).into_iter().flatten() {
                let is_excepted =
                    |except: &Pattern| (0..except.len()).any(|back| at >= back && is_at(except, words, at - back));
                if is_at(pattern, words, at) && !except.iter().any(is_excepted) {
                    found.push((at, *rule, pattern.len()));
                }
            }
        }
        found
    }
}

fn parse(pattern: &'static str) -> Pattern {
    pattern.split(' ').map(|word| word.split('|').collect()).collect()
}

/// Returns whether the phrase stands at word `at`.
fn is_at(pattern: &Pattern, words: &[Word], at: usize) -> bool {
    let Some(words) = words.get(at..at + pattern.len()) else { return false };
    pattern
        .iter()
        .zip(words)
        .all(|(alternatives, word)| alternatives.iter().any(|alternative| is(alternative, &word.text)))
}

fn is(pattern: &str, word: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => word.starts_with(start),
        None if pattern == "#" => word.starts_with(|first: char| first.is_ascii_digit()),
        None => word == pattern,
    }
}

/// Splits prose into words.
pub fn words(lines: &[(usize, String)]) -> Vec<Word> {
    let mut words = Vec::new();
    let mut in_code = false;
    for (line, text) in lines {
        let mut push = |text: &str| words.push(Word { line: *line, text: text.to_string() });
        if text.trim().is_empty() {
            in_code = false;
            push(".");
        }
        for (index, part) in text.split('`').enumerate() {
            if index > 0 {
                in_code = !in_code;
                if in_code {
                    push("`");
                }
            }
            if !in_code {
                split(part, &mut push);
            }
        }
    }
    let start = words.iter().position(|word| word.text != ".").unwrap_or(words.len());
    words.split_off(start)
}

/// Splits prose without inline code into words.
fn split(text: &str, push: &mut impl FnMut(&str)) {
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_part = |c: char| c.is_alphanumeric() || c == '\'' || c == '_';
        let end = match first {
            _ if is_part(first) => rest.find(|c| !is_part(c)).unwrap_or(rest.len()),
            // A link's address is no prose.
            ']' if rest.starts_with("](") => rest.find(')').map_or(rest.len(), |end| end + 1),
            _ => first.len_utf8(),
        };
        let token = &rest[..end];
        match first {
            _ if token.contains('_') => push("`"),
            _ if is_part(first) => push(&token.trim_matches('\'').to_lowercase()),
            '.' | ',' | ';' | ':' | '!' | '?' | '(' | ')' | '"' => push("."),
            _ => {}
        }
        rest = &rest[end..];
    }
}
