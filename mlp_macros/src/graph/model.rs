//! Analysis of `Model(inputs => outputs)`, and unused names.

use syn::{Error, Ident};

use super::builder::Builder;
use super::scope::Binding;
use super::{Input, Output, Source};
use crate::ast::{Model, Statement, Statements};
use crate::errors::Errors;

/// Maximum number of inputs and of outputs: the longest tuple that implements the traits of data.
const MAX_VALUES: usize = 8;

/// Returns the outputs, and brings the inputs into the order of the `Model`.
pub(super) fn outputs(graph: &mut Builder, models: &[&Model], body: &Statements) -> Vec<Output> {
    let [model] = models else {
        report_missing_model(graph, models, body);
        return Vec::new();
    };
    let mut outputs: Vec<Output> = Vec::new();
    for name in &model.outputs {
        let output = output(graph, name, &outputs);
        outputs.extend(graph.errors.take(output).flatten());
    }
    check_inputs(graph, model);
    // One error is enough for `Model(() => ())`.
    if check_count(graph, model, &model.inputs, "inputs") {
        check_count(graph, model, &model.outputs, "outputs");
    }
    // A name may be unused because of another error.
    if graph.errors.is_empty() {
        report_unused(graph);
    }
    let positions = input_positions(graph, model);
    reorder_inputs(graph, &mut outputs, &positions);
    outputs
}

fn report_missing_model(graph: &mut Builder, models: &[&Model], body: &Statements) {
    match models {
        [_, again, ..] => graph.errors.add(&again.keyword, "duplicate `Model`: a network has one"),
        // The statement with an error may be the `Model`.
        _ if body.statements.iter().any(|statement| matches!(statement, Statement::Error(..))) => {}
        _ => graph.errors.add_at(graph.head.span(), "missing `Model(input => output)` at the end"),
    }
}

/// Returns whether there are as many inputs or outputs as a network can have.
fn check_count(graph: &mut Builder, model: &Model, names: &[Ident], what: &str) -> bool {
    let count = names.len();
    let is_valid = (1..=MAX_VALUES).contains(&count);
    if !is_valid {
        graph.errors.add(&model.keyword, format_args!("expected 1 to {MAX_VALUES} {what}, found {count}"));
    }
    is_valid
}

fn output(graph: &mut Builder, name: &Ident, previous: &[Output]) -> syn::Result<Option<Output>> {
    if previous.iter().any(|output| output.name == *name) {
        return Err(Error::new_spanned(name, format_args!("`{name}` is already an output")));
    }
    match graph.scope.look_up(name)? {
        Binding::Value(value) => Ok(Some(Output { name: name.clone(), value })),
        Binding::Error => Ok(None),
        Binding::Layer(_) => {
            let message = format_args!("expected a value, found the layer `{name}`: call it, `let y = {name}(x);`");
            Err(Error::new_spanned(name, message))
        }
    }
}

fn check_inputs(graph: &mut Builder, model: &Model) {
    let previous_errors = graph.errors.len();
    for (index, name) in model.inputs.iter().enumerate() {
        if model.inputs[..index].contains(name) {
            graph.errors.add(name, format_args!("`{name}` is already an input"));
        } else {
            check_input(graph, name);
        }
    }
    // A wrong name may stand for the missing one.
    if graph.errors.len() == previous_errors {
        report_missing_inputs(graph, model);
    }
}

fn check_input(graph: &mut Builder, name: &Ident) {
    // Without `look_up`: an input that only the `Model` mentions is unused.
    if graph.inputs.iter().any(|input| input.name == Some(name)) {
        return;
    }
    match graph.scope.look_up(name) {
        Err(error) => graph.errors.push(error),
        Ok(Binding::Error) => {}
        Ok(_) => {
            graph.errors.add(name, format_args!("`{name}` is not an input: define it as `let {name} = Input(3);`"));
        }
    }
}

fn report_missing_inputs(graph: &mut Builder, model: &Model) {
    let defined: Vec<_> = graph.inputs.iter().filter_map(|input| input.name).collect();
    for name in defined.into_iter().filter(|name| !model.inputs.contains(name)) {
        let mut names: Vec<_> = model.inputs.iter().map(ToString::to_string).collect();
        names.push(name.to_string());
        let names = names.join(", ");
        graph.errors.add(name, format_args!("the input `{name}` is missing in `Model`: write `Model(({names}) => …)`"));
    }
}

fn report_unused(graph: &mut Builder) {
    let mut errors = Errors::default();
    for (name, binding) in graph.scope.unused() {
        match binding {
            Binding::Layer(_) => {
                errors.add(name, format_args!("unused layer `{name}`: call it, `{name}(x)`, or remove it"));
            }
            Binding::Value(value) if matches!(value.source, Source::Input(_)) && value.is_whole() => {
                errors.add(name, format_args!("unused input `{name}`: call a layer on it, or remove it"));
            }
            Binding::Value(_) => errors.add(name, format_args!("unused value `{name}`: use it or remove it")),
            Binding::Error => {}
        }
    }
    graph.errors.extend(errors);
}

/// Returns for each input, in the order of definition, its position in the `Model`.
fn input_positions(graph: &Builder, model: &Model) -> Vec<usize> {
    let position = |input: &Input| model.inputs.iter().position(|name| input.name == Some(name));
    graph.inputs.iter().map(|input| position(input).unwrap_or_default()).collect()
}

fn reorder_inputs(graph: &mut Builder, outputs: &mut [Output], positions: &[usize]) {
    let values = outputs.iter_mut().map(|output| &mut output.value.source);
    for source in graph.sources().chain(values) {
        if let Source::Input(input) = source {
            *input = positions[*input];
        }
    }
    let mut inputs: Vec<_> = core::mem::take(&mut graph.inputs).into_iter().zip(positions).collect();
    inputs.sort_by_key(|(_, position)| **position);
    graph.inputs = inputs.into_iter().map(|(input, _)| input).collect();
}
