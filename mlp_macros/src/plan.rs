//! Memory plan: assigns values and gradients to buffers, and decides how gradients are accumulated.
//!
//! In training every value has its own buffer, because the backward pass reads it again. In inference its buffer is free
//! after the last step that reads it. The gradient of a value lives from the first backward step that writes it to the
//! one that reads it.
//!
//! ```text
//! for each value, in the order in which it comes to life:
//!     reuse the first buffer whose last value is dead, or add a buffer
//! ```

use std::collections::HashSet;

use crate::graph::{Graph, Source, Step, Value};

/// The buffers of all values and gradients of a network.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    /// The network output that each step is written to, if any.
    pub(crate) output_of_step: Vec<Option<usize>>,
    /// The values whose gradients share each gradient buffer.
    pub(crate) gradient_buffers: Vec<Vec<usize>>,
    /// The values that share each inference buffer.
    pub(crate) inference_buffers: Vec<Vec<usize>>,
    /// The outputs that are copies of values stored elsewhere, and how their gradients are written.
    pub(crate) copies: Vec<(usize, Write)>,
    /// The way in which each step writes the gradients of its arguments.
    pub(crate) writes: Vec<Vec<Write>>,
}

/// The way in which a gradient is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Write {
    /// Assignment to the whole gradient.
    Set,
    /// Zeroing of the gradient, then addition to a part of it.
    Clear,
    /// Addition to the gradient.
    Add,
}

impl Plan {
    /// Creates the plan of a graph.
    pub(crate) fn new(graph: &Graph) -> Self {
        let mut plan = Self {
            output_of_step: (0..graph.steps.len()).map(|step| output_of(graph, step)).collect(),
            gradient_buffers: Vec::new(),
            inference_buffers: Vec::new(),
            copies: Vec::new(),
            writes: Vec::new(),
        };
        plan.plan_writes(graph);
        plan.assign_gradients(graph);
        plan.assign_values(graph);
        plan
    }

    /// Follows the backward pass, which begins with the outputs that are copies.
    fn plan_writes(&mut self, graph: &Graph) {
        let mut written: HashSet<Source> =
            (0..graph.steps.len()).filter(|&step| self.output_of_step[step].is_some()).map(Source::Step).collect();
        let mut write = |value: &Value| match (written.insert(value.source), value.is_whole()) {
            (false, _) => Write::Add,
            (true, true) => Write::Set,
            (true, false) => Write::Clear,
        };
        for (output, value) in graph.outputs.iter().map(|output| &output.value).enumerate() {
            if !self.output_of_step.contains(&Some(output)) {
                self.copies.push((output, write(value)));
            }
        }
        for step in graph.steps.iter().rev() {
            self.writes.push(step.arguments.iter().map(|argument| write(&argument.value)).collect());
        }
        self.writes.reverse();
    }

    fn assign_gradients(&mut self, graph: &Graph) {
        for value in (0..graph.steps.len()).rev().filter(|&value| self.output_of_step[value].is_none()) {
            let first_use = self.last_consumer(graph, value);
            let is_free = |buffer: &&mut Vec<usize>| buffer.last().is_some_and(|&held| held > first_use);
            match self.gradient_buffers.iter_mut().find(is_free) {
                Some(buffer) => buffer.push(value),
                None => self.gradient_buffers.push(vec![value]),
            }
        }
    }

    fn assign_values(&mut self, graph: &Graph) {
        for value in (0..graph.steps.len()).filter(|&value| self.output_of_step[value].is_none()) {
            let is_free =
                |buffer: &Vec<usize>| buffer.last().is_some_and(|&held| self.last_consumer(graph, held) < value);
            match self.inference_buffers.iter().position(is_free) {
                Some(buffer) => self.inference_buffers[buffer].push(value),
                None => self.inference_buffers.push(vec![value]),
            }
        }
    }

    /// Returns the last step that reads a value, or the number of steps if an output is a copy of it.
    fn last_consumer(&self, graph: &Graph, value: usize) -> usize {
        let source = Source::Step(value);
        if self.copies.iter().any(|&(output, _)| graph.outputs[output].value.source == source) {
            return graph.steps.len();
        }
        graph.steps.iter().rposition(|step| reads(step, source)).unwrap_or(value)
    }

    /// Returns whether a step writes its input gradient to scratch memory first.
    pub(crate) fn needs_scratch(&self, step: usize) -> bool {
        self.writes[step] != [Write::Set]
    }

    /// Returns the only step that reads a value, if it overwrites the whole gradient of the value.
    pub(crate) fn only_user(&self, graph: &Graph, value: usize) -> Option<usize> {
        let source = Source::Step(value);
        let mut users = (value + 1..graph.steps.len()).filter(|&step| reads(&graph.steps[step], source));
        let user = users.next().filter(|&user| !self.needs_scratch(user))?;
        users.next().is_none().then_some(user)
    }

