//! Horizontal positions of vertices.

use super::crossings::indices;
use super::ranks::RankedGraph;

/// Minimum gap between two boxes, and between a box and a line that passes it.
const GAP: f64 = 28.0;

/// Returns the x coordinate of the center of each vertex.
///
/// Vertices that are joined by straight lines form blocks, which are pushed together: to the left and to the right,
/// with alignment to the rank above and to the rank below. Of these four candidates, the mean of the two middle ones is
/// balanced, and straight where all four are straight (Brandes, Köpf: "Fast and simple horizontal coordinate
/// assignment", 2001).
pub(super) fn assign(graph: &RankedGraph, widths: &[f64]) -> Vec<f64> {
    let (above, below) = lines_to_straighten(graph);
    let mut upwards = graph.ranks.clone();
    upwards.reverse();
    let mut candidates = Vec::new();
    for (ranks, neighbors) in [(&graph.ranks, &above), (&upwards, &below)] {
        candidates.push(push_left(ranks, neighbors, widths));
        let mut mirrored = ranks.clone();
        mirrored.iter_mut().for_each(|rank| rank.reverse());
        let positions = push_left(&mirrored, neighbors, widths);
        candidates.push(positions.into_iter().map(|x| -x).collect());
    }
    balance(candidates, widths)
}

/// Returns the neighbors above and below each vertex to which its line should be straight.
///
/// Passing lines, between two dummy vertices, are always straightened. Lines between two nodes have priority over lines
/// between a node and a dummy vertex. Lines that cross a passing line are not straightened.
fn lines_to_straighten(graph: &RankedGraph) -> (Vec<Vec<usize>>, Vec<Vec<usize>>) {
    let index_of = indices(graph);
    let mut above = vec![Vec::new(); graph.above.len()];
    let mut below = above.clone();
    for rank in &graph.ranks {
        let lines = || rank.iter().flat_map(|&upper| graph.below[upper].iter().map(move |&lower| (upper, lower)));
        let passing: Vec<_> = lines().filter(|&(a, b)| !graph.is_node(a) && !graph.is_node(b)).collect();
        let crosses_passing = |upper: usize, lower: usize| {
            passing.iter().any(|&(a, b)| {
                (index_of[a] < index_of[upper] && index_of[b] > index_of[lower])
                    || (index_of[a] > index_of[upper] && index_of[b] < index_of[lower])
            })
        };
        for (upper, lower) in lines() {
            let is_passing = !graph.is_node(upper) && !graph.is_node(lower);
            if is_passing || !(has_better_line(graph, upper, lower) || crosses_passing(upper, lower)) {
                above[lower].push(upper);
                below[upper].push(lower);
            }
        }
    }
    for neighbors in above.iter_mut().chain(&mut below) {
        neighbors.sort_by_key(|&vertex| index_of[vertex]);
    }
    (above, below)
}

/// Returns whether a line joins a node with a dummy vertex, and one of them also has a line to a vertex of its own
/// kind.
fn has_better_line(graph: &RankedGraph, upper: usize, lower: usize) -> bool {
    let same_kind = |a: usize, b: usize| graph.is_node(a) == graph.is_node(b);
    !same_kind(upper, lower)
        && (graph.below[upper].iter().any(|&other| same_kind(upper, other))
            || graph.above[lower].iter().any(|&other| same_kind(lower, other)))
}

