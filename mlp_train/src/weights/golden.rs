//! A sample and what a network makes of it: whether weights mean the same here as where they were written.

use std::env::consts;

use super::Mismatch;
use super::fill::Tensors;
use crate::data::Tensor;
use crate::kernels::InstructionSet;
use crate::layers::{Layer, Shape};
use crate::random::Rng;
use crate::scalar::Scalar;
use crate::training::batch::predict_one;

/// The names of the two tensors. No layer's name has a colon.
const INPUT: &str = "golden:input";
const OUTPUT: &str = "golden:output";

/// The same weights give other last digits with another instruction set; another activation changes more than this share.
fn tolerance<T: Scalar>(exact: bool) -> f64 {
    match size_of::<T>() {
        _ if exact => 0.0,
        4 => 1e-3,
        _ => 1e-9,
    }
}

/// Where the same version gives the same bits.
pub(super) fn machine() -> String {
    format!("{} {} {}", consts::ARCH, consts::OS, InstructionSet::selected())
}

pub(super) fn write<N: Layer>(network: &N) -> [(String, Tensor); 2] {
    let mut rng = Rng::new(0);
    let input: Vec<N::Scalar> =
        (0..N::Input::FEATURES).map(|_| N::Scalar::from_f64(2.0 * rng.uniform() - 1.0)).collect();
    let output = output(network, &input);
    [(INPUT, input), (OUTPUT, output)]
        .map(|(name, numbers)| (name.to_owned(), Tensor::from_columns(&numbers, &[numbers.len()])))
}

/// Takes the pair out of a file's tensors. A file of someone else has none.
pub(super) fn check<N: Layer>(network: &N, tensors: &mut Tensors, exact: bool) -> Option<Mismatch> {
    let (input, output_there) = (tensors.remove(INPUT)?, tensors.remove(OUTPUT)?);
    for (name, tensor, needed) in [(INPUT, &input, N::Input::FEATURES), (OUTPUT, &output_there, N::Output::FEATURES)] {
        if tensor.dimensions() != [needed] {
            let (needed, found) = (vec![needed], tensor.dimensions().to_vec());
            return Some(Mismatch::Shape { tensor: name.into(), needed, found });
        }
    }
    let numbers = |tensor: &Tensor, count: usize| -> Vec<f64> { (0..count).map(|index| tensor.at(&[index])).collect() };
    let input: Vec<_> = numbers(&input, N::Input::FEATURES).into_iter().map(N::Scalar::from_f64).collect();
    let here = output(network, &input);
    let there = numbers(&output_there, N::Output::FEATURES);
    let largest = there.iter().fold(1.0_f64, |largest, number| largest.max(number.abs()));
    let different = |(found, needed): &(f64, f64)| {
        // Also where one of them is NaN, but not where both are.
        let near = (found - needed).abs() <= tolerance::<N::Scalar>(exact) * largest;
        !(near || found == needed || found.is_nan() && needed.is_nan())
    };
    let pairs = here.into_iter().map(Scalar::to_f64).zip(there);
    let found = pairs.enumerate().find(|(_, pair)| different(pair));
    found.map(|(index, (found, needed))| Mismatch::Golden { index, needed, found })
}

fn output<N: Layer>(network: &N, input: &[N::Scalar]) -> Vec<N::Scalar> {
    let (mut sample, mut rest) = (N::Input::sample(), input);
    N::Input::parts_mut(&mut sample, &mut |part: &mut [N::Scalar]| {
        let (numbers, after) = rest.split_at(part.len());
        part.copy_from_slice(numbers);
        rest = after;
    });
    let mut output = Vec::with_capacity(N::Output::FEATURES);
    let predicted = predict_one(network, &N::Options::default(), &sample);
    N::Output::parts(&predicted, &mut |part: &[N::Scalar]| output.extend_from_slice(part));
    output
}
