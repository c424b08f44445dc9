//! Programs written by a bench, which depend on this library and are built with cargo.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Predicts; with an argument it trains first, so that all of training is in the binary.
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
    /// An empty program; each bench has a project of its own.
    pub fn new(bench: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(bench);
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

    /// Where cargo puts what it builds.
    pub fn target(&self) -> PathBuf {
        self.folder.join("target")
    }

    /// Changes the program.
    pub fn write(&self, program: &str) {
        fs::write(self.folder.join("src/main.rs"), program).expect("the target directory can be written");
    }

    /// As the user builds it.
    pub fn build(&self, release: bool) {
        let mut cargo = self.cargo(&["build", "--quiet"]);
        if release {
            cargo.arg("--release");
        }
        let output = cargo.output().expect("cargo starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// A cargo that works in the project.
    pub fn cargo(&self, words: &[&str]) -> Command {
        let mut cargo = Command::new(env!("CARGO"));
        // The outer cargo's settings are not the project's.
        cargo.args(words).current_dir(&self.folder).env("CARGO_TARGET_DIR", self.target()).env_remove("RUSTFLAGS");
        cargo
    }
}
