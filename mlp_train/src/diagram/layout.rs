use super::crossings::reduce;
use super::positions::{assign, spread};
use super::ranks::Ranked;
use super::{Diagram, text};

/// The size of letters in the first and second line of a box, and in the title.
pub(super) const LETTERS: [f64; 3] = [14.0, 12.0, 18.0];

const MARGIN: f64 = 24.0;
const HEIGHT: f64 = 54.0;
const PADDING: f64 = 16.0;
/// Room for the title.
const TITLE: f64 = 40.0;
/// Between two arrows that reach the same box.
const ARROWS: f64 = 16.0;
/// An arrow's way between two ranks, if it goes straight down, and at most.
const STEP: (f64, f64) = (44.0, 110.0);

/// Where everything is, in pixels from the upper left corner.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) width: f64,
    pub(super) height: f64,
    /// Of each node.
    pub(super) boxes: Vec<Box>,
    /// Of each input of each node, the points through which it goes, always downwards: between the 1st and the 2nd in a
    /// curve, between the 2nd and the 3rd straight down, and so on.
    pub(super) arrows: Vec<Vec<(f64, f64)>>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Box {
    pub(super) middle: f64,
    pub(super) top: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Layout {
    pub(super) fn new(diagram: &Diagram) -> Self {
        let mut graph = Ranked::new(diagram);
        reduce(&mut graph);
        let mut widths: Vec<_> = (0..graph.nodes).map(|node| box_width(diagram, node)).collect();
        widths.resize(graph.above.len(), 0.0);
        let mut x = assign(&graph, &widths);
        let width = move_inside(&mut x, &widths, text::width(&diagram.title) * LETTERS[2] * 1.1);

        let start = MARGIN + if diagram.title.is_empty() { 0.0 } else { TITLE };
        let (top, bottom) = heights(&graph, &x, start);
        let boxes: Vec<_> = (0..graph.nodes)
            .map(|node| Box { middle: x[node], top: top[node], width: widths[node], height: HEIGHT })
            .collect();
        let ends = arrow_ends(&graph, &x, &widths);
        let arrow = |(route, end): (&Vec<usize>, f64)| {
            let mut points = vec![(x[route[0]], bottom[route[0]])];
            let passed = &route[1..route.len() - 1];
            points.extend(passed.iter().flat_map(|&place| [(x[place], top[place]), (x[place], bottom[place])]));
            points.push((end, top[route[route.len() - 1]]));
            points
        };
        let arrows = graph.routes.iter().zip(ends).map(arrow).collect();
        Self { width, height: bottom.iter().copied().fold(start, f64::max) + MARGIN, boxes, arrows }
    }
}

fn box_width(diagram: &Diagram, node: usize) -> f64 {
    let [name, output] = diagram.lines(node);
    // The name is bold.
    let letters = (text::width(&name) * LETTERS[0] * 1.1).max(text::width(&output) * LETTERS[1]);
    let arrows = diagram.inputs(node).count() as f64 * ARROWS;
    (2.0 * PADDING + letters.max(arrows).max(90.0)).ceil()
}

/// Moves everything into the picture, in the middle below a title of this width. Gives the picture's width.
fn move_inside(x: &mut [f64], widths: &[f64], title: f64) -> f64 {
    let low = x.iter().zip(widths).map(|(x, width)| x - width / 2.0).fold(f64::INFINITY, f64::min);
    let high = x.iter().zip(widths).map(|(x, width)| x + width / 2.0).fold(f64::NEG_INFINITY, f64::max);
    let drawn = (high - low).max(0.0);
    let width = (drawn.max(title) + 2.0 * MARGIN).ceil();
    let shift = (width - drawn) / 2.0 - low;
    x.iter_mut().for_each(|x| *x += shift);
    width
}

/// The upper and the lower end of each vertex. Where lines go far to the side, ranks are further apart.
fn heights(graph: &Ranked, x: &[f64], mut y: f64) -> (Vec<f64>, Vec<f64>) {
    let mut ends = (vec![0.0; x.len()], vec![0.0; x.len()]);
    for rank in &graph.ranks {
        let aside =
            rank.iter().flat_map(|&upper| graph.below[upper].iter().map(move |&lower| (x[upper] - x[lower]).abs()));
        let aside = aside.fold(0.0, f64::max);
        for &vertex in rank {
            (ends.0[vertex], ends.1[vertex]) = (y, y + HEIGHT);
        }
        y += HEIGHT + (STEP.0 + (aside - 100.0).max(0.0) * 0.15).min(STEP.1).round();
    }
    ends
}

/// Where each route reaches its box: on the side that it comes from, with room between arrows.
fn arrow_ends(graph: &Ranked, x: &[f64], widths: &[f64]) -> Vec<f64> {
    let mut ends = vec![0.0; graph.routes.len()];
    let mut first = 0;
    for routes in graph.routes.chunk_by(|a, b| a.last() == b.last()) {
        let node = routes[0][routes[0].len() - 1];
        let comes_from = |index: usize| x[routes[index][routes[index].len() - 2]];
        let mut order: Vec<_> = (0..routes.len()).collect();
        order.sort_by(|&a, &b| comes_from(a).total_cmp(&comes_from(b)));
        let reach = (widths[node] / 2.0 - PADDING).max(0.0);
        let wanted = |&index: &usize| ((comes_from(index) - x[node]) * 0.25).clamp(-reach, reach);
        let mut offsets: Vec<_> = order.iter().map(wanted).collect();
        let straight = offsets.iter().position(|offset| offset.abs() < 0.1);
        spread(&mut offsets, ARROWS);
        // What comes straight down goes on straight, if there is room for the others.
        let aside = straight.map_or(0.0, |index| offsets[index]);
        for (place, (index, offset)) in order.into_iter().zip(offsets).enumerate() {
            let (before, after) = (place as f64 * ARROWS, (routes.len() - 1 - place) as f64 * ARROWS);
            ends[first + index] = x[node] + (offset - aside).min(reach - after).max(before - reach);
        }
        first += routes.len();
    }
    ends
}
