//! From named tensors to a network's memory, and back.

use std::collections::BTreeMap;

use super::Mismatch;
use crate::data::{ElementType, Tensor, nearest};
use crate::layers::{Role, Variable};
use crate::parameters::Parameters;
use crate::scalar::Scalar;

/// The tensors of a file that have not found their place yet.
pub(super) type Tensors = BTreeMap<String, Tensor>;

/// What the numbers of a network are.
pub(super) fn element_type<T: Scalar>() -> ElementType {
    if size_of::<T>() == 4 { ElementType::F32 } else { ElementType::F64 }
}

/// The parameters of a network, or what an optimizer remembers of each, as tensors. Those without influence are left out.
pub(super) fn tensors<N: Parameters>(values: &N, variables: &[Variable], prefix: &str) -> Vec<(String, Tensor)> {
    let mut rest = values.as_slice();
    let mut tensors = Vec::new();
    for variable in variables {
        let (numbers, after) = rest.split_at(variable.count());
        rest = after;
        if variable.role != Role::Unused {
            let tensor = Tensor::from_columns(numbers, &variable.shape);
            tensors.push((format!("{prefix}{}", variable.name), tensor));
        }
    }
    tensors
}

/// Takes the tensors of a network out of those of a file and sets its memory to them. What does not fit is told, and the
/// memory is of no use then.
pub(super) fn fill<N: Parameters>(
    values: &mut N,
    variables: &[Variable],
    prefix: &str,
    tensors: &mut Tensors,
) -> Vec<Mismatch> {
    let mut rest = values.as_mut_slice();
    let mut differences = Vec::new();
    for variable in variables {
        let (numbers, after) = rest.split_at_mut(variable.count());
        rest = after;
        if variable.role == Role::Unused {
            continue;
        }
        let name = format!("{prefix}{}", variable.name);
        match tensors.remove(&name) {
            Some(tensor) => differences.extend(copy(&name, &tensor, &variable.shape, numbers)),
            None => {
                differences.push(Mismatch::Missing { tensor: name, shape: variable.shape.clone(), suggestion: None })
            }
        }
    }
    differences
}

/// Sets numbers to those of a tensor, if it is of their shape and type.
fn copy<T: Scalar>(name: &str, tensor: &Tensor, shape: &[usize], numbers: &mut [T]) -> Option<Mismatch> {
    let (needed, found) = (element_type::<T>(), tensor.element_type());
    if found != needed {
        return Some(Mismatch::ElementType { tensor: name.into(), needed, found });
    }
    if tensor.dimensions() != shape {
        let (needed, found) = (shape.to_vec(), tensor.dimensions().to_vec());
        return Some(Mismatch::Shape { tensor: name.into(), needed, found });
    }
    tensor.copy_to_columns(numbers);
    None
}

/// The first number of each array that nothing can be done with.
pub(super) fn refused<N: Parameters>(
    values: &N,
    variables: &[Variable],
    prefix: &str,
    refuses: impl Fn(N::Scalar) -> bool,
) -> Vec<Mismatch> {
    let mut rest = values.as_slice();
    let mut differences = Vec::new();
    for variable in variables {
        let (numbers, after) = rest.split_at(variable.count());
        rest = after;
        let Some(index) = numbers.iter().position(|&number| refuses(number)) else { continue };
        if variable.role != Role::Unused {
            let (tensor, value) = (format!("{prefix}{}", variable.name), Scalar::to_f64(numbers[index]));
            differences.push(Mismatch::NotFinite { tensor, place: place(index, &variable.shape), value });
        }
    }
    differences
}

/// The indices of a number, counted column by column.
fn place(index: usize, shape: &[usize]) -> Vec<usize> {
    let mut rest = index;
    let of_this = |&length: &usize| {
        let index = rest % length;
        rest /= length;
        index
    };
    shape.iter().map(of_this).collect()
}

/// What is left over has no place; where its name is nearly that of what is missing, that is told.
pub(super) fn left_over(tensors: Tensors, differences: &mut Vec<Mismatch>) {
    let names: Vec<String> = tensors.keys().cloned().collect();
    for difference in &mut *differences {
        if let Mismatch::Missing { tensor, suggestion, .. } = difference {
            *suggestion = nearest(tensor, &names).cloned();
        }
    }
    let extra = |(tensor, found): (String, Tensor)| Mismatch::Extra { tensor, shape: found.dimensions().to_vec() };
    differences.extend(tensors.into_iter().map(extra));
}
