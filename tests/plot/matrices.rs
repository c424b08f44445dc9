use std::fs;

use mlp::plot::HeatMap;

use super::files::{Directory, Element, Picture, text_at};

fn svg(map: &HeatMap, name: &str) -> String {
    let directory = Directory::new(name);
    map.save(directory.file("map.svg")).unwrap();
    map.save(directory.file("map.png")).unwrap();
    Picture::read(directory.file("map.png")).assert_border_is_white();
    fs::read_to_string(directory.file("map.svg")).unwrap()
}

fn fills(svg: &str, count: usize) -> Vec<String> {
    Element::all(svg, "rect").iter().skip(1).take(count).map(|cell| cell.attribute("fill").to_owned()).collect()
}

#[test]
fn signs_have_their_colors() {
    let map = HeatMap::new("Weights", &[[-2.0, 0.0], [2.0, 1.0]]).x_label("input").y_label("unit");
    let svg = svg(&map, "signs");
    let fills = fills(&svg, 4);
    assert_eq!(fills[..3], ["#003A70", "#F7F7F7", "#8C4200"]);
    assert_eq!(fills[3], "#E8A054");
    for text in ["Weights", "input", "unit", "−2", "−1", "0", "1", "2"] {
        text_at(&svg, text);
    }
    // The scale is next to the cells, with the max on top.
    assert!(text_at(&svg, "2").1 < text_at(&svg, "−2").1 && text_at(&svg, "2").0 > text_at(&svg, "Weights").0);
}

#[test]
fn values_of_one_sign_darken_with_size() {
    let positive = fills(&svg(&HeatMap::new("", &[[1.0, 2.0, 5.0]]), "positive"), 3);
    assert_eq!([&positive[0], &positive[2]], ["#F6F9FD", "#00224C"]);
    let negative = fills(&svg(&HeatMap::new("", &[[-1.0, -2.0, -5.0]]), "negative"), 3);
    assert_eq!(positive, negative);
    let alike = fills(&svg(&HeatMap::new("", &[[0.5; 4]; 4]), "alike"), 16);
    assert!(alike.iter().all(|fill| *fill == alike[0]));
}

#[test]
fn every_shape_fits_the_picture() {
    for (rows, columns) in [(1, 1), (1, 784), (784, 1), (10, 784), (784, 128), (40, 40)] {
        let matrix =
            nalgebra::DMatrix::from_fn(rows, columns, |row, column| ((row * 7 + column * 3) % 11) as f32 - 5.0);
        let map =
            HeatMap::new("A title that is longer than the matrix is wide", &matrix).x_label("input").y_label("unit");
        let svg = svg(&map, &format!("shape-{rows}-{columns}"));
        let number = |text: &str| text.parse::<f64>().unwrap();
        let size = Element::all(&svg, "svg")
            .iter()
            .map(|e| [number(e.attribute("width")), number(e.attribute("height"))])
            .next();
        let [width, height] = size.unwrap();
        assert!((200.0..1300.0).contains(&width) && (120.0..800.0).contains(&height), "{width} by {height}");
        let cells = Element::all(&svg, "rect");
        assert!(cells.len() <= 160 * 160 + 129 && cells.len() > rows.min(160).min(columns), "{}", cells.len());
    }
}

#[test]
fn names_and_values_are_written() {
    let map =
        HeatMap::new("", &[[1.0, -0.25], [0.5, 0.125]]).row_names(["upper", "lower"]).column_names(["a", "b"]).values();
    let svg = svg(&map, "names");
    let written: Vec<_> = Element::all(&svg, "text").into_iter().take(4).map(|text| text.text).collect();
    assert_eq!(written, ["1.00", "−0.25", "0.50", "0.12"]);
    assert!(text_at(&svg, "upper").1 < text_at(&svg, "lower").1 && text_at(&svg, "a").0 < text_at(&svg, "b").0);
    assert!(text_at(&svg, "a").1 > text_at(&svg, "lower").1);
}

#[test]
fn matrices_that_are_none() {
    let message = |map: HeatMap| map.save("never/written.png").unwrap_err().to_string();
    assert_eq!(message(HeatMap::new("Weights", &Vec::<[f32; 2]>::new())), "plot \"Weights\" has no values");
    let ranged = || HeatMap::new("", &[[1.0, 2.0]]);
    let expected =
        |axis: &str, ends: &str| format!("range of {axis}: expected two finite ends that differ, found {ends}");
    assert_eq!(message(ranged().x_range(1.0, 1.0)), expected("x", "1 and 1"));
    assert_eq!(message(ranged().y_range(0.0, f64::NAN)), expected("y", "0 and NaN"));
    assert_eq!(message(HeatMap::new("Weights", &[[0f32; 0]; 3])), "plot \"Weights\" has no values");
    assert_eq!(message(HeatMap::new("", &vec![vec![1.0], vec![]])), "row 1: expected 1 columns, found 0");
    let nan = message(HeatMap::new("", &[[0.0, f32::NAN]]));
    assert_eq!(nan, "row 0, column 1: expected a finite value, found NaN");
    assert_eq!(message(HeatMap::new("", &[[1, 2]]).row_names(["a", "b"])), "expected 1 names of rows, found 2");
    assert_eq!(message(HeatMap::new("", &[[1, 2]]).column_names(["a"])), "expected 2 names of columns, found 1");
}
