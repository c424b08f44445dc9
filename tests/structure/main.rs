//! Checks the structure of the source: imports point one way, `unsafe` stands in few files, features decide little, and
//! the map in CONTRIBUTING.md is complete.
//!
//! The tables below are the rules. A change of the structure is a change of a table.

mod code;
mod imports;
mod map;
mod promises;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use code::Source;
use imports::{Import, Module};

/// The modules of one crate in ranks, from the ground up.
///
/// A module imports from lower ranks and from itself, not from its own rank and not from above. An entry may name an
/// inner module, `training/callbacks`, which then has a rank of its own.
struct Ranks {
    source: &'static str,
    modules: &'static [&'static [&'static str]],
}

const RANKS: &[Ranks] = &[
    Ranks {
        source: "mlp_core/src",
        modules: &[
            &["data_error", "error_format", "export", "inline_value", "options", "random", "real", "variable"],
            &["tile"],
            &["kernels"],
            &["scalar"],
            &["parameters"],
            &["memory"],
            &["streams"],
            &["activations", "initializers"],
            &["layers"],
            &["losses", "network", "optimizers", "option_names", "policies", "residual"],
            &["augmented", "layer_check", "quantized", "tape", "trainer"],
            &["generated", "serde_boxed"],
            &["c_interface"],
        ],
    },
    Ranks {
        source: "mlp_data/src",
        modules: &[
            &["atomic_write", "element_type", "suggestion"],
            &["error"],
            &["file", "samples", "shape"],
            &["limits"],
            &["ndarray", "preprocessing", "tensor"],
            &["csv"],
            &["arrow"],
            &["batches"],
        ],
    },
    Ranks {
        source: "mlp_train/src",
        modules: &[
            &[
                "batch_shape",
                "callback_state",
                "class_weight",
                "dataset",
                "diagram",
                "heap",
                "initializers",
                "linspace",
                "onnx",
                "parallel",
                "ranks",
                "seeds",
            ],
            &["least_squares"],
            &["adapt", "batch", "metrics", "optimizers", "streams", "summary"],
            &["squares"],
            &["error", "report", "residuals", "weights"],
            &["custom"],
            &["network", "reinforcement"],
            &["population", "search"],
            &["callbacks"],
            &["fit"],
            &["disabled", "ensemble"],
        ],
    },
    Ranks {
        source: "mlp_macros/src",
        modules: &[
            &["crate_path", "errors", "suggestion", "tokens"],
            &["ast"],
            &["graph"],
            &["plan"],
            &["expand", "recovery"],
            &["onnx", "parameters", "residual"],
            &["robustness"],
        ],
    },
    Ranks {
        source: "src",
        modules: &[
            &[
                "data",
                "initializers",
                "layers",
                "losses",
                "mpi",
                "optimizers",
                "reinforcement",
                "residuals",
                "streams",
                "training",
            ],
            &["plot"],
            &["prelude"],
            &["__private", "guide"],
            &["export_c", "macros"],
        ],
    },
];

/// Files and folders in which `unsafe` may stand: kernels, modules for memory, and implementations of `Parameters`.
const UNSAFE: &[&str] = &[
    "mlp_core/src/activations",
    "mlp_core/src/augmented.rs",
    "mlp_core/src/c_interface",
    "mlp_core/src/initializers/mod.rs",
    "mlp_core/src/inline_value.rs",
    "mlp_core/src/kernels",
    "mlp_core/src/layers",
    "mlp_core/src/memory.rs",
    "mlp_core/src/optimizers/schedules/mod.rs",
    "mlp_core/src/parameters.rs",
    "mlp_core/src/residual/loops.rs",
    "mlp_core/src/serde_boxed/mod.rs",
    "mlp_core/src/tile",
    "mlp_macros/src/expand/item.rs",
    "mlp_macros/src/onnx/mod.rs",
    "mlp_macros/src/parameters.rs",
    "mlp_train/src/heap.rs",
    "src/export_c.rs",
];

/// Limit of the lines with `cfg(…feature…)` in the product.
const MAX_FEATURE_LINES: usize = 110;

/// Returns the folders with the source of the product: every `mlp_*`, then the facade.
fn product() -> Vec<PathBuf> {
    let mut folders: Vec<_> = code::entries(&root()).into_iter().filter(|path| is_crate(path)).collect();
    folders.push(root());
    folders.into_iter().map(|folder| folder.join("src")).collect()
}

fn is_crate(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("mlp_"))
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn product_files() -> Vec<Source> {
    product().iter().flat_map(|folder| code::rust_files(folder)).map(|path| Source::read(&root(), &path)).collect()
}

/// Fails with all findings at once, one a line.
#[track_caller]
fn expect_none(what: &str, findings: &[String]) {
    assert!(findings.is_empty(), "{what}:\n  {}", findings.join("\n  "));
}

#[test]
fn imports_point_one_way() {
    let mut findings = Vec::new();
    for ranks in RANKS {
        let imports = imports::imports(&root(), &root().join(ranks.source));
        findings.extend(imports.iter().filter_map(|import| ranks.check(import)));
    }
    expect_none("imports that point up, or from side to side", &findings);
}

impl Ranks {
    /// Returns the rank and the entry of the table that a module belongs to: the longest that fits.
    fn of(&self, module: &Module) -> Option<(usize, &'static str)> {
        let entries =
            self.modules.iter().enumerate().flat_map(|(rank, row)| row.iter().map(move |entry| (rank, *entry)));
        entries.filter(|(_, entry)| module.is_in(entry)).max_by_key(|(_, entry)| entry.len())
    }

