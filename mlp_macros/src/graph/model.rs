//! `Model(inputs => outputs)`, and what is left over.

use syn::Ident;

use super::functional::Builder;
use super::scope::Binding;
use super::{Input, Output, Source};
use crate::ast::{Model, Statement, Statements};
use crate::errors::Errors;

/// More values than this a network neither takes nor gives: tuples of them end here.
const MOST: usize = 8;

/// The outputs. Brings the inputs into their order.
pub(super) fn outputs(graph: &mut Builder, models: &[&Model], body: &Statements) -> Vec<Output> {
    let [model] = models else {
        missing(graph, models, body);
        return Vec::new();
    };
    let mut outputs: Vec<Output> = Vec::new();
    for name in &model.outputs {
        let output = output(graph, name, &outputs);
        outputs.extend(graph.errors.take(output).flatten());
    }
    order(graph, model);
    for (values, what) in [(&model.inputs, "inputs"), (&model.outputs, "outputs")] {
        if values.is_empty() || values.len() > MOST {
            graph.errors.add(&model.keyword, format_args!("a network has one to {MOST} {what}"));
        }
    }
    // What is not used says nothing where something else is wrong.
    if graph.errors.is_empty() {
        unused(graph);
    }
    let numbers: Vec<usize> = input_numbers(graph, model);
    renumber(graph, &mut outputs, &numbers);
    outputs
}

fn missing(graph: &mut Builder, models: &[&Model], body: &Statements) {
    let message = "a network ends in what goes in and what comes out: `Model(input => output)`";
    match models {
        [_, again, ..] => graph.errors.add(&again.keyword, "a network has one `Model(inputs => outputs)`"),
        // It may be what cannot be read.
        _ if body.statements.iter().any(|statement| matches!(statement, Statement::Broken(_))) => {}
        _ => graph.errors.add_at(graph.head.span(), message),
    }
}

fn output(graph: &mut Builder, name: &Ident, before: &[Output]) -> syn::Result<Option<Output>> {
    if before.iter().any(|output| output.name == *name) {
        return Err(syn::Error::new_spanned(name, format_args!("`{name}` is given twice")));
    }
    match graph.scope.look_up(name)? {
        Binding::Value(value) => Ok(Some(Output { name: name.clone(), value })),
        Binding::Broken => Ok(None),
        Binding::Layer(_) => {
            let message = format_args!("`{name}` is a layer, not a value: call it, `let y = {name}(x);`");
            Err(syn::Error::new_spanned(name, message))
        }
    }
}

/// Checks the names of the inputs.
fn order(graph: &mut Builder, model: &Model) {
    let before = graph.errors.len();
    for (index, name) in model.inputs.iter().enumerate() {
        if model.inputs[..index].contains(name) {
            graph.errors.add(name, format_args!("`{name}` is an input already"));
            continue;
        }
        // An input of the model that no layer takes is no use of it.
        if graph.inputs.iter().any(|input| input.name == Some(name)) {
            continue;
        }
        match graph.scope.look_up(name) {
            Err(error) => graph.errors.push(error),
            Ok(Binding::Broken) => {}
            Ok(_) => graph.errors.add(name, format_args!("`{name}` is not an input: `let {name} = Input(3);`")),
        }
    }
    // A wrong name may stand for the one that is missing.
    if graph.errors.len() > before {
        return;
    }
    let forgotten: Vec<_> = graph.inputs.iter().filter_map(|input| input.name).collect();
    for name in forgotten.into_iter().filter(|name| !model.inputs.contains(name)) {
        let mut names: Vec<_> = model.inputs.iter().map(ToString::to_string).collect();
        names.push(name.to_string());
        let message = format!("the input `{name}` is missing in the model: `Model(({}) => …)`", names.join(", "));
        graph.errors.add(name, message);
    }
}

fn unused(graph: &mut Builder) {
    let mut errors = Errors::default();
    for (name, binding) in graph.scope.unused() {
        match binding {
            Binding::Layer(_) => errors.add(name, format_args!("the layer `{name}` is never called: `{name}(x)`")),
            Binding::Value(value) if matches!(value.source, Source::Input(_)) && value.is_whole() => {
                errors.add(name, format_args!("no layer takes the input `{name}`"));
            }
            Binding::Value(_) => errors.add(name, format_args!("`{name}` is computed and never used")),
            Binding::Broken => {}
        }
    }
    graph.errors.extend(errors);
}

/// For each input as it was defined its place in the model.
fn input_numbers(graph: &Builder, model: &Model) -> Vec<usize> {
    let place = |input: &Input| model.inputs.iter().position(|name| input.name == Some(name));
    graph.inputs.iter().map(|input| place(input).unwrap_or_default()).collect()
}

fn renumber(graph: &mut Builder, outputs: &mut [Output], numbers: &[usize]) {
    let change = |source: &mut Source| {
        if let Source::Input(input) = source {
            *input = numbers[*input];
        }
    };
    graph.sources().for_each(change);
    outputs.iter_mut().for_each(|output| change(&mut output.value.source));
    let mut inputs: Vec<_> = core::mem::take(&mut graph.inputs).into_iter().zip(numbers).collect();
    inputs.sort_by_key(|(_, number)| **number);
    graph.inputs = inputs.into_iter().map(|(input, _)| input).collect();
}
