//! Scratch projects: programs that depend on this library and that a bench builds with cargo.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A program that predicts, and trains first if it has an argument, so that training is linked.
pub const SINE: &str = r#"use mlp::prelude::*;

sequential! { struct SineNet { Dense(1 => 10, relu), Dense(10 => 10, relu), Dense(10 => 1) } }

fn main() {
    let network = SineNet::new(7);
    if std::env::args().len() > 1 {
        let x = linspace(0.0, std::f32::consts::TAU, 1000);
        let y = x.map(f32::sin);
        let mut model = network.compile(Adam::new(1e-3), MeanSquaredError);
        model.fit(&x, &y, Fit::new().epochs(10).batch_size(1000)).expect("finite data");
        println!("{}", model.predict_one([1.5])[0]);
    } else {
        println!("{}", network.predict_one([1.5])[0]);
    }
}
"#;

/// A project in the target directory that depends on this library.
pub struct Scratch {
    folder: PathBuf,
}

impl Scratch {
    /// Creates a project. Each bench has a separate one.
    pub fn new(bench: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(bench);
        fs::create_dir_all(folder.join("src")).expect("the target directory can be written");
        let library = env!("CARGO_MANIFEST_DIR");
        let manifest = format!(
            "[package]\nname = \"scratch\"\nedition = \"2024\"\n\n[workspace]\n\n\
             [dependencies]\nmlp = {{ path = {library:?} }}\n\n\
             [profile.dev.package.mlp_core]\nopt-level = 3\ndebug-assertions = false\n\n[profile.release]\nstrip = true\n"
        );
        fs::write(folder.join("Cargo.toml"), manifest).expect("the target directory can be written");
        // Use the versions of the library's lock file.
        fs::copy(Path::new(library).join("Cargo.lock"), folder.join("Cargo.lock"))
            .expect("the library has a lock file");
        let scratch = Self { folder };
        scratch.write(SINE);
        scratch
    }

    /// Returns the target directory.
    pub fn target(&self) -> PathBuf {
        self.folder.join("target")
    }

    /// Replaces the program.
    pub fn write(&self, program: &str) {
        fs::write(self.folder.join("src/main.rs"), program).expect("the target directory can be written");
    }

    /// Builds the program.
    pub fn build(&self, release: bool) {
        let mut cargo = self.cargo(&["build", "--quiet"]);
        if release {
            cargo.arg("--release");
        }
        let output = cargo.output().expect("cargo starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// Returns a cargo command that runs in the project.
    pub fn cargo(&self, words: &[&str]) -> Command {
        let mut cargo = Command::new(env!("CARGO"));
        // Don't inherit the settings of the outer cargo.
        cargo.args(words).current_dir(&self.folder).env("CARGO_TARGET_DIR", self.target()).env_remove("RUSTFLAGS");
        cargo
    }
}
