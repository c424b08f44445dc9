//! Programs in packages of their own: without features, with another name of the crate, and next to other globs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Creates the folder of a package that a test writes.
fn package(name: &str) -> PathBuf {
    let folder = root().join("target/tests/crates").join(name);
    let _ = fs::remove_dir_all(folder.join("src"));
    fs::create_dir_all(folder.join("src/bin")).unwrap();
    folder
}

/// Writes the manifest of a package, with the versions of the workspace.
fn write_manifest(folder: &Path, name: &str, dependencies: &str) {
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n{dependencies}\n"
    );
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    if let Ok(lock) = fs::read(root().join("Cargo.lock")) {
        fs::write(folder.join("Cargo.lock"), lock).unwrap();
    }
}

/// Checks a package without network access.
fn check(folder: &Path) -> Output {
    let mut command = Command::new(env!("CARGO"));
    command.args(["check", "--offline", "--bins", "--keep-going", "--quiet", "--message-format=short"]);
    command.current_dir(folder).env("CARGO_TARGET_DIR", root().join("target/tests/crates/target"));
    command.env_remove("RUSTFLAGS").output().unwrap()
}

/// Returns the programs of a folder, by name.
fn programs(folder: &str) -> Vec<(String, String)> {
    let entries = fs::read_dir(root().join("tests/crates").join(folder)).unwrap();
    let program = |path: PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (name, fs::read_to_string(&path).unwrap())
    };
    let mut programs: Vec<_> = entries.map(|entry| program(entry.unwrap().path())).collect();
    programs.sort();
    programs
}

/// Each program calls a method of a disabled feature, which its first line names.
#[test]
fn a_disabled_feature_is_named() {
    let folder = package("disabled");
    write_manifest(&folder, "disabled", &format!("mlp = {{ path = {:?} }}", root()));
    let programs = programs("disabled");
    for (name, program) in &programs {
        fs::write(folder.join("src/bin").join(name), program).unwrap();
    }
    let output = String::from_utf8(check(&folder).stderr).unwrap();
    for (name, program) in &programs {
        let feature = program.lines().next().unwrap().trim_start_matches("//! ");
        let place = format!("src/bin/{name}:");
        let errors: Vec<_> = output.lines().filter(|line| line.contains(&place)).collect();
        assert_eq!(errors.len(), 1, "{name}: {errors:#?} of\n{output}");
        let is_named = errors[0].contains(&format!("needs the feature {feature}"));
        let is_gated = errors[0].contains("E0432") || errors[0].contains("E0433");
        assert!(is_named || is_gated, "{name}: {}", errors[0]);
    }
}

fn expect_success(folder: &Path) {
    let output = check(folder);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn copy(program: &str, folder: &Path) {
    fs::copy(root().join("tests/crates/names").join(program), folder.join("src/bin").join(program)).unwrap();
}

#[test]
fn macros_work_under_another_name_of_the_crate() {
    let folder = package("renamed");
    write_manifest(&folder, "renamed", &format!("nn = {{ package = \"mlp\", path = {:?} }}", root()));
    copy("renamed.rs", &folder);
    expect_success(&folder);
}

#[test]
fn macros_work_through_a_library_that_reexports_them() {
    let library = package("umbrella");
    write_manifest(&library, "umbrella", &format!("mlp = {{ path = {:?} }}", root()));
    fs::write(library.join("src/lib.rs"), "pub use mlp as network;\n").unwrap();
    let folder = package("reexported");
    write_manifest(&folder, "reexported", &format!("umbrella = {{ path = {library:?} }}"));
    copy("reexported.rs", &folder);
    expect_success(&folder);
}

#[test]
fn the_prelude_is_used_with_other_globs() {
    let folder = package("globs");
    let others = [("nalgebra", "0.35"), ("ndarray", "0.17"), ("rand", "0.10")]
        .map(|(name, version)| format!("{name} = {{ version = \"{version}\", default-features = false }}\n"))
        .concat();
    let dependencies = format!("mlp = {{ path = {:?}, features = [\"ndarray\"] }}\n{others}", root());
    write_manifest(&folder, "globs", &dependencies);
    copy("globs.rs", &folder);
    expect_success(&folder);
}
