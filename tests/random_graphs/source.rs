//! Writes a graph as source text of `functional!`.

use std::fmt::Write as _;
use std::rc::Rc;

use crate::graph::{Activation, Argument, Graph, Kind, Layer, Merge, Simple, Statement};
use crate::interpreter::PERIOD;

/// Returns all networks, and a test for each.
pub fn file(graphs: &[Rc<Graph>]) -> String {
    let mut text = networks(graphs, ": f64", "{check, derivatives}");
    for (index, graph) in graphs.iter().enumerate() {
        let losses: Vec<String> = graph.outputs.iter().map(|output| format!("{:?}", output.loss)).collect();
        let (name, losses) = (&graph.name, tuple(&losses));
        let _ =
            write!(text, "\n#[test]\nfn {}() {{\n    check::<{name}, _>({index}, {losses});\n", name.to_lowercase());
        let _ = writeln!(text, "    derivatives::check::<{name}>({index});");
        if name.starts_with("Field") {
            let outputs = graph.output_features()[0];
            let residual = ["Scalar", "System"][outputs - 1];
            let _ = writeln!(
                text,
                "    derivatives::check_field::<{name}, {outputs}, _>({index}, derivatives::{residual});"
            );
        }
        text.push_str("}\n");
    }
    text
}

/// Returns the networks in single precision, and one test for all of them.
pub fn single(graphs: &[Rc<Graph>]) -> String {
    let mut text = networks(graphs, "", "round_trip");
    text.push_str("\n#[test]\nfn single_precision_check() {\n");
    for (index, graph) in graphs.iter().enumerate() {
        let _ = writeln!(text, "    round_trip::check::<{}>({index});", graph.name);
    }
    text.push_str("}\n");
    text
}

/// Returns a file that imports `used`.
fn networks(graphs: &[Rc<Graph>], scalar: &str, used: &str) -> String {
    let mut text =
        String::from("//! Random networks. `UPDATE_EXPECT=1 cargo test --test random_graphs` updates this file.\n\n");
    let _ = write!(text, "use mlp::prelude::*;\n\nuse crate::{used};\n\nfunctional! {{\n");
    for graph in graphs {
        text.push_str(&network(graph, scalar));
    }
    text.push_str("}\n");
    text
}

fn network(graph: &Graph, scalar: &str) -> String {
    let mut text = format!("    struct {}{scalar} {{\n", graph.name);
    let writer = Writer { graph, uses: graph.uses() };
    for index in 0..graph.statements.len() {
        if !writer.is_inlined(index) {
            let _ = writeln!(text, "        {};", writer.statement(index));
        }
    }
    let names = |values: &mut dyn Iterator<Item = usize>| tuple(&values.map(name).collect::<Vec<_>>());
    let inputs = names(&mut graph.inputs.iter().copied());
    let outputs = names(&mut graph.outputs.iter().map(|output| output.value));
    let _ = writeln!(text, "        Model({inputs} => {outputs})\n    }}");
    text
}

fn tuple(items: &[String]) -> String {
    match items {
        [item] => item.clone(),
        _ => format!("({})", items.join(", ")),
    }
}

fn name(value: usize) -> String {
    format!("v{value}")
}

struct Writer<'a> {
    graph: &'a Graph,
    uses: Vec<usize>,
}

impl Writer<'_> {
    /// Returns whether only the next statement uses a call, so that it needs no name.
    fn is_inlined(&self, index: usize) -> bool {
        let statements = &self.graph.statements;
        let [Statement::Call { results, .. }, Statement::Call { arguments, .. }, ..] = &statements[index..] else {
            return false;
        };
        let [result] = results[..] else { return false };
        // A network in parentheses would look like a size.
        self.uses[result] == 1 && result % 2 == 0 && arguments.iter().any(|argument| argument.value == result)
    }

    fn statement(&self, index: usize) -> String {
        match &self.graph.statements[index] {
            Statement::Input { value } => format!("let {} = Input({})", name(*value), self.graph.features[*value]),
            Statement::Slice { value, of } => format!("let {} = {}", name(*value), self.argument(of, None)),
            Statement::Layer { layer } => format!("let {} = {}", layer_name(*layer), self.layer(*layer)),
            Statement::Call { results, .. } => {
                let results: Vec<_> = results.iter().map(|&value| self.result(value)).collect();
                format!("let {} = {}", tuple(&results), self.call(index))
            }
        }
    }

    fn result(&self, value: usize) -> String {
        if self.uses[value] == 0 { "_".to_owned() } else { name(value) }
    }

    fn call(&self, index: usize) -> String {
        let Statement::Call { layer, arguments, .. } = &self.graph.statements[index] else {
            unreachable!("only a call is asked for")
        };
        let before = index.checked_sub(1).filter(|&before| self.is_inlined(before));
        let arguments: Vec<_> = arguments.iter().map(|argument| self.argument(argument, before)).collect();
        let callee = if self.graph.layers[*layer].named { layer_name(*layer) } else { self.layer(*layer) };
        format!("{callee}({})", arguments.join(", "))
    }

    /// Returns the name of a value, or the previous call if it has no name.
    fn argument(&self, argument: &Argument, before: Option<usize>) -> String {
        let is_result = |index: &usize| match &self.graph.statements[*index] {
            Statement::Call { results, .. } => results.contains(&argument.value),
            _ => false,
        };
        let value = before.filter(is_result).map_or_else(|| name(argument.value), |index| self.call(index));
        match &argument.slice {
            Some(range) => format!("{value}[{}..{}]", range.start, range.end),
            None => value,
        }
    }

    fn layer(&self, layer: usize) -> String {
        let Layer { kind, inputs, .. } = &self.graph.layers[layer];
        match kind {
            Kind::Dense { inputs, outputs, activation: Activation::Identity } => {
                format!("Dense({inputs} => {outputs})")
            }
            Kind::Dense { inputs, outputs, activation } => {
                format!("Dense({inputs} => {outputs}, {})", format!("{activation:?}").to_lowercase())
            }
            Kind::Merge(Merge::Cosine) => "Dot(normalize = true)".to_owned(),
            Kind::Merge(merge) => format!("{merge:?}()"),
            Kind::Network(graph) => graph.name.clone(),
            Kind::Simple(Simple::Rescaling) => format!("Rescaling({inputs}, scale = 1.5, offset = -0.25)"),
            Kind::Simple(Simple::Dropout) => format!("Dropout({inputs}, rate = 0.0)"),
            Kind::Simple(simple) => format!("{simple:?}({inputs})"),
            Kind::Fourier { outputs } => format!("FourierFeatures({inputs} => {outputs}, trainable = true)"),
            Kind::Periodic { first, count, harmonics } => {
                let outputs = inputs - count + 2 * count * harmonics;
                format!(
                    "PeriodicEmbedding({inputs} => {outputs}, PeriodicInputs<{first}, {count}>, period = {PERIOD:?})"
                )
            }
        }
    }
}

fn layer_name(layer: usize) -> String {
    format!("layer{layer}")
}
