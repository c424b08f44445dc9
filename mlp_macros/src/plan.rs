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

#[cfg(test)]
mod tests {
    use super::Plan;
    use crate::graph::{Comparison, Step, Value};

    fn slots(inputs: &[Value]) -> Vec<Vec<usize>> {
        let step = |(layer, &input)| Step { layer, input, comparison: Comparison::Done };
        Plan::new(&inputs.iter().enumerate().map(step).collect::<Vec<_>>()).slots
    }

    #[test]
    fn the_gradients_of_a_chain_take_turns_in_two_places() {
        let chain = [Value::Input, Value::Step(0), Value::Step(1), Value::Step(2), Value::Step(3)];
        assert_eq!(slots(&chain), [[3, 1], [2, 0]]);
        assert_eq!(slots(&chain[..2]), [[0]]);
        assert!(slots(&chain[..1]).is_empty());
    }

    #[test]
    fn a_gradient_stays_until_all_have_added_to_it() {
        // The first value is used by the step after the third too, while the gradients by the others come and go.
        let skip = [Value::Input, Value::Step(0), Value::Step(1), Value::Step(2), Value::Step(0), Value::Step(4)];
        let slots = slots(&skip);
        let place_of = |value| slots.iter().position(|slot| slot.contains(&value));
        assert_ne!(place_of(0), place_of(1));
        assert_ne!(place_of(0), place_of(2));
        assert_ne!(place_of(0), place_of(4));
    }

    #[test]
    fn a_value_knows_its_place() {
        let plan = Plan { slots: vec![vec![3, 1], vec![2, 0]] };
        assert_eq!([0, 1, 2, 3].map(|value| plan.slot(value)), [1, 0, 1, 0]);
    }
}
