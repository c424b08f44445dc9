//! Diagram of a network's graph, as SVG or Graphviz DOT: a box per layer, an arrow per value.
//!
//! [`Network::diagram`](crate::Network::diagram) returns the diagram of a network. Diagrams can be built by
//! hand, too:
//!
//! ```
//! # mod mlp { pub mod diagram { pub use mlp_train::diagram::{Diagram, Node}; } }
//! use mlp::diagram::{Diagram, Node};
//!
//! let diagram = Diagram::new("Residual")
//!     .node(Node::new("input_1", "InputLayer").output_shape("(None, 10)"))
//!     .node(Node::new("dense_1", "Dense").output_shape("(None, 10)").parameters(110).inputs([0]))
//!     .node(Node::new("add_1", "Add").output_shape("(None, 10)").inputs([0, 1]));
//! assert!(diagram.to_svg().starts_with("<svg"));
//! assert!(diagram.to_dot().contains("node_1 -> node_2"));
//! ```
//!
//! The layout follows Sugiyama, Tagawa and Toda ("Methods for visual understanding of hierarchical system structures",
//! 1981). It is deterministic:
//!
//! ```text
//! ranks       assign each node to a rank, split long edges
//! crossings   order each rank, so that few lines cross
//! positions   assign x coordinates, so that lines are straight
//! layout      place boxes and arrows
//! ```

mod crossings;
mod dot;
mod layout;
mod positions;
mod ranks;
mod svg;
mod text;

#[cfg(test)]
mod tests;

/// Graph of a network, to be drawn. Keras: `plot_model`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagram {
    /// Title above the diagram. May be empty.
    pub title: String,
    /// Layers, each after its inputs.
    pub nodes: Vec<Node>,
}

/// Call of a layer. A shared layer is several nodes of the same name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Node {
    /// Name of the layer in its network: `dense_1`.
    pub name: String,
    /// Kind of layer: `Dense`.
    pub kind: String,
    /// Shape of the output, as printed: `(None, 10)`.
    pub output_shape: String,
    /// Number of parameters of the layer.
    pub parameters: usize,
    /// Indices of the input nodes, in the order of the arguments. Indices that are not of earlier nodes are ignored.
    pub inputs: Vec<usize>,
}

impl Node {
    /// Creates a node without parameters and inputs.
    pub fn new(name: impl Into<String>, kind: impl Into<String>) -> Self {
        Self { name: name.into(), kind: kind.into(), ..Self::default() }
    }

    /// Sets the shape of the output, as printed: `(None, 10)`.
    #[must_use]
    pub fn output_shape(self, output_shape: impl Into<String>) -> Self {
        Self { output_shape: output_shape.into(), ..self }
    }

    /// Sets the number of parameters.
    #[must_use]
    pub fn parameters(self, parameters: usize) -> Self {
        Self { parameters, ..self }
    }

    /// Sets the indices of the input nodes.
    #[must_use]
    pub fn inputs(self, inputs: impl Into<Vec<usize>>) -> Self {
        Self { inputs: inputs.into(), ..self }
    }
}

impl Diagram {
    /// Creates a diagram without nodes.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), nodes: Vec::new() }
    }

    /// Adds a node after its inputs.
    #[must_use]
    pub fn node(mut self, node: Node) -> Self {
        self.nodes.push(node);
        self
    }

    /// Returns the graph in Graphviz's DOT language. `dot -Tpdf` draws it.
    pub fn to_dot(&self) -> String {
        dot::write(self)
    }

    /// Returns the diagram as SVG.
    pub fn to_svg(&self) -> String {
        svg::write(self)
    }

    /// Returns the valid inputs of a node.
    fn inputs(&self, node: usize) -> impl Iterator<Item = usize> {
        self.nodes[node].inputs.iter().copied().filter(move |&input| input < node)
    }

    /// Returns the two lines of text of a node: name and kind; output shape, number of parameters, and `shared`.
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

    /// Returns whether several nodes are calls of the same layer.
    fn is_shared(&self, node: usize) -> bool {
        let name = &self.nodes[node].name;
        self.nodes.iter().filter(|other| other.name == *name).nth(1).is_some()
    }
}
