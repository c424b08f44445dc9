//! Memory, planned ahead: which gradients can lie in the same place.
//!
//! A value that a layer gives is read again by the backward pass, so each has a place of its own. The gradient by that
//! value lives from the first backward step that writes it to the one that reads it; after that its place is free.

use crate::graph::{Step, Value};

/// Where the gradients by the values between the layers lie.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    /// For each place the values whose gradients lie there, one after the other.
    pub(crate) slots: Vec<Vec<usize>>,
}

impl Plan {
    /// The backward pass goes through the steps from the last to the first.
    pub(crate) fn new(steps: &[Step]) -> Self {
        let mut slots: Vec<Vec<usize>> = Vec::new();
        for value in (0..steps.len()).rev() {
            let Some(first_use) = last_consumer(steps, value) else { continue };
            let free = |slot: &&mut Vec<usize>| slot.last().is_some_and(|&held| held > first_use);
            match slots.iter_mut().find(free) {
                Some(slot) => slot.push(value),
                None => slots.push(vec![value]),
            }
        }
        Self { slots }
    }

    /// The place of the gradient by a value.
    pub(crate) fn slot(&self, value: usize) -> usize {
        self.slots.iter().take_while(|slot| !slot.contains(&value)).count()
    }
}

/// The step that is the first to know something of the gradient by a value.
fn last_consumer(steps: &[Step], value: usize) -> Option<usize> {
    steps.iter().rposition(|step| step.input == Value::Step(value))
}
