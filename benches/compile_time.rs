//! What it costs to build a program with networks: `cargo bench --bench compile_time`, `-- --json` for an object a line.
//!
//! It writes programs that depend on this library into the target directory and builds them with cargo. Every figure is
//! a median, of fewer runs with `-- --quick`, which also leaves out the clean build and the twenty networks.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

const SINE: &str = r#"use mlp::prelude::*;

sequential! { struct SineNet { Dense(1 => 10, relu), Dense(10 => 10, relu), Dense(10 => 1) } }

fn main() {
    let network = SineNet::new(7);
    if std::env::args().len() > 1 {
        let x = linspace(0.0, std::f32::consts::TAU, 1000);
        let y = x.map(f32::sin);
        let mut model = network.compile(Adam::new(1e-3), MeanSquaredError);
        model.fit(&x, &y, Fit::epochs(10).batch_size(1000)).expect("finite data");
        println!("{}", model.predict_one([1.5])[0]);
    } else {
        println!("{}", network.predict_one(&Default::default(), &[1.5].into())[0]);
    }
}
"#;

fn main() {
    let words: Vec<String> = std::env::args().collect();
    let asked = |word: &str| words.iter().any(|other| other == word);
    let (json, quick) = (asked("--json"), asked("--quick"));
    let bench = Bench { json, runs: if quick { 1 } else { 5 }, scratch: Scratch::new() };
    bench.size_and_start();
    if !quick {
        bench.clean();
    }
    bench.rebuild("one network", SINE);
    if !quick {
        bench.rebuild("20 networks of 10 layers", &networks(20, 10));
    }
    bench.growth(if quick { &[10, 20] } else { &[10, 20, 40, 80] });
}

struct Bench {
    json: bool,
    runs: usize,
    scratch: Scratch,
}

impl Bench {
    /// What the minimal program consists of, and how long it takes to its first prediction.
    fn size_and_start(&self) {
        self.print("crates in the default build", self.scratch.crates() as f64, "");
        self.scratch.write(SINE);
        self.scratch.build(true);
        let program = self.scratch.program();
        let bytes = fs::metadata(&program).expect("a program was built").len();
        self.print("stripped binary", bytes as f64 / 1e6, "MB");
        let start = || {
            let status = Command::new(&program).stdout(Stdio::null()).status();
            assert!(status.expect("the program starts").success());
        };
        self.print("start to first prediction", 1e3 * median(20 * self.runs, start), "ms");
    }

    /// All crates and the library, as after a first `cargo build --release`.
    fn clean(&self) {
        self.scratch.write(SINE);
        let seconds = median(self.runs.min(3), || {
            // Only here, so that no other measurement is of a clean build.
            fs::remove_dir_all(self.scratch.target()).expect("the target directory is ours");
            self.scratch.build(true);
        });
        self.print("clean release build", seconds, "s");
    }

    /// After a change to the program.
    fn rebuild(&self, what: &str, program: &str) {
        for (profile, release) in [("debug", false), ("release", true)] {
            let seconds = self.seconds_to_rebuild(program, release);
            self.print(&format!("{profile} rebuild, {what}"), seconds, "s");
        }
    }

    /// How the time of one network grows with its layers.
    fn growth(&self, layers: &[usize]) {
        for (profile, release) in [("debug", false), ("release", true)] {
            let none = self.seconds_to_rebuild("fn main() {}", release);
            for &count in layers {
                let seconds = self.seconds_to_rebuild(&networks(1, count), release) - none;
                self.print(&format!("{profile} rebuild, a layer of {count}"), 1e3 * seconds / count as f64, "ms");
            }
        }
    }

    fn seconds_to_rebuild(&self, program: &str, release: bool) -> f64 {
        self.scratch.write(program);
        self.scratch.build(release);
        let mut edits = 0;
        median(self.runs, || {
            // A change of the text, since a file system's clock may be too coarse for a touch.
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

/// A program with networks, each of which is trained and used. No two layers of one network have the same sizes, as in
/// a network that someone would write.
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
    model.fit(&x, &x, Fit::epochs(1)).expect(\"finite data\");
    println!(\"{{}}\", model.predict_one([1.5])[0]);"
        );
    }
    program + "}\n"
}

/// A project in the target directory that depends on this library.
struct Scratch {
    folder: PathBuf,
}

impl Scratch {
    fn new() -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compile_time");
        fs::create_dir_all(folder.join("src")).expect("the target directory can be written");
        let library = env!("CARGO_MANIFEST_DIR");
        let manifest = format!(
            "[package]\nname = \"scratch\"\nedition = \"2024\"\n\n[workspace]\n\n\
             [dependencies]\nmlp = {{ path = {library:?} }}\n\n\
             [profile.dev.package.mlp_core]\nopt-level = 3\n\n[profile.release]\nstrip = true\n"
        );
        fs::write(folder.join("Cargo.toml"), manifest).expect("as above");
        // The library's own versions, whatever is newest today.
        fs::copy(Path::new(library).join("Cargo.lock"), folder.join("Cargo.lock"))
            .expect("the library has a lock file");
        let scratch = Self { folder };
        scratch.write(SINE);
        scratch
    }

    fn target(&self) -> PathBuf {
        self.folder.join("target")
    }

    fn program(&self) -> PathBuf {
        self.target().join("release").join(format!("scratch{}", std::env::consts::EXE_SUFFIX))
    }

    fn write(&self, program: &str) {
        fs::write(self.folder.join("src/main.rs"), program).expect("the target directory can be written");
    }

    fn build(&self, release: bool) {
        let mut cargo = self.cargo(&["build", "--quiet"]);
        if release {
            cargo.arg("--release");
        }
        let output = cargo.output().expect("cargo starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// Every package that `cargo build` compiles, but the program itself.
    fn crates(&self) -> usize {
        let tree = ["tree", "--edges", "normal,build", "--prefix", "none", "--no-dedupe", "--format", "{p}"];
        let output = self.cargo(&tree).output().expect("cargo starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8_lossy(&output.stdout);
        let mut names: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
        names.sort_unstable();
        names.dedup();
        names.len() - 1
    }

    fn cargo(&self, words: &[&str]) -> Command {
        let mut cargo = Command::new(env!("CARGO"));
        // The outer cargo's settings are not the project's.
        cargo.args(words).current_dir(&self.folder).env("CARGO_TARGET_DIR", self.target()).env_remove("RUSTFLAGS");
        cargo
    }
}

/// The median of the seconds of some runs.
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
