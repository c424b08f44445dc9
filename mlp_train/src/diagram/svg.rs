//! SVG output.

use std::fmt::Write;

use super::layout::{FONT_SIZES, Layout, NodeBox};
use super::{Diagram, text};

/// Fill and border color of inputs.
const INPUT: [&str; 2] = ["#e3f4ee", "#009e73"];
/// Fill and border color of layers with parameters.
const WITH_PARAMETERS: [&str; 2] = ["#e4f0f8", "#0072b2"];
/// Fill and border color of layers without parameters.
const WITHOUT_PARAMETERS: [&str; 2] = ["#f5f5f5", "#808080"];

const TEXT: &str = "#262626";
const FAINT_TEXT: &str = "#595959";
const LINE: &str = "#6b6b6b";
/// Length and half width of an arrow's head.
const HEAD: (f64, f64) = (9.0, 4.0);

pub(super) fn write(diagram: &Diagram) -> String {
    let layout = Layout::new(diagram);
    let width = number(layout.width);
    let height = number(layout.height);
    let title = text::xml(&diagram.title);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" text-anchor=\"middle\">\n\
         <title>{title}</title>\n<rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n"
    );
    if !title.is_empty() {
        let center = number(layout.width / 2.0);
        let size = FONT_SIZES[2];
        let _ = writeln!(svg, "<text x=\"{center}\" y=\"38\" font-size=\"{size}\" fill=\"{TEXT}\">{title}</text>");
    }
    let _ = writeln!(svg, "<g fill=\"none\" stroke=\"{LINE}\" stroke-width=\"1.5\" stroke-linejoin=\"round\">");
    layout.arrows.iter().for_each(|arrow| write_line(&mut svg, arrow));
    let _ = writeln!(svg, "</g>\n<g fill=\"{LINE}\">");
    layout.arrows.iter().for_each(|arrow| write_head(&mut svg, arrow[arrow.len() - 1]));
    svg.push_str("</g>\n");
    for (node, node_box) in layout.boxes.iter().enumerate() {
        write_box(&mut svg, diagram, node, *node_box);
    }
    svg.push_str("</svg>\n");
    svg
}

fn write_line(svg: &mut String, arrow: &[(f64, f64)]) {
    let mut points = arrow.iter().copied();
    let Some((mut x, mut y)) = points.next() else { return };
    let _ = write!(svg, "<path d=\"M{} {}", number(x), number(y));
    for (index, (to_x, to_y)) in points.enumerate() {
        // The line ends within the head.
        let to_y = if index + 2 == arrow.len() { to_y - HEAD.0 + 1.0 } else { to_y };
        if x == to_x || index % 2 == 1 {
            let _ = write!(svg, " V{}", number(to_y));
        } else {
            let x = number(x);
            let middle = number((y + to_y) / 2.0);
            let to_x = number(to_x);
            let _ = write!(svg, " C{x} {middle} {to_x} {middle} {to_x} {}", number(to_y));
        }
        (x, y) = (to_x, to_y);
    }
    svg.push_str("\"/>\n");
}

fn write_head(svg: &mut String, (x, y): (f64, f64)) {
    let left = number(x - HEAD.1);
    let right = number(x + HEAD.1);
    let top = number(y - HEAD.0);
    let _ = writeln!(svg, "<path d=\"M{left} {top} H{right} L{} {} Z\"/>", number(x), number(y));
}

fn write_box(svg: &mut String, diagram: &Diagram, node: usize, node_box: NodeBox) {
    let layer = &diagram.nodes[node];
    let [fill, border] = match layer.parameters {
        0 if layer.inputs.is_empty() => INPUT,
        0 => WITHOUT_PARAMETERS,
        _ => WITH_PARAMETERS,
    };
    let x = number(node_box.center - node_box.width / 2.0);
    let y = number(node_box.top);
    let width = number(node_box.width);
    let height = number(node_box.height);
    let _ = writeln!(
        svg,
        "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"6\" fill=\"{fill}\" stroke=\"{border}\" \
         stroke-width=\"1.5\"/>"
    );
    let [_, output] = diagram.lines(node).map(|line| text::xml(&line));
    let center = number(node_box.center);
    let kind = if layer.kind.is_empty() { String::new() } else { format!("({})", layer.kind) };
    // The bold name and the kind are two texts that end and start next to each other: not every converter places a `tspan`
    // in a centered text correctly.
    let space = if kind.is_empty() { 0.0 } else { 0.15 * FONT_SIZES[0] };
    let (name_width, kind_width) = (1.1 * text::width(&layer.name), text::width(&kind));
    let between = node_box.center + (name_width - kind_width) / 2.0 * FONT_SIZES[0];
    let (name_end, kind_start) = (number(between - space), number(between + space));
    let (name, kind) = (text::xml(&layer.name), text::xml(&kind));
    let first_line = number(node_box.top + 23.0);
    let second_line = number(node_box.top + 42.0);
    let size = FONT_SIZES[0];
    let _ = writeln!(
        svg,
        "<text x=\"{name_end}\" y=\"{first_line}\" font-size=\"{size}\" font-weight=\"bold\" text-anchor=\"end\" \
         fill=\"{TEXT}\">{name}</text>\n\
         <text x=\"{kind_start}\" y=\"{first_line}\" font-size=\"{size}\" text-anchor=\"start\" fill=\"{TEXT}\">{kind}</text>\n\
         <text x=\"{center}\" y=\"{second_line}\" font-size=\"{}\" fill=\"{FAINT_TEXT}\">{output}</text>",
        FONT_SIZES[1],
    );
}

/// Formats a coordinate, rounded to a tenth of a pixel.
fn number(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").unwrap_or(&text).to_owned()
}