    /// Returns the error of an import, if it has one.
    fn check(&self, import: &Import) -> Option<String> {
        let place = format!("{}:{}", import.file, import.line);
        let Some((from, source)) = self.of(&import.from) else {
            return Some(format!("{place}: the module {} has no rank in tests/structure", import.from));
        };
        let (to, target) = self.of(&import.to)?;
        let allowed = to < from || source == target;
        (!allowed).then(|| format!("{place}: {source} imports {} of {target}", import.to))
    }
}

#[test]
fn every_module_has_a_rank() {
    let mut findings = Vec::new();
    for ranks in RANKS {
        let modules = imports::top_modules(&root().join(ranks.source));
        let ranked: BTreeSet<_> = ranks.modules.iter().flat_map(|row| row.iter()).copied().collect();
        let missing = modules.iter().filter(|module| !ranked.contains(module.as_str()));
        findings.extend(missing.map(|module| format!("{}: `{module}` has no rank", ranks.source)));
        let gone = ranked.iter().filter(|entry| !entry.contains('/') && !modules.contains(**entry));
        findings.extend(gone.map(|entry| format!("{}: there is no module `{entry}`", ranks.source)));
    }
    expect_none("modules and ranks that do not agree", &findings);
}

#[test]
fn unsafe_stands_in_few_files() {
    let is_allowed = |file: &str| UNSAFE.iter().any(|entry| file == *entry || file.starts_with(&format!("{entry}/")));
    let findings: Vec<_> = product_files()
        .iter()
        .filter(|source| !is_allowed(&source.name))
        .flat_map(|source| source.lines_with_word("unsafe").into_iter().map(|line| format!("{}:{line}", source.name)))
        .collect();
    expect_none("`unsafe` in a file that is not in the list", &findings);
    let unused: Vec<_> =
        UNSAFE.iter().filter(|entry| !root().join(entry).exists()).map(|entry| entry.to_string()).collect();
    expect_none("entries of the list that do not exist", &unused);
}

#[test]
fn features_decide_little() {
    let lines: usize = product_files().iter().map(Source::feature_lines).sum();
    assert!(lines <= MAX_FEATURE_LINES, "expected at most {MAX_FEATURE_LINES} lines with `cfg(feature`, found {lines}");
}

#[test]
fn the_map_is_true_and_complete() {
    let map = map::read(&root().join("CONTRIBUTING.md"));
    let missing = map.iter().filter(|path| !root().join(path).exists()).map(|path| format!("{path} does not exist"));
    let mut findings: Vec<_> = missing.collect();
    let top = map::top_folders(&root());
    let modules = product().into_iter().flat_map(|source| map::modules(&root(), &source));
    for path in top.into_iter().chain(modules) {
        if !map.contains(&path) {
            findings.push(format!("{path} is not in the map"));
        }
    }
    expect_none("the map in CONTRIBUTING.md", &findings);
}

#[test]
fn every_promise_has_a_test_that_exists() {
    let page = std::fs::read_to_string(root().join("docs/promises.md")).expect("docs/promises.md");
    expect_none("promises without a test", &promises::without_test(&page));
    expect_none("tests in docs/promises.md that do not exist", &promises::missing(&root(), &page));
}
