//! A chain: each layer is called once, on what the layer before it gives.

use syn::{Error, Ident};

use super::sizes::literal;
use super::{
    Argument, Checked, Comparison, Described, Graph, Input, Layer, Output, Source, Step, Value, arity, check_layer,
    comparison, header, names,
};
use crate::ast::{self, Chain, Head, Network, Sizes};
use crate::errors::Errors;

impl Checked for Chain {
    fn check(network: &Network<Self>) -> Result<Graph<'_>, Errors> {
        let Network { head, body, errors } = network;
        let mut errors = errors.clone();
        let scalar = header::check(head, &mut errors);
        if body.layers.is_empty() && errors.is_empty() {
            errors.add_at(head.span(), "a network has at least one layer: `Dense(1 => 10, relu), Dense(10 => 1)`");
        }
        let written = described(body);
        let sound: Vec<_> =
            written.iter().map(|layer| layer.filter(|layer| check_layer(*layer, head, &mut errors))).collect();
        let comparisons = comparisons(&sound, head, &mut errors);
        let names = names::names(&written, &mut errors);
        if !errors.is_empty() {
            return Err(errors);
        }
        let layers: Vec<_> = written.into_iter().flatten().zip(names.into_iter().flatten()).collect();
        let steps: Vec<_> = comparisons.into_iter().zip(&layers).enumerate().map(step).collect();
        let outputs = steps
            .last()
            .into_iter()
            .map(|step| Output { name: step.name.clone(), value: Value::whole(Source::Step(steps.len() - 1)) });
        let (outputs, inputs) = (outputs.collect(), vec![Input { name: None, size: None }]);
        let layer = |(Described { call, attributes, .. }, name)| Layer { name, call, attributes, sized_by: None };
        let layers = layers.into_iter().map(layer).collect();
        Ok(Graph { head, kind: "Sequential", scalar, inputs, layers, steps, outputs })
    }
}

fn described(chain: &Chain) -> Vec<Option<Described<'_>>> {
    let layers = chain.layers.iter().enumerate();
    layers.map(|(index, layer)| layer.as_ref().map(|layer| numbered(index + 1, layer))).collect()
}

fn numbered(number: usize, layer: &ast::Layer) -> Described<'_> {
    let ast::Layer { attributes, name, call } = layer;
    Described { number: Some(number), name: name.as_ref(), call, attributes }
}

fn step((index, (comparison, (layer, name))): (usize, (Comparison, &(Described, Ident)))) -> Step {
    let source = index.checked_sub(1).map_or(Source::Input(0), Source::Step);
    let argument = Argument { value: Value::whole(source), comparison, place: comparison::place(layer.call) };
    Step { name: name.clone(), layer: index, arguments: vec![argument] }
}

/// For each layer how its input is compared with the output before it.
fn comparisons(layers: &[Option<Described>], head: &Head, errors: &mut Errors) -> Vec<Comparison> {
    let mut before = None;
    let mut comparisons = Vec::new();
    for (index, layer) in layers.iter().enumerate() {
        let complete = layer.filter(|layer| errors.take(arity::check(*layer, index, layers)).is_some());
        let pair = before.zip(complete);
        comparisons.push(pair.map_or(Comparison::Done, |(before, layer)| compared(before, layer, head)));
        let fits = errors.take(pair.map_or(Ok(()), |(before, layer)| compare(before, layer))).is_some();
        // What does not fit is to change, and with it what it gives, where that is the same size.
        before = complete.filter(|layer| fits || matches!(layer.call.sizes(), Some(Sizes::Between(..))));
    }
    comparisons
}

fn compare(before: Described, layer: Described) -> Result<(), Error> {
    let (Some(gives), Some(sizes)) = (output(before), layer.call.sizes()) else { return Ok(()) };
    match comparison::misfit(gives, sizes) {
        Some(takes) => {
            let message = format_args!("{layer}, takes {takes}, but {before}, gives {gives}");
            Err(Error::new_spanned(sizes.input(), message))
        }
        None => Ok(()),
    }
}

fn compared(before: Described, layer: Described, head: &Head) -> Comparison {
    let input = layer.call.sizes().and_then(|sizes| literal(sizes.input()));
    let is_number = |layer: Described| comparison::is_number(layer.call, head);
    comparison::of(output(before).zip(input), is_number(before) && is_number(layer))
}

/// What a layer gives, where the macro can see it.
pub(super) fn output(layer: Described) -> Option<usize> {
    literal(layer.call.sizes()?.output())
}
