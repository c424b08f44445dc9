//! ONNX files with samples and predictions, for `tests/goldens/onnx_run.py`.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use mlp::{Network, Scalar, Shape};

const SAMPLES: usize = 7;

/// Writes `NAME.onnx` and `NAME.txt`. The latter has a line for each input and output: the number of features and all values,
/// row-major.
pub fn write<N: Network>(name: &str, network: &N, number: &mut dyn FnMut() -> f64) {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("onnx");
    fs::create_dir_all(&folder).expect("the folder can be created");
    network.save_onnx(folder.join(name).with_extension("onnx")).expect("every layer can be exported");
    let (mut inputs, mut outputs) = (Vec::new(), Vec::new());
    for _ in 0..SAMPLES {
        let mut sample = N::Input::sample::<N::Scalar>();
        N::Input::parts_mut(&mut sample, &mut |part: &mut [N::Scalar]| {
            part.fill_with(|| N::Scalar::from_f64(number()));
        });
        let doubles = |part: &[N::Scalar]| part.iter().map(|&x| Scalar::to_f64(x)).collect::<Vec<_>>();
        N::Input::parts(&sample, &mut |part: &[N::Scalar]| inputs.extend(doubles(part)));
        N::Output::parts(&network.predict_one(sample), &mut |part: &[N::Scalar]| outputs.extend(doubles(part)));
    }
    let mut text = String::new();
    for (kind, sizes, numbers) in [("input", sizes::<N::Input>(), inputs), ("output", sizes::<N::Output>(), outputs)] {
        let all: usize = sizes.iter().sum();
        let mut first = 0;
        for size in sizes {
            let _ = write!(text, "{kind} {size}");
            let rows = numbers.chunks_exact(all).flat_map(|row| &row[first..first + size]);
            rows.for_each(|number| text.push_str(&format!(" {number:?}")));
            text.push('\n');
            first += size;
        }
    }
    fs::write(folder.join(name).with_extension("txt"), text).expect("the folder can be created");
}

/// Returns the number of features of each part of a shape.
fn sizes<S: Shape>() -> Vec<usize> {
    let mut sizes = Vec::new();
    S::sizes(&mut |size| sizes.push(size));
    sizes
}
