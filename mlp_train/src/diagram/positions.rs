use std::mem;

use super::crossings::places;
use super::ranks::Ranked;

/// Room between two boxes, and between a box and a line that passes it.
const GAP: f64 = 28.0;

/// Where the middle of each vertex stands from left to right.
///
/// Vertices in line with each other form blocks, which are pushed together as far as boxes allow: once to the left and
/// once to the right, once seen from above and once from below. The mean of the two middle results is balanced, and
/// keeps straight what all four have straight (Brandes, Köpf: Fast and simple horizontal coordinate assignment, 2001).
pub(super) fn assign(graph: &Ranked, widths: &[f64]) -> Vec<f64> {
    let (above, below) = lines_to_straighten(graph);
    let mut upwards = graph.ranks.clone();
    upwards.reverse();
    let mut candidates = Vec::new();
    for (ranks, neighbors) in [(&graph.ranks, &above), (&upwards, &below)] {
        candidates.push(push_together(ranks, neighbors, widths));
        let mut mirrored = ranks.clone();
        mirrored.iter_mut().for_each(|rank| rank.reverse());
        let positions = push_together(&mirrored, neighbors, widths);
        candidates.push(positions.into_iter().map(|x| -x).collect());
    }
    balance(candidates, widths)
}

/// The lines worth being straight: from layer to layer rather than to one that passes by, and a passing line itself.
fn lines_to_straighten(graph: &Ranked) -> (Vec<Vec<usize>>, Vec<Vec<usize>>) {
    let place = places(graph);
    let mut above = vec![Vec::new(); graph.above.len()];
    let mut below = above.clone();
    for rank in &graph.ranks {
        let lines = || rank.iter().flat_map(|&upper| graph.below[upper].iter().map(move |&lower| (upper, lower)));
        let passing: Vec<_> = lines().filter(|&(a, b)| !graph.is_node(a) && !graph.is_node(b)).collect();
        for (upper, lower) in lines() {
            let alike = |a: usize, b: usize| graph.is_node(a) == graph.is_node(b);
            let outdone = !alike(upper, lower)
                && (graph.below[upper].iter().any(|&other| alike(upper, other))
                    || graph.above[lower].iter().any(|&other| alike(lower, other)));
            let crossed = || {
                passing.iter().any(|&(a, b)| {
                    (place[a] < place[upper] && place[b] > place[lower])
                        || (place[a] > place[upper] && place[b] < place[lower])
                })
            };
            let is_passing = !graph.is_node(upper) && !graph.is_node(lower);
            if is_passing || !(outdone || crossed()) {
                above[lower].push(upper);
                below[upper].push(lower);
            }
        }
    }
    for neighbors in above.iter_mut().chain(&mut below) {
        neighbors.sort_by_key(|&vertex| place[vertex]);
    }
    (above, below)
}

/// Blocks as far left as possible.
fn push_together(ranks: &[Vec<usize>], neighbors: &[Vec<usize>], widths: &[f64]) -> Vec<f64> {
    let block = align(ranks, neighbors);
    // Of each block, its neighbors on the right and how far their middles are apart at least.
    let mut right = vec![Vec::new(); widths.len()];
    let mut waiting = vec![0; widths.len()];
    for rank in ranks {
        for pair in rank.windows(2) {
            let distance = (widths[pair[0]] + widths[pair[1]]) / 2.0 + GAP;
            right[block[pair[0]]].push((block[pair[1]], distance));
            waiting[block[pair[1]]] += 1;
        }
    }
    let mut x = vec![0f64; widths.len()];
    let mut order: Vec<_> =
        (0..widths.len()).filter(|&vertex| block[vertex] == vertex && waiting[vertex] == 0).collect();
    let mut next = 0;
    while let Some(&left) = order.get(next) {
        next += 1;
        for &(other, distance) in &right[left] {
            x[other] = x[other].max(x[left] + distance);
            waiting[other] -= 1;
            if waiting[other] == 0 {
                order.push(other);
            }
        }
    }
    // What was not held from the left comes as close to the right as it may.
    for &left in order.iter().rev() {
        let room = right[left].iter().map(|&(other, distance)| x[other] - distance).fold(f64::INFINITY, f64::min);
        if room.is_finite() {
            x[left] = x[left].max(room);
        }
    }
    block.iter().map(|&block| x[block]).collect()
}

/// The block of each vertex, called by its first one: each joins its middle neighbor in the rank before.
fn align(ranks: &[Vec<usize>], neighbors: &[Vec<usize>]) -> Vec<usize> {
    let mut block: Vec<usize> = (0..neighbors.len()).collect();
    for pair in ranks.windows(2) {
        // Blocks do not cross: the next one joins further right.
        let mut free = 0;
        for &vertex in &pair[1] {
            let near = &neighbors[vertex];
            let middle = [near.len().saturating_sub(1) / 2, near.len() / 2];
            let place = |index: usize| near.get(index).and_then(|other| pair[0].iter().position(|v| v == other));
            // In a mirrored rank the middle ones come in the other order.
            let mut places = middle.map(place);
            if places[0] > places[1] {
                places.swap(0, 1);
            }
            if let Some(place) = places.into_iter().flatten().find(|&place| place >= free) {
                block[vertex] = block[pair[0][place]];
                free = place + 1;
            }
        }
    }
    block
}

/// The mean of the two middle candidates, after moving all onto the narrowest.
fn balance(mut candidates: Vec<Vec<f64>>, widths: &[f64]) -> Vec<f64> {
    let ends = |x: &[f64]| {
        let edges = x.iter().zip(widths);
        let left = edges.clone().map(|(x, width)| x - width / 2.0).fold(f64::INFINITY, f64::min);
        (left, edges.map(|(x, width)| x + width / 2.0).fold(f64::NEG_INFINITY, f64::max))
    };
    let all: Vec<_> = candidates.iter().map(|x| ends(x)).collect();
    let narrowest = all.iter().copied().min_by(|a, b| (a.1 - a.0).total_cmp(&(b.1 - b.0))).unwrap_or_default();
    for (index, (candidate, (left, right))) in candidates.iter_mut().zip(all).enumerate() {
        let shift = if index % 2 == 0 { narrowest.0 - left } else { narrowest.1 - right };
        candidate.iter_mut().for_each(|x| *x += shift);
    }
    let median = |vertex: usize| {
        let mut four: Vec<_> = candidates.iter().map(|x| x[vertex]).collect();
        four.sort_by(f64::total_cmp);
        (four[1] + four[2]) / 2.0
    };
    (0..widths.len()).map(median).collect()
}

/// As near as possible to where they want to be, given in rising order, but this far apart.
pub(super) fn spread(wanted: &mut [f64], distance: f64) {
    // Those that are too close share their mean place: the pool adjacent violators algorithm.
    let mut pools: Vec<(f64, usize)> = Vec::new();
    for (index, &mut place) in wanted.iter_mut().enumerate() {
        let mut pool = (place - index as f64 * distance, 1);
        while let Some(&(mean, count)) = pools.last()
            && mean > pool.0
        {
            pools.pop();
            let total = mean * count as f64 + pool.0 * pool.1 as f64;
            pool = (total / (count + pool.1) as f64, count + pool.1);
        }
        pools.push(pool);
    }
    let mut index = 0;
    for (mean, count) in mem::take(&mut pools) {
        for _ in 0..count {
            wanted[index] = mean + index as f64 * distance;
            index += 1;
        }
    }
}
