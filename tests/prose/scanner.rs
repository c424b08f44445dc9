//! Finds comments and string literals in Rust source text.

/// A line comment.
pub struct Comment<'a> {
    pub line: usize,
    /// `//`, `///` or `//!`.
    pub marker: &'static str,
    pub text: &'a str,
}

/// A comment, or a string literal and its line.
pub enum Piece<'a> {
    Comment(Comment<'a>),
    Literal(usize, &'a str),
}

/// Splits Rust source text into comments and string literals, and skips all else.
pub struct Scanner<'a> {
    rest: &'a str,
    line: usize,
}

impl<'a> Scanner<'a> {
    pub fn new(text: &'a str) -> Self {
        Self { rest: text, line: 1 }
    }

    pub fn next_piece(&mut self) -> Option<Piece<'a>> {
        while let Some(first) = self.rest.chars().next() {
            let raw = self.rest.trim_start_matches(['b', 'c']);
            if self.rest.starts_with("//") {
                return Some(Piece::Comment(self.line_comment()));
            } else if self.rest.starts_with("/*") {
                let end = self.rest.find("*/").map_or(self.rest.len(), |end| end + 2);
                self.take(end);
            } else if first == '"' {
                self.take(1);
                return Some(self.literal("\"", true));
            } else if raw.starts_with("r\"") || raw.starts_with("r#\"") || raw.starts_with("r##\"") {
                let quote = self.rest.find('"').unwrap_or(0);
                let hashes = self.rest[..quote].matches('#').count();
                self.take(quote + 1);
                return Some(self.literal(["\"", "\"#", "\"##"][hashes], false));
            } else if first == '\'' {
                self.character_or_lifetime();
            } else if first.is_alphanumeric() || first == '_' {
                let end = self.rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(self.rest.len());
                self.take(end);
            } else {
                self.take(first.len_utf8());
            }
        }
        None
    }

    fn take(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(bytes);
        self.line += taken.matches('\n').count();
        self.rest = rest;
        taken
    }

    fn line_comment(&mut self) -> Comment<'a> {
        let line = self.line;
        let text = self.take(self.rest.find('\n').unwrap_or(self.rest.len()));
        let marker = match text {
            _ if text.starts_with("////") => "//",
            _ if text.starts_with("///") => "///",
            _ if text.starts_with("//!") => "//!",
            _ => "//",
        };
        Comment { line, marker, text: &text[marker.len()..] }
    }

    fn literal(&mut self, end: &str, escapes: bool) -> Piece<'a> {
        let line = self.line;
        let mut length = 0;
        while length < self.rest.len() && !self.rest[length..].starts_with(end) {
            let escaped = escapes && self.rest[length..].starts_with('\\');
            length += usize::from(escaped);
            length += self.rest[length..].chars().next().map_or(0, char::len_utf8);
        }
        let text = self.take(length);
        self.take(end.len().min(self.rest.len()));
        Piece::Literal(line, text)
    }

    fn character_or_lifetime(&mut self) {
        let mut characters = self.rest.char_indices().skip(1);
        let end = match (characters.next(), characters.next()) {
            (Some((_, '\\')), Some((second, _))) => {
                self.rest[second + 1..].find('\'').map_or(1, |end| second + 2 + end)
            }
            (Some(_), Some((second, '\''))) => second + 1,
            _ => 1,
        };
        self.take(end);
    }
}
