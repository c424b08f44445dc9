//! Memory, planned ahead: which values and which gradients can lie in the same place, and which gradients add up.
//!
//! In training a value that a layer gives is read again by the backward pass, so each has a place of its own; in
//! prediction its place is free after the last step that takes it. The gradient by a value lives from the first backward
//! step that writes it to the one that reads it.

use std::collections::HashSet;

use crate::graph::{Argument, Graph, Source, Value};

/// Where everything lies.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    /// For each step the output of the network where its value lies, if it is one.
    pub(crate) output_of_step: Vec<Option<usize>>,
    /// For each place the values whose gradients lie there, one after the other.
    pub(crate) gradients: Vec<Vec<usize>>,
    /// For each place the values that lie there in prediction, one after the other.
    pub(crate) inference: Vec<Vec<usize>>,
    /// The outputs that are copies of values with another home, and how their gradients go there.
    pub(crate) copies: Vec<(usize, Write)>,
    /// For each step, how the gradients by its arguments go where they belong.
    pub(crate) writes: Vec<Vec<Write>>,
}

/// How a gradient is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Write {
    /// Nothing was written before, and this is all of it.
    Set,
    /// Nothing was written before, and this is a part: the rest is zero.
    Clear,
    /// It is added to what was written before.
    Add,
}

impl Plan {
    pub(crate) fn new(graph: &Graph) -> Self {
        let output_of_step: Vec<_> = (0..graph.steps.len())
            .map(|step| graph.outputs.iter().position(|output| output.value == Value::whole(Source::Step(step))))
            .collect();
        let mut plan =
            Self { output_of_step, gradients: Vec::new(), inference: Vec::new(), copies: Vec::new(), writes: Vec::new() };
        plan.write(graph);
        plan.place_gradients(graph);
        plan.place_values(graph);
        plan
    }

    /// Follows the backward pass, which begins with the outputs that are copies.
    fn write(&mut self, graph: &Graph) {
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

    fn place_gradients(&mut self, graph: &Graph) {
        for value in (0..graph.steps.len()).rev().filter(|&value| self.output_of_step[value].is_none()) {
            let first_use = self.last_consumer(graph, value);
            let is_free = |slot: &&mut Vec<usize>| slot.last().is_some_and(|&held| held > first_use);
            match self.gradients.iter_mut().find(is_free) {
                Some(slot) => slot.push(value),
                None => self.gradients.push(vec![value]),
            }
        }
    }

    fn place_values(&mut self, graph: &Graph) {
        for value in (0..graph.steps.len()).filter(|&value| self.output_of_step[value].is_none()) {
            let last_uses: Vec<_> =
                self.inference.iter().map(|place| place.last().map(|&held| self.last_consumer(graph, held))).collect();
            match last_uses.iter().position(|last_use| last_use.is_some_and(|last_use| last_use < value)) {
                Some(place) => self.inference[place].push(value),
                None => self.inference.push(vec![value]),
            }
        }
    }

    /// The last step that takes a value; behind all steps if the network gives a copy of it.
    fn last_consumer(&self, graph: &Graph, value: usize) -> usize {
        let is_meant = |other: &Value| other.source == Source::Step(value);
        if self.copies.iter().any(|&(output, _)| is_meant(&graph.outputs[output].value)) {
            return graph.steps.len();
        }
        let takes = |step: &crate::graph::Step| step.arguments.iter().any(|argument| is_meant(&argument.value));
        graph.steps.iter().rposition(takes).unwrap_or(value)
    }

    /// Whether the gradient by what a step takes is written aside first.
    pub(crate) fn needs_scratch(&self, step: usize) -> bool {
        self.writes[step] != [Write::Set]
    }

    /// The only step that takes a value, if it sets the gradient by all of it.
    pub(crate) fn only_user(&self, graph: &Graph, value: usize) -> Option<usize> {
        let takes_it = |argument: &Argument| argument.value.source == Source::Step(value);
        let mut users = (value + 1..graph.steps.len()).filter(|&step| graph.steps[step].arguments.iter().any(takes_it));
        let user = users.next().filter(|&user| !self.needs_scratch(user))?;
        users.next().is_none().then_some(user)
    }

    /// The place of the gradient by a value.
    pub(crate) fn gradient(&self, value: usize) -> usize {
        place_of(&self.gradients, value)
    }

    /// The place of a value in prediction.
    pub(crate) fn inference_slot(&self, value: usize) -> usize {
        place_of(&self.inference, value)
    }
}

fn place_of(places: &[Vec<usize>], value: usize) -> usize {
    places.iter().take_while(|place| !place.contains(&value)).count()
}

#[cfg(test)]
mod tests {
    use super::{Plan, Write};
    use crate::ast::{Chain, Networks, Statements};
    use crate::graph::Checked;
    use quote::quote;

    fn functional(tokens: proc_macro2::TokenStream) -> Plan {
        let networks: Networks<Statements> = syn::parse2(tokens).unwrap();
        Plan::new(&Statements::check(&networks.networks[0]).ok().unwrap())
    }

    #[test]
    fn the_values_of_a_chain_take_turns_in_two_places() {
        let five = quote! { Dense(1 => 1), Dense(1 => 1), Dense(1 => 1), Dense(1 => 1), Dense(1 => 1) };
        let networks: Networks<Chain> = syn::parse2(five).unwrap();
        let plan = Plan::new(&Chain::check(&networks.networks[0]).ok().unwrap());
        assert_eq!(plan.output_of_step, [None, None, None, None, Some(0)]);
        assert_eq!(plan.gradients, [[3, 1], [2, 0]]);
        assert_eq!(plan.inference, [[0, 2], [1, 3]]);
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
        let graph = Statements::check(&networks.networks[0]).ok().unwrap();
        let plan = Plan::new(&graph);
        let users: Vec<_> = (0..graph.steps.len()).map(|value| plan.only_user(&graph, value)).collect();
        assert_eq!(users, [Some(1), None, None, None, None, None]);
    }

    #[test]
    fn a_skipped_value_keeps_its_places() {
        // The first value is taken by the step after the third too, while the others come and go.
        let plan = functional(quote! {
            let x = Input(1);
            let a = Dense(1 => 1)(x);
            let b = Dense(1 => 1)(a);
            let c = Dense(1 => 1)(b);
            let d = Add()(c, a);
            let e = Dense(1 => 1)(d);
            Model(x => e)
        });
        let others = |place: usize, places: &[Vec<usize>]| places[place].iter().filter(|&&value| value != 0).count();
        assert_eq!(others(plan.gradient(0), &plan.gradients), 0);
        assert_eq!(others(plan.inference_slot(0), &plan.inference), 0);
        assert_ne!(plan.inference_slot(1), plan.inference_slot(2));
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
        // `a` lies in the output, where its gradient is already; `x` is copied.
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
