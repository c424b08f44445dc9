//! The map in CONTRIBUTING.md: a code block under the heading "The map", with a path and its description a line.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::code;

/// Returns the paths of the map. Folders end in `/`.
pub fn read(path: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let block = text.split("\n## The map\n").nth(1).and_then(|section| section.split("```").nth(1));
    let block = block.expect("a code block under `## The map`");
    let lines = block.lines().skip(1).filter(|line| !line.is_empty());
    lines.map(|line| line.split_whitespace().next().unwrap_or_default().to_owned()).collect()
}

/// Returns the folders at the root of the repository that are part of it.
pub fn top_folders(root: &Path) -> BTreeSet<String> {
    let ignored = fs::read_to_string(root.join(".gitignore")).unwrap_or_default();
    let ignored: BTreeSet<_> = ignored.lines().map(|line| line.trim_matches('/')).chain([".git"]).collect();
    let folders = code::entries(root).into_iter().filter(|path| path.is_dir());
    let names = folders.map(|path| code::relative(root, &path)).filter(|name| !ignored.contains(name.as_str()));
    names.map(|name| format!("{name}/")).collect()
}

/// Returns the modules of a crate's source, files and folders.
pub fn modules(root: &Path, source: &Path) -> BTreeSet<String> {
    let entries =
        code::entries(source).into_iter().filter(|path| path.file_name().is_some_and(|name| name != "lib.rs"));
    // `plot.rs` and `plot/` are one module, which is in the map once.
    let named = entries.filter(|path| path.extension().is_none() || !path.with_extension("").is_dir());
    named.map(|path| code::relative(root, &path) + if path.is_dir() { "/" } else { "" }).collect()
}
