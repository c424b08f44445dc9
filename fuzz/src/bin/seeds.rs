//! Copies seed files to the corpus of each target: `cargo run --bin seeds`, in this folder.

use std::path::{Path, PathBuf};
use std::{fs, io};

fn main() -> io::Result<()> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let corpus = |target: &str| -> io::Result<PathBuf> {
        let folder = package.join("corpus").join(target);
        fs::create_dir_all(&folder)?;
        Ok(folder)
    };
    for folder in ["../tests/data", "../tests/data/onnx", "../tests/data/weights"].map(|folder| package.join(folder)) {
        for file in fs::read_dir(folder)?.map(|entry| Ok::<_, io::Error>(entry?.path())) {
            let file = file?;
            if !file.is_file() {
                continue;
            }
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let kind = name.trim_end_matches(".gz").rsplit('.').next().unwrap_or_default();
            let target = match kind {
                "h5" => "keras",
                "safetensors" if name.starts_with("pytorch") => "pytorch",
                kind => kind,
            };
            if ["csv", "idx", "keras", "npy", "npz", "onnx", "pytorch", "safetensors"].contains(&target) {
                fs::copy(&file, corpus(target)?.join(name))?;
            }
        }
    }
    for (target, bytes) in ["weights", "checkpoint"].into_iter().zip(fuzz::parsers::seeds()) {
        fs::write(corpus(target)?.join("whole.safetensors"), bytes)?;
    }
    Ok(())
}
