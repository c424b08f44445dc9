//! The streams that residuals need.
//!
//! Second derivatives that always occur as a sum are one stream. The residuals `r` depend on `a` and `b` through `a + b`
//! alone, if `∂r/∂a = ∂r/∂b` for all outputs and equations, and these derivatives contain no second derivatives.

use std::collections::{BTreeSet, HashMap};

use super::expression::{Expressions, Id, Order, Stream, Symbol};

/// First and second derivatives, in the order in which a network computes them.
#[derive(Debug, PartialEq)]
pub(super) struct Streams {
    /// Inputs of the first derivatives, in ascending order.
    pub(super) directions: Vec<usize>,
    /// Pairs of inputs of the second derivatives, which are summed.
    pub(super) second: Vec<Vec<(usize, usize)>>,
}

impl Streams {
    /// Returns the streams of residuals. In the residuals, the sum of a stream's second derivatives becomes the first one.
    pub(super) fn of(expressions: &mut Expressions, residuals: &mut [Id], outputs: usize) -> Self {
        let orders: BTreeSet<Order> =
            expressions.streams(residuals.iter().copied()).into_iter().map(|stream| stream.order).collect();
        let mut directions = BTreeSet::new();
        let mut second: Vec<Vec<(usize, usize)>> = Vec::new();
        let mut factors_of: Vec<Option<Vec<Id>>> = Vec::new();
        for order in orders {
            match order {
                Order::Value => {}
                Order::First(input) => drop(directions.insert(input)),
                Order::Second(a, b) => {
                    directions.extend([a, b]);
                    let factors = factors(expressions, residuals, outputs, order);
                    match factors_of.iter().position(|other| factors.is_some() && *other == factors) {
                        Some(stream) => second[stream].push((a, b)),
                        None => {
                            second.push(vec![(a, b)]);
                            factors_of.push(factors);
                        }
                    }
                }
            }
        }
        let replaced = summed(expressions, &second, outputs);
        for residual in residuals {
            *residual = expressions.substitute(*residual, &replaced);
        }
        Self { directions: directions.into_iter().collect(), second }
    }

    /// Returns the order of each stream.
    pub(super) fn orders(&self) -> impl Iterator<Item = Order> {
        let first = self.directions.iter().map(|input| Order::First(*input));
        let second = self.second.iter().map(|pairs| Order::Second(pairs[0].0, pairs[0].1));
        core::iter::once(Order::Value).chain(first).chain(second)
    }

    /// Returns the second derivatives as pairs of indices into the directions.
    pub(super) fn second_by_direction(&self) -> impl Iterator<Item = Vec<(usize, usize)>> {
        let index = |input: usize| self.directions.iter().position(|direction| *direction == input).unwrap_or_default();
        self.second.iter().map(move |pairs| pairs.iter().map(|(a, b)| (index(*a), index(*b))).collect())
    }
}

/// Returns the derivatives of all residuals by a second derivative of each output, unless they contain second derivatives.
fn factors(expressions: &mut Expressions, residuals: &[Id], outputs: usize, order: Order) -> Option<Vec<Id>> {
    let mut factors = Vec::new();
    for residual in residuals {
        for output in 0..outputs {
            factors.push(expressions.partial_derivative(*residual, Symbol::Stream(Stream { output, order })));
        }
    }
    let contained = expressions.streams(factors.iter().copied());
    let is_linear = contained.iter().all(|stream| !matches!(stream.order, Order::Second(..)));
    is_linear.then_some(factors)
}

/// Returns the replacements by which the first second derivative of each stream becomes the sum, and the others vanish.
fn summed(expressions: &mut Expressions, second: &[Vec<(usize, usize)>], outputs: usize) -> HashMap<Symbol, Id> {
    let zero = expressions.zero();
    let others = second.iter().flat_map(|pairs| &pairs[1..]);
    let others = others.flat_map(|(a, b)| (0..outputs).map(|output| Stream { output, order: Order::Second(*a, *b) }));
    others.map(|stream| (Symbol::Stream(stream), zero)).collect()
}