/// Returns positions with all blocks as far left as possible.
fn push_left(ranks: &[Vec<usize>], neighbors: &[Vec<usize>], widths: &[f64]) -> Vec<f64> {
    let block_of = align(ranks, neighbors);
    // The neighbors right of each block, and the minimum distances of the centers.
    let mut right = vec![Vec::new(); widths.len()];
    let mut unplaced_left = vec![0; widths.len()];
    for rank in ranks {
        for pair in rank.windows(2) {
            let distance = (widths[pair[0]] + widths[pair[1]]) / 2.0 + GAP;
            right[block_of[pair[0]]].push((block_of[pair[1]], distance));
            unplaced_left[block_of[pair[1]]] += 1;
        }
    }
    let mut x = vec![0f64; widths.len()];
    let mut order: Vec<_> =
        (0..widths.len()).filter(|&vertex| block_of[vertex] == vertex && unplaced_left[vertex] == 0).collect();
    let mut next = 0;
    while let Some(&left) = order.get(next) {
        next += 1;
        for &(block, distance) in &right[left] {
            x[block] = x[block].max(x[left] + distance);
            unplaced_left[block] -= 1;
            if unplaced_left[block] == 0 {
                order.push(block);
            }
        }
    }
    // Close the gaps: move each block as far to the right as its neighbors allow.
    for &left in order.iter().rev() {
        let limit = right[left].iter().map(|&(block, distance)| x[block] - distance).fold(f64::INFINITY, f64::min);
        if limit.is_finite() {
            x[left] = x[left].max(limit);
        }
    }
    block_of.iter().map(|&block| x[block]).collect()
}

/// Returns the block of each vertex, identified by its first vertex. A vertex joins the block of its median neighbor in
/// the previous rank.
fn align(ranks: &[Vec<usize>], neighbors: &[Vec<usize>]) -> Vec<usize> {
    let mut block_of: Vec<usize> = (0..neighbors.len()).collect();
    for pair in ranks.windows(2) {
        // Blocks must not cross: the next vertex joins a block further right.
        let mut first_free = 0;
        for &vertex in &pair[1] {
            let neighbors = &neighbors[vertex];
            let medians = [neighbors.len().saturating_sub(1) / 2, neighbors.len() / 2];
            let index_of = |median: usize| {
                let neighbor = neighbors.get(median)?;
                pair[0].iter().position(|vertex| vertex == neighbor)
            };
            // In a mirrored rank the two medians are in reverse order.
            let mut indices = medians.map(index_of);
            if indices[0] > indices[1] {
                indices.swap(0, 1);
            }
            if let Some(index) = indices.into_iter().flatten().find(|&index| index >= first_free) {
                block_of[vertex] = block_of[pair[0][index]];
                first_free = index + 1;
            }
        }
    }
    block_of
}

/// Aligns all candidates with the narrowest one, and returns the mean of the two middle positions of each vertex.
fn balance(mut candidates: Vec<Vec<f64>>, widths: &[f64]) -> Vec<f64> {
    let extent = |x: &[f64]| {
        let boxes = x.iter().zip(widths);
        let left = boxes.clone().map(|(x, width)| x - width / 2.0).fold(f64::INFINITY, f64::min);
        (left, boxes.map(|(x, width)| x + width / 2.0).fold(f64::NEG_INFINITY, f64::max))
    };
    let extents: Vec<_> = candidates.iter().map(|x| extent(x)).collect();
    let narrowest = extents.iter().copied().min_by(|a, b| (a.1 - a.0).total_cmp(&(b.1 - b.0))).unwrap_or_default();
    for (index, (candidate, (left, right))) in candidates.iter_mut().zip(extents).enumerate() {
        let pushed_left = index % 2 == 0;
        let shift = if pushed_left { narrowest.0 - left } else { narrowest.1 - right };
        candidate.iter_mut().for_each(|x| *x += shift);
    }
    let mean_of_middle = |vertex: usize| {
        let mut positions: Vec<_> = candidates.iter().map(|x| x[vertex]).collect();
        positions.sort_by(f64::total_cmp);
        (positions[1] + positions[2]) / 2.0
    };
    (0..widths.len()).map(mean_of_middle).collect()
}

/// Moves ascending positions apart to a minimum distance, as little as possible (in the least-squares sense).
pub(super) fn spread(positions: &mut [f64], distance: f64) {
    // Pool adjacent violators: positions that are too close share their mean.
    let mut pools: Vec<(f64, usize)> = Vec::new();
    for (index, &mut position) in positions.iter_mut().enumerate() {
        let mut pool = (position - index as f64 * distance, 1);
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
    for (mean, count) in pools {
        for _ in 0..count {
            positions[index] = mean + index as f64 * distance;
            index += 1;
        }
    }
}
