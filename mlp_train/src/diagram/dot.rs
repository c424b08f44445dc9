//! Graphviz DOT output.

use std::fmt::Write;

use super::Diagram;

pub(super) fn write(diagram: &Diagram) -> String {
    let mut dot = format!("digraph \"{}\" {{\n", escape(&diagram.title));
    dot.push_str("    graph [rankdir=TB, labelloc=t, fontname=\"sans-serif\"");
    if !diagram.title.is_empty() {
        let _ = write!(dot, ", label=\"{}\"", escape(&diagram.title));
    }
    dot.push_str("];\n    node [shape=box, style=\"rounded\", fontname=\"sans-serif\"];\n");
    for node in 0..diagram.nodes.len() {
        let [name, output] = diagram.lines(node).map(|line| escape(&line));
        let _ = writeln!(dot, "    node_{node} [label=\"{name}\\n{output}\"];");
    }
    for node in 0..diagram.nodes.len() {
        for input in diagram.inputs(node) {
            let _ = writeln!(dot, "    node_{input} -> node_{node};");
        }
    }
    dot.push_str("}\n");
    dot
}

/// Escapes text for a quoted label, in which Graphviz interprets backslashes and HTML entities.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '"' => escaped.push_str("\\\""),
            '\\' => escaped.push_str("\\\\"),
            '&' => escaped.push_str("&amp;"),
            '\n' => escaped.push_str("\\n"),
            _ if character.is_control() => escaped.push(' '),
            _ => escaped.push(character),
        }
    }
    escaped
}