    /// Returns the buffer of a value's gradient.
    pub(crate) fn gradient_buffer(&self, value: usize) -> usize {
        buffer_of(&self.gradient_buffers, value)
    }

    /// Returns the buffer of a value in inference.
    pub(crate) fn inference_buffer(&self, value: usize) -> usize {
        buffer_of(&self.inference_buffers, value)
    }
}

fn output_of(graph: &Graph, step: usize) -> Option<usize> {
    let value = Value::whole(Source::Step(step));
    graph.outputs.iter().position(|output| output.value == value)
}

fn reads(step: &Step, source: Source) -> bool {
    step.arguments.iter().any(|argument| argument.value.source == source)
}

fn buffer_of(buffers: &[Vec<usize>], value: usize) -> usize {
    buffers.iter().take_while(|buffer| !buffer.contains(&value)).count()
}

#[cfg(test)]
mod tests {
    use super::{Plan, Write};
    use crate::ast::{Chain, Networks, Statements};
    use crate::graph::Analyze;
    use quote::quote;

    fn functional(tokens: proc_macro2::TokenStream) -> Plan {
        let networks: Networks<Statements> = syn::parse2(tokens).unwrap();
        Plan::new(&Statements::analyze(&networks.networks[0]).ok().unwrap())
    }

    #[test]
    fn the_values_of_a_chain_alternate_between_two_buffers() {
        let five = quote! { Dense(1 => 1), Dense(1 => 1), Dense(1 => 1), Dense(1 => 1), Dense(1 => 1) };
        let networks: Networks<Chain> = syn::parse2(five).unwrap();
        let plan = Plan::new(&Chain::analyze(&networks.networks[0]).ok().unwrap());
        assert_eq!(plan.output_of_step, [None, None, None, None, Some(0)]);
        assert_eq!(plan.gradient_buffers, [[3, 1], [2, 0]]);
        assert_eq!(plan.inference_buffers, [[0, 2], [1, 3]]);
        assert!(plan.writes.iter().all(|writes| *writes == [Write::Set]));
    }

    #[test]
    fn a_value_has_one_user_or_several() {
        let model = quote! {
            let x = Input(4);
            let one = Dense(4 => 4)(x);
            let several = Dense(4 => 4)(one);
            let part = Dense(4 => 4)(several);
            let merged = Dense(4 => 4)(several);
            let output = Dense(2 => 4)(part[0..2]);
            let last = Add()(merged, output);
            Model(x => (last, output))
        };
        let networks: Networks<Statements> = syn::parse2(model).unwrap();
        let graph = Statements::analyze(&networks.networks[0]).ok().unwrap();
        let plan = Plan::new(&graph);
        let users: Vec<_> = (0..graph.steps.len()).map(|value| plan.only_user(&graph, value)).collect();
        assert_eq!(users, [Some(1), None, None, None, None, None]);
    }

    #[test]
    fn a_skipped_value_keeps_its_buffers() {
        // `d` reads `a` again, after `b` and `c` were computed.
        let plan = functional(quote! {
            let x = Input(1);
            let a = Dense(1 => 1)(x);
            let b = Dense(1 => 1)(a);
            let c = Dense(1 => 1)(b);
            let d = Add()(c, a);
            let e = Dense(1 => 1)(d);
            Model(x => e)
        });
        let others =
            |buffer: usize, buffers: &[Vec<usize>]| buffers[buffer].iter().filter(|&&value| value != 0).count();
        assert_eq!(others(plan.gradient_buffer(0), &plan.gradient_buffers), 0);
        assert_eq!(others(plan.inference_buffer(0), &plan.inference_buffers), 0);
        assert_ne!(plan.inference_buffer(1), plan.inference_buffer(2));
        assert_eq!(
            plan.writes,
            [vec![Write::Set], vec![Write::Add], vec![Write::Set], vec![Write::Set, Write::Set], vec![Write::Set]]
        );
    }

    #[test]
    fn gradients_add_up_and_parts_are_cleared_first() {
        let plan = functional(quote! {
            let x = Input(4);
            let a = Dense(4 => 4)(x);
            let b = Dense(2 => 1)(a[0..2]);
            let c = Dense(2 => 1)(a[2..4]);
            Model(x => (a, b, c, x))
        });
        // `a` is written to an output, whose gradient is already set; `x` is copied.
        assert_eq!(plan.output_of_step, [Some(0), Some(1), Some(2)]);
        assert_eq!(plan.copies, [(3, Write::Set)]);
        assert_eq!(plan.writes, [vec![Write::Add], vec![Write::Add], vec![Write::Add]]);
        let plan = functional(quote! {
            let x = Input(4);
            let a = Dense(4 => 4)(x);
            let b = Dense(2 => 1)(a[0..2]);
            let c = Dense(2 => 1)(a[2..4]);
            Model(x => (b, c))
        });
        assert_eq!(plan.writes, [vec![Write::Set], vec![Write::Add], vec![Write::Clear]]);
    }
}
