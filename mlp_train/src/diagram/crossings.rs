use super::ranks::Ranked;

/// How often to go down and up again. More changes hardly anything.
const SWEEPS: usize = 24;

/// Orders the vertices of each rank so that few lines cross.
///
/// Each rank in turn is sorted by the mean place of its vertices' neighbors in the rank before it, then neighbors
/// change places where that helps (Gansner, Koutsofios, North, Vo: A technique for drawing directed graphs, 1993). The
/// best order seen stays.
pub(super) fn reduce(graph: &mut Ranked) {
    order_by_visit(graph);
    let mut best = (crossings(graph), graph.ranks.clone());
    for sweep in 0..SWEEPS {
        if best.0 == 0 {
            break;
        }
        let downwards = sweep % 2 == 0;
        sort_by_neighbors(graph, downwards);
        exchange(graph);
        let crossings = crossings(graph);
        if crossings < best.0 {
            best = (crossings, graph.ranks.clone());
        }
    }
    graph.ranks = best.1;
}

/// From left to right as a walk through the graph comes by: trees are drawn without crossings.
fn order_by_visit(graph: &mut Ranked) {
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

fn sort_by_neighbors(graph: &mut Ranked, downwards: bool) {
    let neighbors = if downwards { &graph.above } else { &graph.below };
    let mut place = places(graph);
    let last = graph.ranks.len() - 1;
    for step in 1..=last {
        let rank = &mut graph.ranks[if downwards { step } else { last - step }];
        let mean = |vertex: usize| match neighbors[vertex].len() {
            0 => place[vertex] as f64,
            count => neighbors[vertex].iter().map(|&other| place[other] as f64).sum::<f64>() / count as f64,
        };
        rank.sort_by(|&a, &b| mean(a).total_cmp(&mean(b)));
        for (index, &vertex) in rank.iter().enumerate() {
            place[vertex] = index;
        }
    }
}

/// Lets neighbors change places as long as lines cross less.
fn exchange(graph: &mut Ranked) {
    let mut place = places(graph);
    let mut improved = true;
    while improved {
        improved = false;
        for rank in &mut graph.ranks {
            for index in 1..rank.len() {
                let (left, right) = (rank[index - 1], rank[index]);
                let between = |a: usize, b: usize| {
                    inversions(&graph.above[a], &graph.above[b], &place)
                        + inversions(&graph.below[a], &graph.below[b], &place)
                };
                if between(right, left) < between(left, right) {
                    rank.swap(index - 1, index);
                    (place[left], place[right]) = (index, index - 1);
                    improved = true;
                }
            }
        }
    }
}

/// How many lines of one vertex cross lines of another that stands right of it.
fn inversions(left: &[usize], right: &[usize], place: &[usize]) -> usize {
    left.iter().map(|&a| right.iter().filter(|&&b| place[b] < place[a]).count()).sum()
}

/// How many pairs of lines cross.
pub(super) fn crossings(graph: &Ranked) -> usize {
    let place = places(graph);
    let pairs = |rank: &[usize]| -> usize {
        let of = |index: usize| rank[index + 1..].iter().map(move |&right| (rank[index], right));
        (0..rank.len())
            .flat_map(of)
            .map(|(left, right)| inversions(&graph.above[left], &graph.above[right], &place))
            .sum()
    };
    graph.ranks.iter().map(|rank| pairs(rank)).sum()
}

/// The index of each vertex in its rank.
pub(super) fn places(graph: &Ranked) -> Vec<usize> {
    let mut place = vec![0; graph.above.len()];
    for rank in &graph.ranks {
        rank.iter().enumerate().for_each(|(index, &vertex)| place[vertex] = index);
    }
    place
}
