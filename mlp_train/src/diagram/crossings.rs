//! Order of the vertices within each rank.

use super::ranks::RankedGraph;

/// Number of passes, alternately down and up. More passes change hardly anything.
const PASSES: usize = 24;

/// Orders the vertices of each rank so that few lines cross.
///
/// Each pass sorts one rank after the other by the mean index of the neighbors in the previous rank, and then swaps
/// adjacent vertices where that removes crossings (Gansner, Koutsofios, North, Vo: "A technique for drawing directed
/// graphs", 1993). The best order of all passes is kept.
pub(super) fn reduce(graph: &mut RankedGraph) {
    order_by_visit(graph);
    let mut best_crossings = crossings(graph);
    let mut best_ranks = graph.ranks.clone();
    for pass in 0..PASSES {
        if best_crossings == 0 {
            break;
        }
        let downwards = pass % 2 == 0;
        sort_by_neighbors(graph, downwards);
        swap_adjacent(graph);
        let crossings = crossings(graph);
        if crossings < best_crossings {
            best_crossings = crossings;
            best_ranks.clone_from(&graph.ranks);
        }
    }
    graph.ranks = best_ranks;
}

/// Orders vertices by depth-first search, which draws trees without crossings.
fn order_by_visit(graph: &mut RankedGraph) {
    let mut visit = vec![usize::MAX; graph.above.len()];
    let mut visited = 0;
    for start in (0..graph.nodes).filter(|&node| graph.above[node].is_empty()) {
        let mut stack = vec![start];
        while let Some(vertex) = stack.pop() {
            if visit[vertex] != usize::MAX {
                continue;
            }
            visit[vertex] = visited;
            visited += 1;
            stack.extend(graph.below[vertex].iter().rev());
        }
    }
    graph.ranks.iter_mut().for_each(|rank| rank.sort_by_key(|&vertex| visit[vertex]));
}

fn sort_by_neighbors(graph: &mut RankedGraph, downwards: bool) {
    let neighbors = if downwards { &graph.above } else { &graph.below };
    let mut index_of = indices(graph);
    let last = graph.ranks.len() - 1;
    for step in 1..=last {
        let rank = &mut graph.ranks[if downwards { step } else { last - step }];
        let mean = |vertex: usize| match neighbors[vertex].len() {
            0 => index_of[vertex] as f64,
            count => neighbors[vertex].iter().map(|&neighbor| index_of[neighbor] as f64).sum::<f64>() / count as f64,
        };
        rank.sort_by(|&a, &b| mean(a).total_cmp(&mean(b)));
        for (index, &vertex) in rank.iter().enumerate() {
            index_of[vertex] = index;
        }
    }
}

/// Swaps adjacent vertices as long as that removes crossings.
fn swap_adjacent(graph: &mut RankedGraph) {
    let mut index_of = indices(graph);
    let mut improved = true;
    while improved {
        improved = false;
        for rank in &mut graph.ranks {
            for index in 1..rank.len() {
                let left = rank[index - 1];
                let right = rank[index];
                let crossings_of = |a: usize, b: usize| {
                    inversions(&graph.above[a], &graph.above[b], &index_of)
                        + inversions(&graph.below[a], &graph.below[b], &index_of)
                };
                if crossings_of(right, left) < crossings_of(left, right) {
                    rank.swap(index - 1, index);
                    index_of[left] = index;
                    index_of[right] = index - 1;
                    improved = true;
                }
            }
        }
    }
}

/// Returns the number of crossings between the lines of a vertex and those of a vertex right of it.
fn inversions(left: &[usize], right: &[usize], index_of: &[usize]) -> usize {
    left.iter().map(|&a| right.iter().filter(|&&b| index_of[b] < index_of[a]).count()).sum()
}

/// Returns the number of pairs of lines that cross.
pub(super) fn crossings(graph: &RankedGraph) -> usize {
    let index_of = indices(graph);
    let crossings_above = |rank: &[usize]| -> usize {
        let pairs_of = |index: usize| rank[index + 1..].iter().map(move |&right| (rank[index], right));
        (0..rank.len())
            .flat_map(pairs_of)
            .map(|(left, right)| inversions(&graph.above[left], &graph.above[right], &index_of))
            .sum()
    };
    graph.ranks.iter().map(|rank| crossings_above(rank)).sum()
}

/// Returns the index of each vertex in its rank.
pub(super) fn indices(graph: &RankedGraph) -> Vec<usize> {
    let mut index_of = vec![0; graph.above.len()];
    for rank in &graph.ranks {
        rank.iter().enumerate().for_each(|(index, &vertex)| index_of[vertex] = index);
    }
    index_of
}
