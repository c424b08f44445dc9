//! Analysis of a chain: each layer is called once, on the output of the previous layer.

use syn::{Error, Ident};

use super::description::LayerDescription;
use super::sizes::{literal, output_size};
use super::{
    Analyze, Argument, Comparison, Graph, Input, LayerNode, Output, Source, Step, Value, arity, comparison, header,
    layer, names,
};
use crate::ast::{Chain, ChainLayer, Head, LayerCall, Network, Sizes};
use crate::errors::Errors;

impl Analyze for Chain {
    fn analyze(network: &Network<Self>) -> Result<Graph<'_>, Errors> {
        let Network { head, body, errors } = network;
        let mut errors = errors.clone();
        let scalar = header::check(head, &mut errors);
        if body.layers.is_empty() && errors.is_empty() {
            errors.add_at(head.span(), "expected at least one layer: `Dense(1 => 10, relu), Dense(10 => 1)`");
        }
        let layers = descriptions(body);
        let valid: Vec<_> =
            layers.iter().map(|layer| layer.filter(|layer| layer::check(*layer, head, &mut errors))).collect();
        let comparisons = comparisons(&valid, head, &mut errors);
        let names = names::names(&layers, &mut errors);
        if !errors.is_empty() {
            return Err(errors);
        }
        let layers = nodes(&layers, names);
        let steps = steps(&layers, comparisons);
        let outputs = output(&steps).into_iter().collect();
        let inputs = vec![Input { name: None, size: None }];
        Ok(Graph { head, kind: "Sequential", scalar, inputs, layers, steps, outputs })
    }

    fn layers(&self) -> Vec<(Option<&Ident>, &LayerCall)> {
        let layers = self.layers.iter().filter_map(|layer| layer.as_ref().map_or_else(Option::as_ref, Some));
        layers.map(|layer| (layer.name.as_ref(), &layer.call)).collect()
    }
}

fn descriptions(chain: &Chain) -> Vec<Option<LayerDescription<'_>>> {
    let layers = chain.layers.iter().enumerate();
    layers.map(|(index, layer)| layer.as_ref().ok().map(|layer| description(index + 1, layer))).collect()
}

fn description(number: usize, layer: &ChainLayer) -> LayerDescription<'_> {
    let ChainLayer { attributes, name, call } = layer;
    LayerDescription { number: Some(number), name: name.as_ref(), call, attributes }
}

fn nodes<'a>(layers: &[Option<LayerDescription<'a>>], names: Vec<Option<Ident>>) -> Vec<LayerNode<'a>> {
    let layers = layers.iter().flatten().zip(names.into_iter().flatten());
    layers
        .map(|(LayerDescription { call, attributes, .. }, name)| LayerNode { name, call, attributes, sized_by: None })
        .collect()
}

fn steps(layers: &[LayerNode], comparisons: Vec<Comparison>) -> Vec<Step> {
    let mut steps = Vec::new();
    for (index, (layer, comparison)) in layers.iter().zip(comparisons).enumerate() {
        let source = index.checked_sub(1).map_or(Source::Input(0), Source::Step);
        let argument = Argument { value: Value::whole(source), comparison, span: comparison::span(layer.call) };
        steps.push(Step { name: layer.name.clone(), layer: index, arguments: vec![argument] });
    }
    steps
}

fn output(steps: &[Step]) -> Option<Output> {
    let last = steps.last()?;
    Some(Output { name: last.name.clone(), value: Value::whole(Source::Step(steps.len() - 1)) })
}

/// Returns for each layer how its input size is compared with the previous output size. Reports mismatches.
fn comparisons(layers: &[Option<LayerDescription>], head: &Head, errors: &mut Errors) -> Vec<Comparison> {
    let mut previous = None;
    let mut comparisons = Vec::new();
    for (index, layer) in layers.iter().enumerate() {
        let complete = layer.filter(|layer| errors.take(arity::check(*layer, index, layers)).is_some());
        let pair = previous.zip(complete);
        comparisons.push(pair.map_or(Comparison::Done, |(previous, layer)| comparison_of(previous, layer, head)));
        let fits = errors.take(pair.map_or(Ok(()), |(previous, layer)| compare(previous, layer))).is_some();
        // The user will change the input size of a mismatch, and with it the output size, if both are the same.
        previous = complete.filter(|layer| fits || matches!(layer.call.sizes(), Some(Sizes::Between(..))));
    }
    comparisons
}

fn compare(previous: LayerDescription, layer: LayerDescription) -> Result<(), Error> {
    let (Some(output), Some(sizes)) = (output_size(previous), layer.call.sizes()) else { return Ok(()) };
    let Some(expected) = comparison::mismatch(output, sizes) else { return Ok(()) };
    let layer = layer.subject();
    let previous = previous.subject();
    let message = format_args!("{layer} {expected}, but {previous} produces {output}");
    Err(Error::new_spanned(sizes.input(), message))
}

fn comparison_of(previous: LayerDescription, layer: LayerDescription, head: &Head) -> Comparison {
    let input = layer.call.sizes().and_then(|sizes| literal(sizes.input()));
    let are_numbers = comparison::is_number(previous.call, head) && comparison::is_number(layer.call, head);
    comparison::of(output_size(previous).zip(input), are_numbers)
}
