//! Positions of boxes and arrows.

use super::crossings::reduce;
use super::positions::{assign, spread};
use super::ranks::RankedGraph;
use super::{Diagram, text};

/// Font sizes in pixels: first line of a box, second line of a box, title.
pub(super) const FONT_SIZES: [f64; 3] = [14.0, 12.0, 18.0];

const MARGIN: f64 = 24.0;
const BOX_HEIGHT: f64 = 54.0;
const PADDING: f64 = 16.0;
const TITLE_HEIGHT: f64 = 40.0;
/// Minimum distance between the heads of two arrows at the same box.
const ARROW_DISTANCE: f64 = 16.0;
/// Min and max distance of two ranks. The min is for straight arrows.
const RANK_DISTANCE: (f64, f64) = (44.0, 110.0);

/// Positions in pixels from the upper left corner.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) width: f64,
    pub(super) height: f64,
    /// Box of each node.
    pub(super) boxes: Vec<NodeBox>,
    /// Points of each arrow, in the order of the nodes and their inputs. All segments lead downward: alternately a
    /// curve between two ranks, and a straight line past a rank.
    pub(super) arrows: Vec<Vec<(f64, f64)>>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct NodeBox {
    pub(super) center: f64,
    pub(super) top: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Layout {
    pub(super) fn new(diagram: &Diagram) -> Self {
        let mut graph = RankedGraph::new(diagram);
        reduce(&mut graph);
        let mut widths: Vec<_> = (0..graph.nodes).map(|node| box_width(diagram, node)).collect();
        widths.resize(graph.above.len(), 0.0);
        let mut x = assign(&graph, &widths);
        let title_width = text::width(&diagram.title) * FONT_SIZES[2] * 1.1;
        let width = center_all(&mut x, &widths, title_width);

        let start = MARGIN + if diagram.title.is_empty() { 0.0 } else { TITLE_HEIGHT };
        let (top, bottom) = heights(&graph, &x, start);
        let boxes: Vec<_> = (0..graph.nodes)
            .map(|node| NodeBox { center: x[node], top: top[node], width: widths[node], height: BOX_HEIGHT })
            .collect();
        let ends = arrow_ends(&graph, &x, &widths);
        let arrow = |(route, end): (&Vec<usize>, f64)| {
            let mut points = vec![(x[route[0]], bottom[route[0]])];
            let dummies = &route[1..route.len() - 1];
            points.extend(dummies.iter().flat_map(|&dummy| [(x[dummy], top[dummy]), (x[dummy], bottom[dummy])]));
            points.push((end, top[route[route.len() - 1]]));
            points
        };
        let arrows = graph.routes.iter().zip(ends).map(arrow).collect();
        Self { width, height: bottom.iter().copied().fold(start, f64::max) + MARGIN, boxes, arrows }
    }
}

fn box_width(diagram: &Diagram, node: usize) -> f64 {
    const MIN_WIDTH: f64 = 90.0;
    let [name, output] = diagram.lines(node);
    // The name is bold, which is about 10% wider.
    let text = (text::width(&name) * FONT_SIZES[0] * 1.1).max(text::width(&output) * FONT_SIZES[1]);
    let arrows = diagram.inputs(node).count() as f64 * ARROW_DISTANCE;
    (2.0 * PADDING + text.max(arrows).max(MIN_WIDTH)).ceil()
}

/// Moves all vertices into the image, centered below the title. Returns the width of the image.
fn center_all(x: &mut [f64], widths: &[f64], title_width: f64) -> f64 {
    let min = x.iter().zip(widths).map(|(x, width)| x - width / 2.0).fold(f64::INFINITY, f64::min);
    let max = x.iter().zip(widths).map(|(x, width)| x + width / 2.0).fold(f64::NEG_INFINITY, f64::max);
    let graph_width = (max - min).max(0.0);
    let width = (graph_width.max(title_width) + 2.0 * MARGIN).ceil();
    let shift = (width - graph_width) / 2.0 - min;
    x.iter_mut().for_each(|x| *x += shift);
    width
}

/// Returns the top and the bottom of each vertex. Ranks are further apart if lines between them lead far to the side.
fn heights(graph: &RankedGraph, x: &[f64], mut y: f64) -> (Vec<f64>, Vec<f64>) {
    let mut top = vec![0.0; x.len()];
    let mut bottom = vec![0.0; x.len()];
    for rank in &graph.ranks {
        let lines = rank.iter().flat_map(|&upper| graph.below[upper].iter().map(move |&lower| (upper, lower)));
        let max_shift = lines.map(|(upper, lower)| (x[upper] - x[lower]).abs()).fold(0.0, f64::max);
        for &vertex in rank {
            top[vertex] = y;
            bottom[vertex] = y + BOX_HEIGHT;
        }
        let (min, max) = RANK_DISTANCE;
        y += BOX_HEIGHT + (min + (max_shift - 100.0).max(0.0) * 0.15).min(max).round();
    }
    (top, bottom)
}

/// Returns the x coordinate of each arrow's head: on the side that the arrow comes from, at a distance from other
/// heads.
fn arrow_ends(graph: &RankedGraph, x: &[f64], widths: &[f64]) -> Vec<f64> {
    let mut ends = vec![0.0; graph.routes.len()];
    let mut first = 0;
    for routes in graph.routes.chunk_by(|a, b| a.last() == b.last()) {
        let node = routes[0][routes[0].len() - 1];
        let source = |index: usize| x[routes[index][routes[index].len() - 2]];
        let mut order: Vec<_> = (0..routes.len()).collect();
        order.sort_by(|&a, &b| source(a).total_cmp(&source(b)));
        let reach = (widths[node] / 2.0 - PADDING).max(0.0);
        let wanted = |&index: &usize| ((source(index) - x[node]) * 0.25).clamp(-reach, reach);
        let mut offsets: Vec<_> = order.iter().map(wanted).collect();
        let straight = offsets.iter().position(|offset| offset.abs() < 0.1);
        spread(&mut offsets, ARROW_DISTANCE);
        // A straight arrow stays straight if there is space for the other heads.
        let shift = straight.map_or(0.0, |position| offsets[position]);
        for (position, (index, offset)) in order.into_iter().zip(offsets).enumerate() {
            let space_left = position as f64 * ARROW_DISTANCE;
            let space_right = (routes.len() - 1 - position) as f64 * ARROW_DISTANCE;
            ends[first + index] = x[node] + (offset - shift).min(reach - space_right).max(space_left - reach);
        }
        first += routes.len();
    }
    ends
}
