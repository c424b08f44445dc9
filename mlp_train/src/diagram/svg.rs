use std::fmt::Write;

use super::layout::{Box, LETTERS, Layout};
use super::{Diagram, text};

/// Filling and border of a box: of an input, of a layer with parameters, of one without.
const INPUT: [&str; 2] = ["#e3f4ee", "#009e73"];
const TRAINED: [&str; 2] = ["#e4f0f8", "#0072b2"];
const OTHER: [&str; 2] = ["#f5f5f5", "#808080"];

const INK: &str = "#262626";
const FAINT: &str = "#595959";
const LINE: &str = "#6b6b6b";
/// Length and half the breadth of an arrow's head.
const HEAD: (f64, f64) = (9.0, 4.0);

pub(super) fn write(diagram: &Diagram) -> String {
    let layout = Layout::new(diagram);
    let (width, height) = (number(layout.width), number(layout.height));
    let title = text::xml(&diagram.title);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" text-anchor=\"middle\">\n\
         <title>{title}</title>\n<rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n"
    );
    if !title.is_empty() {
        let middle = number(layout.width / 2.0);
        let _ =
            writeln!(svg, "<text x=\"{middle}\" y=\"38\" font-size=\"{}\" fill=\"{INK}\">{title}</text>", LETTERS[2]);
    }
    let _ = writeln!(svg, "<g fill=\"none\" stroke=\"{LINE}\" stroke-width=\"1.5\" stroke-linejoin=\"round\">");
    layout.arrows.iter().for_each(|arrow| write_line(&mut svg, arrow));
    let _ = writeln!(svg, "</g>\n<g fill=\"{LINE}\">");
    layout.arrows.iter().for_each(|arrow| write_head(&mut svg, arrow[arrow.len() - 1]));
    svg.push_str("</g>\n");
    for (node, place) in layout.boxes.iter().enumerate() {
        write_box(&mut svg, diagram, node, *place);
    }
    svg.push_str("</svg>\n");
    svg
}

fn write_line(svg: &mut String, arrow: &[(f64, f64)]) {
    let mut points = arrow.iter().copied();
    let Some((mut x, mut y)) = points.next() else { return };
    let _ = write!(svg, "<path d=\"M{} {}", number(x), number(y));
    for (index, (to_x, to_y)) in points.enumerate() {
        // The head covers the end.
        let to_y = if index + 2 == arrow.len() { to_y - HEAD.0 + 1.0 } else { to_y };
        if x == to_x || index % 2 == 1 {
            let _ = write!(svg, " V{}", number(to_y));
        } else {
            let (x, middle, to_x) = (number(x), number((y + to_y) / 2.0), number(to_x));
            let _ = write!(svg, " C{x} {middle} {to_x} {middle} {to_x} {}", number(to_y));
        }
        (x, y) = (to_x, to_y);
    }
    svg.push_str("\"/>\n");
}

fn write_head(svg: &mut String, (x, y): (f64, f64)) {
    let (left, right, top) = (number(x - HEAD.1), number(x + HEAD.1), number(y - HEAD.0));
    let _ = writeln!(svg, "<path d=\"M{left} {top} H{right} L{} {} Z\"/>", number(x), number(y));
}

fn write_box(svg: &mut String, diagram: &Diagram, node: usize, place: Box) {
    let layer = &diagram.nodes[node];
    let [fill, border] = match layer.parameters {
        0 if layer.inputs.is_empty() => INPUT,
        0 => OTHER,
        _ => TRAINED,
    };
    let (x, y) = (number(place.middle - place.width / 2.0), number(place.top));
    let (width, height) = (number(place.width), number(place.height));
    let _ = writeln!(
        svg,
        "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"6\" fill=\"{fill}\" stroke=\"{border}\" \
         stroke-width=\"1.5\"/>"
    );
    let [_, output] = diagram.lines(node).map(|line| text::xml(&line));
    let name = text::xml(&layer.name);
    let kind = if layer.kind.is_empty() { String::new() } else { format!(" ({})", text::xml(&layer.kind)) };
    let (middle, first, second) = (number(place.middle), number(place.top + 23.0), number(place.top + 42.0));
    let _ = writeln!(
        svg,
        "<text x=\"{middle}\" y=\"{first}\" font-size=\"{}\" fill=\"{INK}\">\
         <tspan font-weight=\"bold\">{name}</tspan>{kind}</text>\n\
         <text x=\"{middle}\" y=\"{second}\" font-size=\"{}\" fill=\"{FAINT}\">{output}</text>",
        LETTERS[0], LETTERS[1],
    );
}

/// To a tenth of a pixel.
fn number(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").unwrap_or(&text).to_owned()
}
