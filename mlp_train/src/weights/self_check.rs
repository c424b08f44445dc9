//! A sample and the network's output for it: verifies that loaded weights compute the same function as saved ones.

use std::env::consts;

use mlp_core::kernels::InstructionSet;
use mlp_core::layers::{Module, Shape};
use mlp_core::network::predict_one;
use mlp_core::{Rng, Scalar};
use mlp_data::Tensor;

use super::error::Mismatch;
use super::fill::Tensors;

/// Names of the two tensors. No layer's name contains a colon.
const INPUT: &str = "golden:input";
const OUTPUT: &str = "golden:output";

/// Returns the tolerance as a fraction of the largest output.
///
/// Another instruction set changes the last digits only; another activation changes more than this.
fn tolerance<T: Scalar>(exact: bool) -> f64 {
    match size_of::<T>() {
        _ if exact => 0.0,
        4 => 1e-3,
        _ => 1e-9,
    }
}

/// Returns a description of the machine. The same version produces the same bits on machines of the same description.
pub(super) fn machine() -> String {
    format!("{} {} {}", consts::ARCH, consts::OS, InstructionSet::selected())
}

/// Returns the two tensors of a network.
pub(super) fn write<N: Module>(network: &N) -> [(String, Tensor); 2] {
    let mut rng = Rng::new(0);
    let input: Vec<N::Scalar> =
        (0..N::Input::FEATURES).map(|_| N::Scalar::from_f64(2.0 * rng.uniform() - 1.0)).collect();
    let output = output(network, &input);
    [(INPUT, input), (OUTPUT, output)]
        .map(|(name, values)| (name.to_owned(), Tensor::from_columns(&values, &[values.len()])))
}

/// Removes the two tensors and compares the network's output. Files of other programs do not have them.
pub(super) fn verify<N: Module>(network: &N, tensors: &mut Tensors, exact: bool) -> Option<Mismatch> {
    let input = tensors.remove(INPUT)?;
    let expected = tensors.remove(OUTPUT)?;
    for (name, tensor, length) in [(INPUT, &input, N::Input::FEATURES), (OUTPUT, &expected, N::Output::FEATURES)] {
        if tensor.dimensions() != [length] {
            let found = tensor.dimensions().to_vec();
            return Some(Mismatch::Shape { tensor: name.into(), expected: vec![length], found });
        }
    }
    let input: Vec<_> = (0..N::Input::FEATURES).map(|index| N::Scalar::from_f64(input.nth(index))).collect();
    let expected: Vec<f64> = (0..N::Output::FEATURES).map(|index| expected.nth(index)).collect();
    let max = expected.iter().fold(1.0_f64, |max, value| max.max(value.abs()));
    let differs = |(found, expected): &(f64, f64)| {
        // A NaN matches only NaN, infinities only themselves.
        let near = (found - expected).abs() <= tolerance::<N::Scalar>(exact) * max;
        !(near || found == expected || found.is_nan() && expected.is_nan())
    };
    let pairs = output(network, &input).into_iter().map(Scalar::to_f64).zip(expected);
    let failed = pairs.enumerate().find(|(_, pair)| differs(pair));
    failed.map(|(index, (found, expected))| Mismatch::SelfCheck { index, expected, found })
}

fn output<N: Module>(network: &N, input: &[N::Scalar]) -> Vec<N::Scalar> {
    let mut sample = N::Input::sample();
    let mut rest = input;
    N::Input::parts_mut(&mut sample, &mut |part: &mut [N::Scalar]| {
        let (values, after) = rest.split_at(part.len());
        part.copy_from_slice(values);
        rest = after;
    });
    let mut output = Vec::with_capacity(N::Output::FEATURES);
    let predicted = predict_one(network, &N::Options::default(), &sample);
    N::Output::parts(&predicted, &mut |part: &[N::Scalar]| output.extend_from_slice(part));
    output
}
