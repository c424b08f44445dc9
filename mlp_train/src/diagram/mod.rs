//! The picture of a network's graph: a box for each layer, an arrow for each value. Nothing needs to be installed.
//!
//! A network describes itself as a [`Diagram`]; one can be written by hand too:
//!
//! ```
//! use mlp_core::diagram::{Diagram, Node};
//!
//! let node = |name: &str, kind: &str, parameters, inputs: &[usize]| Node {
//!     name: name.into(),
//!     kind: kind.into(),
//!     output_shape: "(None, 10)".into(),
//!     parameters,
//!     inputs: inputs.into(),
//! };
//! let nodes = vec![
//!     node("input_1", "InputLayer", 0, &[]),
//!     node("dense_1", "Dense", 110, &[0]),
//!     node("add_1", "Add", 0, &[0, 1]),
//! ];
//! let diagram = Diagram { title: "Residual".into(), nodes };
//! assert!(diagram.to_svg().starts_with("<svg"));
//! assert!(diagram.to_dot().contains("node_1 -> node_2"));
//! ```
//!
//! Boxes are arranged as Sugiyama, Tagawa and Toda do it (Methods for visual understanding of hierarchical system
//! structures, 1981): ranks from top to bottom, few crossings, straight lines. The same description always gives the
//! same picture.

mod crossings;
mod dot;
mod layout;
mod positions;
mod ranks;
mod svg;
mod text;

#[cfg(test)]
mod tests;

/// A network's graph, to be drawn. Keras's `plot_model` draws the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagram {
    /// What stands above the picture. May be empty.
    pub title: String,
    /// The layers, each after those whose values it takes.
    pub nodes: Vec<Node>,
}

/// One use of a layer. A layer that is shared is several nodes of the same name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Node {
    /// The layer's name in its network: `dense_1`.
    pub name: String,
    /// The kind of layer: `Dense`.
    pub kind: String,
    /// The output's shape, as printed: `(None, 10)`.
    pub output_shape: String,
    /// How many parameters the layer has.
    pub parameters: usize,
    /// The nodes whose values it takes, in the order of the arguments, each as often as it is taken. What is not the
    /// index of an earlier node is not drawn.
    pub inputs: Vec<usize>,
}

impl Diagram {
    /// The graph in the language of Graphviz: `dot -Tpdf` draws it.
    pub fn to_dot(&self) -> String {
        dot::write(self)
    }

    /// The picture.
    pub fn to_svg(&self) -> String {
        svg::write(self)
    }

    /// The nodes whose values this one takes.
    fn inputs(&self, node: usize) -> impl Iterator<Item = usize> {
        self.nodes[node].inputs.iter().copied().filter(move |&input| input < node)
    }

    /// What is said about a node: what it is called and what it is, and what comes out of it.
    fn lines(&self, node: usize) -> [String; 2] {
        let Node { name, kind, output_shape, parameters, .. } = &self.nodes[node];
        let kind = if kind.is_empty() { String::new() } else { format!(" ({kind})") };
        let count = match parameters {
            0 => String::new(),
            1 => "1 parameter".into(),
            _ => format!("{} parameters", text::thousands(*parameters)),
        };
        let shared = if self.is_shared(node) { "shared" } else { "" };
        let parts = [output_shape.as_str(), &count, shared];
        let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        [format!("{name}{kind}"), parts.join(" · ")]
    }

    /// Whether the layer is used elsewhere too.
    fn is_shared(&self, node: usize) -> bool {
        let name = &self.nodes[node].name;
        self.nodes.iter().filter(|other| other.name == *name).nth(1).is_some()
    }
}
