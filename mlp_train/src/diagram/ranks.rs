use super::Diagram;

/// The graph with every edge from one rank to the next.
///
/// Vertices are the nodes and, after them, places through which a value passes on its way to a later rank. A value's way
/// is one line: it forks where it is used.
#[derive(Debug)]
pub(super) struct Ranked {
    /// The vertices of each rank, from left to right.
    pub(super) ranks: Vec<Vec<usize>>,
    /// Of each vertex, those of the rank before to which it is joined.
    pub(super) above: Vec<Vec<usize>>,
    /// Of each vertex, those of the next rank.
    pub(super) below: Vec<Vec<usize>>,
    /// How many vertices are nodes.
    pub(super) nodes: usize,
    /// Every arrow: of each node, of each input, all vertices from the input to the node.
    pub(super) routes: Vec<Vec<usize>>,
}

impl Ranked {
    pub(super) fn new(diagram: &Diagram) -> Self {
        let rank = ranks(diagram);
        let nodes = rank.len();
        let mut ranked = Self {
            ranks: vec![Vec::new(); rank.iter().max().map_or(0, |&last| last + 1)],
            above: vec![Vec::new(); nodes],
            below: vec![Vec::new(); nodes],
            nodes,
            routes: Vec::new(),
        };
        // Of each node, the places of its value, one a rank.
        let mut lines: Vec<Vec<usize>> = (0..nodes).map(|node| vec![node]).collect();
        for node in 0..nodes {
            ranked.ranks[rank[node]].push(node);
            for input in diagram.inputs(node) {
                let length = rank[node] - rank[input];
                while lines[input].len() < length {
                    let place = ranked.add_place(rank[input] + lines[input].len());
                    ranked.join(lines[input][lines[input].len() - 1], place);
                    lines[input].push(place);
                }
                ranked.join(lines[input][length - 1], node);
                ranked.routes.push([&lines[input][..length], &[node]].concat());
            }
        }
        ranked
    }

    pub(super) fn is_node(&self, vertex: usize) -> bool {
        vertex < self.nodes
    }

    fn add_place(&mut self, rank: usize) -> usize {
        let place = self.above.len();
        self.above.push(Vec::new());
        self.below.push(Vec::new());
        self.ranks[rank].push(place);
        place
    }

    fn join(&mut self, upper: usize, lower: usize) {
        if !self.below[upper].contains(&lower) {
            self.below[upper].push(lower);
            self.above[lower].push(upper);
        }
    }
}

/// Each node as high as its inputs allow; then, where that makes no line longer, as low as its consumers allow: an
/// input stands near the layer that takes it.
fn ranks(diagram: &Diagram) -> Vec<usize> {
    let mut rank: Vec<usize> = Vec::with_capacity(diagram.nodes.len());
    let mut consumers = vec![Vec::new(); diagram.nodes.len()];
    for node in 0..diagram.nodes.len() {
        rank.push(diagram.inputs(node).map(|input| rank[input] + 1).max().unwrap_or(0));
        diagram.inputs(node).for_each(|input| consumers[input].push(node));
    }
    for node in (0..rank.len()).rev() {
        if let Some(lowest) = consumers[node].iter().map(|&consumer| rank[consumer] - 1).min()
            && diagram.inputs(node).count() <= 1
        {
            rank[node] = lowest;
        }
    }
    rank
}
