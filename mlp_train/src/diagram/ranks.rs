//! Assignment of nodes to ranks.

use super::Diagram;

/// Graph whose edges all lead from one rank to the next.
///
/// The vertices are the nodes, followed by dummy vertices where a line passes a rank. The value of a node is a single
/// line, which forks at its consumers.
#[derive(Debug)]
pub(super) struct RankedGraph {
    /// Vertices of each rank, from left to right.
    pub(super) ranks: Vec<Vec<usize>>,
    /// Neighbors of each vertex in the previous rank.
    pub(super) above: Vec<Vec<usize>>,
    /// Neighbors of each vertex in the next rank.
    pub(super) below: Vec<Vec<usize>>,
    /// Number of vertices that are nodes.
    pub(super) nodes: usize,
    /// Vertices of each arrow, from the input to the node; in the order of the nodes and their inputs.
    pub(super) routes: Vec<Vec<usize>>,
}

impl RankedGraph {
    pub(super) fn new(diagram: &Diagram) -> Self {
        let rank_of = ranks(diagram);
        let nodes = rank_of.len();
        let mut graph = Self {
            ranks: vec![Vec::new(); rank_of.iter().max().map_or(0, |&last| last + 1)],
            above: vec![Vec::new(); nodes],
            below: vec![Vec::new(); nodes],
            nodes,
            routes: Vec::new(),
        };
        // The vertices of each node's line, one per rank.
        let mut lines: Vec<Vec<usize>> = (0..nodes).map(|node| vec![node]).collect();
        for node in 0..nodes {
            graph.ranks[rank_of[node]].push(node);
            for input in diagram.inputs(node) {
                let length = rank_of[node] - rank_of[input];
                while lines[input].len() < length {
                    let dummy = graph.add_dummy(rank_of[input] + lines[input].len());
                    graph.join(lines[input][lines[input].len() - 1], dummy);
                    lines[input].push(dummy);
                }
                graph.join(lines[input][length - 1], node);
                graph.routes.push([&lines[input][..length], &[node]].concat());
            }
        }
        graph
    }

    pub(super) fn is_node(&self, vertex: usize) -> bool {
        vertex < self.nodes
    }

    fn add_dummy(&mut self, rank: usize) -> usize {
        let dummy = self.above.len();
        self.above.push(Vec::new());
        self.below.push(Vec::new());
        self.ranks[rank].push(dummy);
        dummy
    }

    fn join(&mut self, upper: usize, lower: usize) {
        if !self.below[upper].contains(&lower) {
            self.below[upper].push(lower);
            self.above[lower].push(upper);
        }
    }
}

/// Returns the rank of each node.
///
/// A node is as high as its inputs allow. A node with at most one input is then moved as low as its consumers allow, so
/// that inputs of the network are near the layers that use them.
fn ranks(diagram: &Diagram) -> Vec<usize> {
    let mut rank_of: Vec<usize> = Vec::with_capacity(diagram.nodes.len());
    let mut consumers = vec![Vec::new(); diagram.nodes.len()];
    for node in 0..diagram.nodes.len() {
        rank_of.push(diagram.inputs(node).map(|input| rank_of[input] + 1).max().unwrap_or(0));
        diagram.inputs(node).for_each(|input| consumers[input].push(node));
    }
    for node in (0..rank_of.len()).rev() {
        if let Some(lowest) = consumers[node].iter().map(|&consumer| rank_of[consumer] - 1).min()
            && diagram.inputs(node).count() <= 1
        {
            rank_of[node] = lowest;
        }
    }
    rank_of
}
