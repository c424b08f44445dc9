//! Reads golden files and measures the difference to them.

use std::fs;
use std::path::Path;

/// Lines `name: v1 v2 …` of a file, in order.
pub struct Golden(Vec<(String, Vec<f64>)>);

impl Golden {
    pub fn read(name: &str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/goldens").join(name).with_extension("txt");
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let line = |line: &str| {
            let (name, values) = line.split_once(": ").expect("a name before the values");
            let number = |number: &str| number.parse().expect("a number");
            (name.to_owned(), values.split(' ').map(number).collect())
        };
        Self(text.lines().filter(|line| !line.starts_with('#')).map(line).collect())
    }

    pub fn get(&self, name: &str) -> &[f64] {
        self.find(name).unwrap_or_else(|| panic!("no `{name}`"))
    }

    /// Returns the rows of a row-major matrix.
    pub fn rows<const N: usize>(&self, name: &str) -> Vec<[f64; N]> {
        let (rows, []) = self.get(name).as_chunks() else { panic!("`{name}` is not rows of {N}") };
        rows.to_vec()
    }

    /// Returns the names of all lines.
    #[allow(dead_code, reason = "not all tests use it")]
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    pub fn find(&self, name: &str) -> Option<&[f64]> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, values)| values.as_slice())
    }

    /// Concatenates the values of all lines whose names begin with `prefix`. For the parameters of a network that is memory
    /// order: a kernel, inputs × outputs and row-major, is `weights`, outputs × inputs and column-major.
    pub fn joined(&self, prefix: &str) -> Vec<f64> {
        let lines = self.0.iter().filter(|(name, _)| name.starts_with(prefix));
        lines.flat_map(|(_, values)| values).copied().collect()
    }
}

/// Returns the largest difference, relative to the golden value.
pub fn relative_difference(ours: &[f64], golden: &[f64]) -> f64 {
    largest_difference(ours, golden, f64::abs)
}

/// Returns the largest difference, relative for golden values above 1 in magnitude and absolute below.
pub fn mixed_difference(ours: &[f64], golden: &[f64]) -> f64 {
    largest_difference(ours, golden, |golden| golden.abs().max(1.0))
}

fn largest_difference(ours: &[f64], golden: &[f64], unit: impl Fn(f64) -> f64) -> f64 {
    assert_eq!(ours.len(), golden.len());
    assert!(ours.iter().all(|number| number.is_finite()), "{ours:?}");
    ours.iter().zip(golden).map(|(&ours, &golden)| (ours - golden).abs() / unit(golden)).fold(0.0, f64::max)
}
