//! Paths in the code that begin with `crate` or `super`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use super::code::{self, Source, is_identifier};

/// A path of modules from the root of a crate.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Module(Vec<String>);

/// A path that one module names.
pub struct Import {
    pub file: String,
    pub line: usize,
    pub from: Module,
    pub to: Module,
}

impl Module {
    /// Returns whether it is the module `entry`, `training/callbacks`, or in it.
    pub fn is_in(&self, entry: &str) -> bool {
        let parts: Vec<_> = entry.split('/').collect();
        self.0.len() >= parts.len() && self.0.iter().zip(&parts).all(|(own, part)| own == part)
    }

    fn child(&self, name: &str) -> Self {
        let mut path = self.0.clone();
        path.push(name.to_owned());
        Self(path)
    }

    fn of_file(source: &str, file: &str) -> Self {
        let path = file.strip_prefix(source).unwrap_or(file).trim_start_matches('/');
        let path = path.trim_end_matches(".rs").trim_end_matches("/mod");
        Self(path.split('/').filter(|part| !matches!(*part, "lib" | "mod")).map(str::to_owned).collect())
    }
}

impl fmt::Display for Module {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("::"))
    }
}

/// Returns the top modules of a crate: its files and folders but `lib.rs`, and the modules written in that.
pub fn top_modules(source: &Path) -> BTreeSet<String> {
    let library = Source::read(source, &source.join("lib.rs"));
    let words: Vec<_> = tokens(&library.code).into_iter().map(|(_, token)| token).collect();
    words.windows(2).filter(|pair| pair[0] == "mod").map(|pair| pair[1].clone()).collect()
}

/// Returns every path that begins with `crate` or `super`, in all files of a crate but `lib.rs`.
pub fn imports(root: &Path, source: &Path) -> Vec<Import> {
    let library = Source::read(root, &source.join("lib.rs"));
    let exports = exports(&library);
    let folder = code::relative(root, source);
    let files = code::rust_files(source).into_iter().filter(|file| *file != source.join("lib.rs"));
    files.flat_map(|file| of_file(&Source::read(root, &file), &folder, &exports)).collect()
}

/// Returns the modules from which the root of a crate exports names: `pub use tile::Tile`.
fn exports(library: &Source) -> BTreeMap<String, Module> {
    let tokens = tokens(&library.code);
    let mut exports = BTreeMap::new();
    for start in (0..tokens.len()).filter(|&index| tokens[index].1 == "use") {
        let mut reader = Reader { tokens: &tokens, next: start + 1, paths: Vec::new() };
        reader.tree(&Module::default());
        for (_, Module(path)) in reader.paths {
            if let [first, .., name] = path.as_slice() {
                exports.insert(name.clone(), Module(vec![first.clone()]));
            }
        }
    }
    exports
}

fn of_file(source: &Source, folder: &str, exports: &BTreeMap<String, Module>) -> Vec<Import> {
    let from = Module::of_file(folder, &source.name);
    let tokens = tokens(&source.code);
    let mut reader = Reader { tokens: &tokens, next: 0, paths: Vec::new() };
    while reader.next < tokens.len() {
        match reader.word() {
            "crate" if reader.word_after(1) == "::" => {
                reader.next += 2;
                reader.tree(&Module::default());
            }
            "super" if reader.word_after(1) == "::" => {
                let base = reader.supers(&from);
                reader.tree(&base);
            }
            _ => reader.next += 1,
        }
    }
    let import = |(line, to): (usize, Module)| {
        let to = match to.0.as_slice() {
            [name] => exports.get(name).cloned().unwrap_or(to),
            _ => to,
        };
        Import { file: source.name.clone(), line, from: from.clone(), to }
    };
    reader.paths.into_iter().map(import).collect()
}

/// Reads paths out of tokens.
struct Reader<'a> {
    tokens: &'a [(usize, String)],
    next: usize,
    paths: Vec<(usize, Module)>,
}

impl Reader<'_> {
    fn word_after(&self, distance: usize) -> &str {
        self.tokens.get(self.next + distance).map_or("", |(_, token)| token)
    }

    fn word(&self) -> &str {
        self.word_after(0)
    }

    /// Reads `super::super::` from `module` on.
    fn supers(&mut self, module: &Module) -> Module {
        let mut base = module.clone();
        while self.word() == "super" && self.word_after(1) == "::" {
            base.0.pop();
            self.next += 2;
        }
        base
    }

    /// Reads `a::b`, `a::{b, c::d}` or `*` after a base.
    fn tree(&mut self, base: &Module) {
        let Some((line, token)) = self.tokens.get(self.next) else { return };
        self.next += 1;
        if token == "{" {
            while !matches!(self.word(), "}" | "") {
                self.tree(base);
                while !matches!(self.word(), "," | "}" | "") {
                    self.next += 1;
                }
                if self.word() == "," {
                    self.next += 1;
                }
            }
            self.next += 1;
        } else if token.starts_with(is_identifier) {
            let path = base.child(token);
            if self.word() == "::" && (self.word_after(1) == "{" || self.word_after(1).starts_with(is_identifier)) {
                self.next += 1;
                self.tree(&path);
            } else {
                self.paths.push((*line, path));
            }
        }
    }
}

/// Returns the words and signs of the code, each with its line. `::` is one sign.
fn tokens(code: &str) -> Vec<(usize, String)> {
    let mut tokens = Vec::new();
    for (index, line) in code.lines().enumerate() {
        let mut rest = line.trim_start();
        while let Some(first) = rest.chars().next() {
            let length = if rest.starts_with("::") {
                2
            } else if is_identifier(first) {
                rest.find(|c: char| !is_identifier(c)).unwrap_or(rest.len())
            } else {
                first.len_utf8()
            };
            tokens.push((index + 1, rest[..length].to_owned()));
            rest = rest[length..].trim_start();
        }
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(file: &str, code: &str) -> Vec<String> {
        let source = Source::new(format!("lib/src/{file}"), code.to_owned());
        let exports = BTreeMap::from([("Tile".to_owned(), Module(vec!["tile".to_owned()]))]);
        of_file(&source, "lib/src", &exports).iter().map(|import| format!("{}:{}", import.line, import.to)).collect()
    }

    #[test]
    fn paths_are_found() {
        assert_eq!(found("a.rs", "use crate::b::{c, d::E};\nuse crate::Tile;"), ["1:b::c", "1:b::d::E", "2:tile"]);
        assert_eq!(found("a/b.rs", "use super::c::D;\nuse super::super::e;"), ["1:a::c::D", "2:e"]);
        assert_eq!(found("a/mod.rs", "fn f() -> super::b::C { $crate::d::e() }"), ["1:b::C", "1:d::e"]);
        assert_eq!(found("a.rs", "use crate::{b::c, d};\nuse super::*;"), ["1:b::c", "1:d"]);
    }
}
