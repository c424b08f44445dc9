//! Time to build a program with networks: `cargo bench --bench compile_time`, `-- --json` for one object per line.
//!
//! Writes programs that depend on this library into the target directory and builds them with cargo. Every time is a
//! median. `-- --quick` makes fewer runs and skips the clean build and the twenty networks.

mod scratch;

use std::fmt::Write as _;
use std::fs;
use std::time::Instant;

use scratch::{SINE, Scratch};

fn main() {
    let words: Vec<String> = std::env::args().collect();
    let asked = |word: &str| words.iter().any(|other| other == word);
    let (json, quick) = (asked("--json"), asked("--quick"));
    let bench = Bench { json, runs: if quick { 1 } else { 5 }, scratch: Scratch::new("compile_time") };
    bench.print("crates in the default build", bench.crates() as f64, "");
    if !quick {
        bench.clean();
    }
    bench.rebuild("one network", SINE);
    if !quick {
        bench.rebuild("20 networks of 10 layers", &networks(20, 10));
    }
    bench.growth(if quick { &[10, 20] } else { &[10, 20, 50, 100, 200] });
}

struct Bench {
    json: bool,
    runs: usize,
    scratch: Scratch,
}

impl Bench {
    /// Returns the number of packages that `cargo build` compiles, without the program itself.
    fn crates(&self) -> usize {
        let tree = ["tree", "--edges", "normal,build", "--prefix", "none", "--no-dedupe", "--format", "{p}"];
        let output = self.scratch.cargo(&tree).output().expect("cargo starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8_lossy(&output.stdout);
        let mut names: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
        names.sort_unstable();
        names.dedup();
        names.len() - 1
    }

    /// Measures a first `cargo build --release` of all crates.
    fn clean(&self) {
        self.scratch.write(SINE);
        let seconds = median(self.runs.min(3), || {
            // `Scratch` keeps its target directory, so only this measurement is a clean build.
            if self.scratch.target().exists() {
                fs::remove_dir_all(self.scratch.target()).expect("the target directory is ours");
            }
            self.scratch.build(true);
        });
        self.print("clean release build", seconds, "s");
    }

    /// Measures builds after a change of the program.
    fn rebuild(&self, what: &str, program: &str) {
        for (profile, release) in [("debug", false), ("release", true)] {
            let seconds = self.seconds_to_rebuild(program, release);
            self.print(&format!("{profile} rebuild, {what}"), seconds, "s");
        }
    }

    /// Measures how the build time of one network grows with its number of layers.
    fn growth(&self, layers: &[usize]) {
        for (profile, release) in [("debug", false), ("release", true)] {
            let none = self.seconds_to_rebuild("fn main() {}", release);
            let build = |&count: &usize| self.seconds_to_rebuild(&networks(1, count), release) - none;
            let seconds: Vec<f64> = layers.iter().map(build).collect();
            for (count, seconds) in layers.iter().zip(&seconds) {
                self.print(&format!("{profile} rebuild, per layer of {count}"), 1e3 * seconds / *count as f64, "ms");
            }
            let (last, ratio) = (layers[layers.len() - 1], seconds[layers.len() - 1] / seconds[0]);
            self.print(&format!("{profile} rebuild, {last} layers compared with {}", layers[0]), ratio, "times");
        }
    }

    /// Returns the median time of a rebuild in seconds.
    fn seconds_to_rebuild(&self, program: &str, release: bool) -> f64 {
        self.scratch.write(program);
        self.scratch.build(release);
        let mut edits = 0;
        median(self.runs, || {
            // Change the text: the clock of a file system may be too coarse for a changed time stamp.
            edits += 1;
            self.scratch.write(&format!("{program}\n// {edits}\n"));
            self.scratch.build(release);
        })
    }

    fn print(&self, what: &str, value: f64, unit: &str) {
        if self.json {
            println!("{{\"what\":\"{what}\",\"value\":{value:.4},\"unit\":\"{unit}\"}}");
        } else {
            println!("{what:44} {value:10.3} {unit}");
        }
    }
}

/// Returns a program that trains and uses `count` networks. All layers of a network have different sizes.
fn networks(count: usize, layers: usize) -> String {
    let mut program = String::from("use mlp::prelude::*;\n");
    for network in 0..count {
        let width = |layer: usize| if layer == 0 || layer == layers { 1 } else { 4 + (layer * 7 + network) % 61 };
        let _ = write!(program, "sequential! {{ struct Net{network} {{ ");
        for layer in 0..layers {
            let _ = write!(program, "Dense({} => {}, relu), ", width(layer), width(layer + 1));
        }
        let _ = writeln!(program, "}} }}");
    }
    program.push_str("fn main() {\n    let x = linspace(0.0, 1.0, 100);\n");
    for network in 0..count {
        let _ = writeln!(
            program,
            "    let mut model = Net{network}::new(0).compile(Adam::default(), MeanSquaredError);
    model.fit(&x, &x, Fit::new().epochs(1)).expect(\"finite data\");
    println!(\"{{}}\", model.predict_one([1.5])[0]);"
        );
    }
    program + "}\n"
}

/// Returns the median duration of `runs` runs in seconds.
fn median(runs: usize, mut run: impl FnMut()) -> f64 {
    let mut seconds: Vec<f64> = (0..runs)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed().as_secs_f64()
        })
        .collect();
    seconds.sort_by(f64::total_cmp);
    seconds[runs / 2]
}
