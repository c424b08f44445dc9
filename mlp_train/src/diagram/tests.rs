use super::crossings::{crossings, reduce};
use super::layout::Layout;
use super::positions::spread;
use super::ranks::RankedGraph;
use super::*;
use mlp_core::Rng;

fn node(name: &str, kind: &str, parameters: usize, inputs: &[usize]) -> Node {
    Node::new(name, kind).output_shape("(None, 10)").parameters(parameters).inputs(inputs)
}

fn diagram(title: &str, nodes: Vec<Node>) -> Diagram {
    Diagram { title: title.into(), nodes }
}

/// Creates a graph of equal boxes.
fn graph(inputs: &[&[usize]]) -> Diagram {
    diagram("", inputs.iter().map(|inputs| node("layer", "Dense", 110, inputs)).collect())
}

fn residual() -> Diagram {
    let nodes = vec![
        node("input_1", "InputLayer", 0, &[]),
        node("first", "Dense", 110, &[0]),
        node("second", "Dense", 1110, &[1]),
        node("add_1", "Add", 0, &[1, 2]),
    ];
    diagram("A < B", nodes)
}

/// Creates up to 30 nodes with up to four inputs each and names of random length.
fn random(seed: u64) -> Diagram {
    let mut rng = Rng::new(seed);
    let mut below = |limit: usize| rng.below(limit);
    let count = 1 + below(30);
    let nodes = (0..count).map(|index| {
        let inputs = if index == 0 { 0 } else { below(5) };
        let inputs: Vec<_> = (0..inputs).map(|_| below(index)).collect();
        node(&"n".repeat(1 + below(20)), "Dense", below(10_000), &inputs)
    });
    diagram(&"title ".repeat(seed as usize % 8), nodes.collect())
}

#[test]
fn boxes_are_apart_and_inside() {
    for seed in 0..200 {
        let layout = Layout::new(&random(seed));
        for (index, node) in layout.boxes.iter().enumerate() {
            let (left, right) = (node.center - node.width / 2.0, node.center + node.width / 2.0);
            assert!(left >= 23.9 && right <= layout.width - 23.9, "seed {seed}, box {index}: {left} to {right}");
            assert!(node.top >= 23.9 && node.top + node.height <= layout.height - 23.9, "seed {seed}, box {index}");
            for other in &layout.boxes[index + 1..] {
                let apart_in_x = (node.center - other.center).abs() >= (node.width + other.width) / 2.0 + 27.9;
                let apart_in_y = (node.top - other.top).abs() >= node.height + 40.0;
                assert!(apart_in_x || apart_in_y, "seed {seed}: {node:?} and {other:?}");
            }
        }
    }
}

#[test]
fn arrows_go_down_and_around_boxes() {
    for seed in 0..200 {
        let diagram = random(seed);
        let layout = Layout::new(&diagram);
        let nodes = 0..diagram.nodes.len();
        let pairs: Vec<_> = nodes.flat_map(|node| diagram.inputs(node).map(move |input| (input, node))).collect();
        assert_eq!(layout.arrows.len(), pairs.len());
        for ((from, to), arrow) in pairs.into_iter().zip(&layout.arrows) {
            assert!(arrow.is_sorted_by(|a, b| a.1 < b.1), "seed {seed}: {arrow:?}");
            let (from, to) = (layout.boxes[from], layout.boxes[to]);
            assert_eq!(arrow[0], (from.center, from.top + from.height));
            let end = arrow[arrow.len() - 1];
            assert!(
                end.1 == to.top && (end.0 - to.center).abs() <= to.width / 2.0 - 8.0,
                "seed {seed}: {end:?}, {to:?}"
            );
            // An arrow passes a rank in a straight line.
            for passed in arrow[1..arrow.len() - 1].chunks(2) {
                assert_eq!(passed[0].0, passed[1].0);
                assert!(passed[0].0 >= 23.9 && passed[0].0 <= layout.width - 23.9);
                for node in layout.boxes.iter().filter(|node| node.top == passed[0].1) {
                    assert!((node.center - passed[0].0).abs() >= node.width / 2.0 + 27.9, "seed {seed}: {passed:?}");
                }
            }
        }
    }
}

#[test]
fn arrow_heads_at_a_box_are_apart_and_in_order() {
    for seed in 0..200 {
        let diagram = random(seed);
        let layout = Layout::new(&diagram);
        let mut arrows = layout.arrows.iter();
        for index in 0..diagram.nodes.len() {
            let mut reaching: Vec<_> = arrows.by_ref().take(diagram.inputs(index).count()).collect();
            reaching.sort_by(|a, b| a[a.len() - 1].0.total_cmp(&b[b.len() - 1].0));
            for pair in reaching.windows(2) {
                let [(from, to), (next_from, next_to)] =
                    [pair[0], pair[1]].map(|arrow| (arrow[arrow.len() - 2].0, arrow[arrow.len() - 1].0));
                assert!(next_to - to >= 15.9 && next_from >= from, "seed {seed}, node {index}");
            }
        }
    }
}

#[test]
fn chains_and_the_main_path_are_straight() {
    let centers = |diagram: &Diagram| Layout::new(diagram).boxes.iter().map(|node| node.center).collect::<Vec<_>>();
    let chain = centers(&graph(&[&[], &[0], &[1], &[2], &[3]]));
    assert!(chain.iter().all(|&center| center == chain[0]), "{chain:?}");
    let layout = Layout::new(&residual());
    assert!(layout.boxes.iter().all(|node| node.center == layout.boxes[0].center), "{layout:?}");
    assert!(layout.arrows[3].iter().all(|point| point.0 == layout.boxes[0].center), "{layout:?}");
}

