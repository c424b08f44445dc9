//! ONNX files with samples and predictions, for `tests/goldens/onnx_run.py`.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use mlp::prelude::*;

const SAMPLES: usize = 7;

/// Writes `NAME.onnx` and `NAME.txt`. The latter has a line for each input and output: the number of features and all values,
/// row-major.
pub fn write<N: Network>(name: &str, network: &N, number: &mut dyn FnMut() -> f64) {
    network.save_onnx(file(name, "onnx")).expect("every layer can be exported");
    let samples = samples::<N>(number);
    let outputs = samples.iter().flat_map(|sample| outputs(network, sample)).collect();
    write_text::<N>(name, &samples, &sizes::<N::Output>(), outputs);
}

/// Writes the same files of an ensemble, whose outputs are the mean and the standard deviation of each output.
#[allow(dead_code, reason = "the random graphs use this file too")]
pub fn write_ensemble<N: Network, const K: usize>(
    name: &str,
    ensemble: &Ensemble<N, K>,
    number: &mut dyn FnMut() -> f64,
) {
    ensemble.save_onnx(file(name, "onnx")).expect("every layer can be exported");
    let samples = samples::<N>(number);
    let mut results = Vec::new();
    for sample in &samples {
        let members: Vec<Vec<f64>> = ensemble.members().iter().map(|member| outputs(&**member, sample)).collect();
        let mut first = 0;
        for size in sizes::<N::Output>() {
            let mean = |index: usize| members.iter().map(|member| member[index]).sum::<f64>() / K as f64;
            let square = |index: usize| members.iter().map(|member| (member[index] - mean(index)).powi(2)).sum::<f64>();
            results.extend((first..first + size).map(mean));
            results.extend((first..first + size).map(|index| (square(index) / K as f64).sqrt()));
            first += size;
        }
    }
    let sizes: Vec<_> = sizes::<N::Output>().into_iter().flat_map(|size| [size, size]).collect();
    write_text::<N>(name, &samples, &sizes, results);
}

fn file(name: &str, extension: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("onnx");
    fs::create_dir_all(&folder).expect("the folder can be created");
    folder.join(name).with_extension(extension)
}

/// Returns the values of each sample, rounded to the scalar of the network.
fn samples<N: Network>(number: &mut dyn FnMut() -> f64) -> Vec<Vec<f64>> {
    let features = sizes::<N::Input>().iter().sum();
    let mut value = || N::Scalar::from_f64(number()).to_f64();
    (0..SAMPLES).map(|_| (0..features).map(|_| value()).collect()).collect()
}

fn doubles<T: Scalar>(part: &[T]) -> Vec<f64> {
    part.iter().map(|&x| Scalar::to_f64(x)).collect()
}

fn outputs<N: Network>(network: &N, values: &[f64]) -> Vec<f64> {
    let mut values = values.iter();
    let mut sample = N::Input::sample::<N::Scalar>();
    N::Input::parts_mut(&mut sample, &mut |part: &mut [N::Scalar]| {
        part.iter_mut().zip(&mut values).for_each(|(x, &value)| *x = N::Scalar::from_f64(value));
    });
    let mut outputs = Vec::new();
    N::Output::parts(&network.predict_one(sample), &mut |part: &[N::Scalar]| outputs.extend(doubles(part)));
    outputs
}

fn write_text<N: Network>(name: &str, samples: &[Vec<f64>], output_sizes: &[usize], outputs: Vec<f64>) {
    let inputs = samples.concat();
    let mut text = String::new();
    for (kind, sizes, numbers) in [("input", &*sizes::<N::Input>(), inputs), ("output", output_sizes, outputs)] {
        let all: usize = sizes.iter().sum();
        let mut first = 0;
        for &size in sizes {
            let _ = write!(text, "{kind} {size}");
            let rows = numbers.chunks_exact(all).flat_map(|row| &row[first..first + size]);
            rows.for_each(|number| text.push_str(&format!(" {number:?}")));
            text.push('\n');
            first += size;
        }
    }
    fs::write(file(name, "txt"), text).expect("the folder can be created");
}

/// Returns the number of features of each part of a shape.
fn sizes<S: Shape>() -> Vec<usize> {
    let mut sizes = Vec::new();
    S::sizes(&mut |size| sizes.push(size));
    sizes
}
