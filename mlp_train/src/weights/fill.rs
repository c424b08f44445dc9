//! Conversion between a network's parameters and named tensors.

use std::collections::BTreeMap;

use mlp_core::layers::Role;
use mlp_core::{Parameters, Scalar};
use mlp_data::{ElementType, Tensor, nearest};

use super::error::Mismatch;
use crate::summary::NamedVariable;

/// Tensors of a file that are not used yet.
pub(super) type Tensors = BTreeMap<String, Tensor>;

/// Returns the element type of a network's parameters.
pub(super) fn element_type<T: Scalar>() -> ElementType {
    if size_of::<T>() == 4 { ElementType::F32 } else { ElementType::F64 }
}

/// Returns parameters, or an optimizer's slot, as named tensors. Unused variables are omitted.
pub(super) fn to_tensors<N: Parameters>(
    parameters: &N,
    variables: &[NamedVariable],
    prefix: &str,
) -> Vec<(String, Tensor)> {
    let mut rest = parameters.as_slice();
    let mut tensors = Vec::new();
    for variable in variables {
        let (values, after) = rest.split_at(variable.count());
        rest = after;
        if variable.role != Role::Unused {
            let tensor = Tensor::from_columns(values, &variable.shape);
            tensors.push((format!("{prefix}{}", variable.name), tensor));
        }
    }
    tensors
}

/// Moves the tensors of a network from those of a file to its parameters. Returns the mismatches; if there are any, the
/// parameters are incomplete.
pub(super) fn fill<N: Parameters>(
    parameters: &mut N,
    variables: &[NamedVariable],
    prefix: &str,
    tensors: &mut Tensors,
) -> Vec<Mismatch> {
    let mut rest = parameters.as_mut_slice();
    let mut mismatches = Vec::new();
    for variable in variables {
        let (values, after) = rest.split_at_mut(variable.count());
        rest = after;
        if variable.role == Role::Unused {
            continue;
        }
        let name = format!("{prefix}{}", variable.name);
        match tensors.remove(&name) {
            Some(tensor) => mismatches.extend(copy(&name, &tensor, &variable.shape, values)),
            None => {
                mismatches.push(Mismatch::Missing { tensor: name, shape: variable.shape.clone(), suggestion: None })
            }
        }
    }
    mismatches
}

/// Copies a tensor of the right shape and type.
fn copy<T: Scalar>(name: &str, tensor: &Tensor, shape: &[usize], values: &mut [T]) -> Option<Mismatch> {
    let expected = element_type::<T>();
    let found = tensor.element_type();
    if found != expected {
        return Some(Mismatch::ElementType { tensor: name.into(), expected, found });
    }
    if tensor.dimensions() != shape {
        let found = tensor.dimensions().to_vec();
        return Some(Mismatch::Shape { tensor: name.into(), expected: shape.to_vec(), found });
    }
    tensor.copy_to_columns(values);
    None
}

/// Returns a mismatch for the first invalid value of each variable.
pub(super) fn invalid_values<N: Parameters>(
    parameters: &N,
    variables: &[NamedVariable],
    prefix: &str,
    is_invalid: impl Fn(N::Scalar) -> bool,
) -> Vec<Mismatch> {
    let mut rest = parameters.as_slice();
    let mut mismatches = Vec::new();
    for variable in variables {
        let (values, after) = rest.split_at(variable.count());
        rest = after;
        let Some(index) = values.iter().position(|&value| is_invalid(value)) else { continue };
        if variable.role != Role::Unused {
            let tensor = format!("{prefix}{}", variable.name);
            let value = Scalar::to_f64(values[index]);
            mismatches.push(Mismatch::NotFinite { tensor, index: multi_index(index, &variable.shape), value });
        }
    }
    mismatches
}

/// Converts a column-major index to an index per dimension.
fn multi_index(index: usize, shape: &[usize]) -> Vec<usize> {
    let mut rest = index;
    let index_in = |&length: &usize| {
        let index = rest % length;
        rest /= length;
        index
    };
    shape.iter().map(index_in).collect()
}

/// Reports unused tensors, and suggests them for missing ones of a similar name.
pub(super) fn report_unused(unused: Tensors, mismatches: &mut Vec<Mismatch>) {
    let names: Vec<String> = unused.keys().cloned().collect();
    for mismatch in &mut *mismatches {
        if let Mismatch::Missing { tensor, suggestion, .. } = mismatch {
            *suggestion = nearest(tensor, &names).cloned();
        }
    }
    let extra = |(tensor, found): (String, Tensor)| Mismatch::Extra { tensor, shape: found.dimensions().to_vec() };
    mismatches.extend(unused.into_iter().map(extra));
}