#[test]
fn branches_are_balanced() {
    // One box over two, and two over one.
    let boxes = Layout::new(&graph(&[&[], &[0], &[0], &[1, 2]])).boxes;
    assert!((boxes[0].center - (boxes[1].center + boxes[2].center) / 2.0).abs() < 0.6, "{boxes:?}");
    assert!((boxes[3].center - boxes[0].center).abs() < 0.6, "{boxes:?}");
}

#[test]
fn avoidable_crossings_are_avoided() {
    // Two towers with alternating layers, and a tree with leaves in the wrong order.
    let towers: &[&[usize]] = &[&[], &[], &[1], &[0], &[2], &[3], &[4], &[5], &[6, 7]];
    let tree: &[&[usize]] = &[&[], &[0], &[0], &[2], &[1], &[2], &[1]];
    // Two layers with the same two inputs.
    let bipartite: &[&[usize]] = &[&[], &[], &[0, 1], &[0, 1]];
    for (inputs, expected) in [(towers, 0), (tree, 0), (bipartite, 1)] {
        let mut graph = RankedGraph::new(&graph(inputs));
        reduce(&mut graph);
        assert_eq!(crossings(&graph), expected, "{inputs:?}");
    }
}

#[test]
fn an_input_is_just_above_its_consumer() {
    let boxes = Layout::new(&graph(&[&[], &[], &[0], &[2], &[1, 3]])).boxes;
    assert_eq!(boxes[1].top, boxes[3].top);
}

#[test]
fn a_line_forks_at_its_consumers() {
    let layout = Layout::new(&graph(&[&[], &[0], &[1], &[2, 0], &[3, 0]]));
    let [short, long] = [&layout.arrows[3], &layout.arrows[5]];
    assert_eq!(short[..short.len() - 1], long[..short.len() - 1]);
}

#[test]
fn spread_moves_as_little_as_possible() {
    let spread = |mut wanted: Vec<f64>| {
        spread(&mut wanted, 10.0);
        wanted
    };
    assert_eq!(spread(vec![0.0, 30.0]), [0.0, 30.0]);
    assert_eq!(spread(vec![0.0, 0.0, 0.0]), [-10.0, 0.0, 10.0]);
    assert_eq!(spread(vec![0.0, 4.0, 50.0]), [-3.0, 7.0, 50.0]);
}

#[test]
fn the_layout_is_deterministic() {
    assert_eq!(random(3).to_svg(), random(3).to_svg());
}

/// `UPDATE_EXPECT=1` updates the golden file.
#[test]
fn a_residual_block_as_svg() {
    let svg = residual().to_svg();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/src/diagram/residual.svg"), &svg).unwrap();
    }
    assert!(svg == include_str!("residual.svg"), "{svg}");
}

#[test]
fn a_residual_block_as_dot() {
    let dot = residual().to_dot();
    let lines: Vec<_> = dot.lines().map(str::trim).collect();
    assert_eq!(lines[0], "digraph \"A < B\" {");
    assert_eq!(lines[5], r#"node_2 [label="second (Dense)\n(None, 10) · 1,110 parameters"];"#);
    assert_eq!(lines[6], r#"node_3 [label="add_1 (Add)\n(None, 10)"];"#);
    assert_eq!(lines[7..], ["node_0 -> node_1;", "node_1 -> node_2;", "node_1 -> node_3;", "node_2 -> node_3;", "}"]);
}

#[test]
fn any_text_is_escaped() {
    let odd = diagram("\"<&>\\N\n", vec![node("a\"<&>'\\", "\0\u{1b}é漢", 1, &[])]);
    let svg = odd.to_svg();
    assert!(svg.contains("a&quot;&lt;&amp;&gt;'\\</text>") && svg.contains(">(  é漢)</text>"), "{svg}");
    assert!(!svg.contains(['\0', '\u{1b}']));
    let dot = odd.to_dot();
    assert!(dot.starts_with("digraph \"\\\"<&amp;>\\\\N\\n\" {"), "{dot}");
    assert!(dot.contains(r#"[label="a\"<&amp;>'\\ (  é漢)\n(None, 10) · 1 parameter"]"#), "{dot}");
}

#[test]
fn shared_layers_are_labeled() {
    let shared =
        diagram("", vec![node("encode", "Dense", 2, &[]), node("encode", "Dense", 2, &[]), node("x", "", 0, &[])]);
    assert_eq!(shared.to_svg().matches("2 parameters · shared").count(), 2);
    assert_eq!(shared.to_dot().matches("shared").count(), 2);
}

#[test]
fn empty_and_invalid_diagrams_are_drawn() {
    let empty = Diagram::default();
    assert!(empty.to_svg().ends_with("</svg>\n") && empty.to_dot().ends_with("}\n"));
    assert!(!empty.to_svg().contains("NaN") && !empty.to_svg().contains("inf"));
    // A node itself, a later node, and a node that does not exist.
    let invalid = graph(&[&[0, 1, 7], &[0]]);
    assert_eq!(Layout::new(&invalid).arrows.len(), 1);
    assert_eq!(invalid.to_dot().matches("->").count(), 1);
}
