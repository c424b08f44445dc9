use std::fs;

use mlp::plot::{Confusion, DecisionRegions, Regression};

use super::files::{Directory, Element, Picture, text_at};

/// Returns the cells of a heat map in order: position and darkness.
fn cells(svg: &str) -> Vec<(f64, f64, u32)> {
    let brightness = |fill: &str| (0..3).map(|part| u32::from_str_radix(&fill[1 + 2 * part..][..2], 16).unwrap()).sum();
    // The first rectangle is the background.
    let cells = Element::all(svg, "rect").into_iter().skip(1);
    cells.map(|cell| (cell.number("x"), cell.number("y"), brightness(cell.attribute("fill")))).collect()
}

#[test]
fn rows_are_true_and_columns_predicted() {
    let directory = Directory::new("confusion");
    let picture =
        Confusion::from_predictions("Pets", [0, 0, 0, 0, 1, 2], [0, 0, 0, 1, 1, 1]).classes(["cat", "dog", "eel"]);
    picture.save(directory.file("pets.svg")).unwrap();
    picture.save(directory.file("pets.png")).unwrap();
    let svg = fs::read_to_string(directory.file("pets.svg")).unwrap();
    let cells = cells(&svg);
    assert_eq!(cells.len(), 9);
    let written: Vec<_> = Element::all(&svg, "text").into_iter().take(9).map(|text| text.text).collect();
    assert_eq!(written, ["3", "1", "0", "0", "1", "0", "0", "1", "0"]);
    // A count of 3 is darker than a count of 1, which is darker than 0.
    assert!(cells[0].2 < cells[1].2 && cells[1].2 < cells[2].2);
    assert!(cells[0].0 < cells[1].0 && cells[0].1 == cells[1].1, "a row is level");
    // Row names are left of the cells, "true" left of them. Column names are below, "predicted" below them.
    let beside = text_at(&svg, "true");
    assert!(beside.0 < cells[0].0 && beside.1 > cells[0].1);
    let below = text_at(&svg, "predicted");
    let [first, last] = [Element::all(&svg, "text"), Element::all(&svg, "text")]
        .map(|texts| texts.into_iter().filter(|text| text.text == "eel").collect::<Vec<_>>());
    assert!((first[0].number("y") - (cells[6].1 + 48.0)).abs() < 1.0, "next to its row");
    assert!(
        (last[1].number("x") - (cells[2].0 + 48.0)).abs() < 1.0 && below.1 > last[1].number("y"),
        "below its column"
    );
    Picture::read(directory.file("pets.png")).assert_border_is_white();
}

#[test]
fn shares_of_each_true_class() {
    let directory = Directory::new("shares");
    let counts = nalgebra::DMatrix::<usize>::from_row_slice(3, 3, &[30, 10, 0, 0, 7, 0, 0, 0, 0]);
    Confusion::new("", &counts).normalized().save(directory.file("shares.svg")).unwrap();
    let svg = fs::read_to_string(directory.file("shares.svg")).unwrap();
    let written: Vec<_> = Element::all(&svg, "text").into_iter().take(9).map(|text| text.text).collect();
    assert_eq!(written, ["0.75", "0.25", "0.00", "0.00", "1.00", "0.00", "–", "–", "–"]);
    assert!(cells(&svg)[4].2 < cells(&svg)[0].2, "all of 7 is darker than three quarters of 40");
}

#[test]
fn long_names_and_titles_are_not_cut_off() {
    let directory = Directory::new("long");
    let names = ["Iris setosa (bristle-pointed)", "Iris versicolor", "Iris virginica (southern blue flag)"];
    let picture =
        Confusion::new("A long title: how often each class is predicted for each class", &[[1_000_000; 3]; 3]);
    picture.classes(names).save(directory.file("long.png")).unwrap();
    Picture::read(directory.file("long.png")).assert_border_is_white();
}

#[test]
fn invalid_confusions_are_rejected() {
    let error = |picture: Confusion| picture.save("never/written.png").unwrap_err().to_string();
    let message = |truth: &[f64], predicted: &[f64]| error(Confusion::from_predictions("Pets", truth, predicted));
    assert_eq!(message(&[0.0, 1.0], &[0.0]), "expected a prediction for each of 2 true values, found 1");
    assert_eq!(message(&[], &[]), "plot \"Pets\" has no values");
    assert_eq!(message(&[0.0, 0.5], &[0.0, 0.0]), "true class at index 1: expected an integer from 0, found 0.5");
    let nan = message(&[0.0, 0.0], &[f64::NAN, 0.0]);
    assert_eq!(nan, "predicted class at index 0: expected an integer from 0, found NaN");
    assert_eq!(message(&[4e9], &[0.0]), "expected at most 100 classes, found 4000000001");
    assert_eq!(error(Confusion::new("", &vec![vec![1, 2], vec![3]])), "row 1: expected 2 columns, found 1");
    let negative = error(Confusion::new("", &[[1, 2], [-3, 4]]));
    assert_eq!(negative, "row 1, column 0: expected a count, found -3");
    let names = error(Confusion::new("", &[[1, 2], [3, 4]]).classes(["one"]));
    assert_eq!(names, "expected 2 names of classes, found 1");
}

#[test]
fn regions_agree_with_the_classifier() {
    let directory = Directory::new("regions");
    let points = [[0.0, 0.0], [10.0, 0.0], [0.0, 10.0], [10.0, 10.0]];
    // Only the upper left quarter has class 1.
    let picture =
        DecisionRegions::new("Quarter", &points, [0, 0, 1, 0], |[x, y]: [f64; 2]| usize::from(x < 5.0 && y > 5.0));
    let picture = picture.classes(["rest", "upper left"]);
    picture.save(directory.file("quarter.png")).unwrap();
    picture.save(directory.file("quarter.svg")).unwrap();
    let svg = fs::read_to_string(directory.file("quarter.svg")).unwrap();
    let quarter = Picture::read(directory.file("quarter.png"));
    quarter.assert_border_is_white();
    // Orange and blue with 30% opacity.
    let (orange, blue) = (quarter.places([242, 207, 179]), quarter.places([179, 213, 232]));
    let share = orange.len() as f64 / (orange.len() + blue.len()) as f64;
    assert!((share - 0.25).abs() < 0.005, "{share}");
    // All but the legend's squares.
    let inside: Vec<_> = orange.iter().filter(|place| place.0 < 860).collect();
    assert!(inside.iter().all(|place| place.0 <= 470 && place.1 <= 313), "in the upper left");
    // Four points and two in the legend, each with a border. The point of class 1 is in the upper left.
    let circles = Element::all(&svg, "circle");
    assert_eq!(circles.len(), 12);
    let odd: Vec<_> = circles.iter().filter(|circle| circle.attribute("fill") == "#D55E00").collect();
    assert!(odd[0].number("cx") < 130.0 && odd[0].number("cy") < 100.0 && odd.len() == 2);
    assert!(text_at(&svg, "upper left").0 > 860.0, "next to the chart");
}

#[test]
fn a_network_predicts_in_its_scalar_type() {
    use mlp::prelude::*;
    let directory = Directory::new("scalar");
    let points = nalgebra::DMatrix::from_row_slice(2, 2, &[0.0_f32, 0.0, 1.0, 1.0]);
    let network = sequential![Dense(2 => 1)];
    let picture = DecisionRegions::new("", &points, [0, 1], |point| usize::from(network.predict_one(point)[0] > 0.0));
    picture.save(directory.file("network.png")).unwrap();
}

#[test]
fn regions_that_are_none() {
    let message = |points: &[[f64; 2]], classes: &[usize], region: usize, names: &[&str]| {
        let picture = DecisionRegions::new("Plane", points, classes, |_: [f32; 2]| region);
        let picture = if names.is_empty() { picture } else { picture.classes(names.iter().copied()) };
        picture.save("never/written.svg").unwrap_err().to_string()
    };
    assert_eq!(message(&[], &[], 0, &[]), "series \"Plane\" has no points");
    assert_eq!(message(&[[0.0, 1.0]], &[0, 1], 0, &[]), "expected a class for each of 1 points, found 2");
    let nan = message(&[[0.0, 1.0], [f64::NAN, 0.0]], &[0, 1], 0, &[]);
    assert_eq!(nan, "row 1, column 0: expected a finite value, found NaN");
    assert_eq!(message(&[[0.0, 1.0]], &[0], 12, &[]), "expected at most 12 classes, found 13");
    assert_eq!(message(&[[0.0, 1.0]], &[0], 1, &["one"]), "expected 2 names of classes, found 1");
    let columns = DecisionRegions::new("", &[[1, 2, 3]], [0], |_: [f32; 2]| 0).save("never/written.svg").unwrap_err();
    assert_eq!(columns.to_string(), "row 0: expected 2 columns, found 3");
}

#[test]
fn exact_predictions_are_on_the_diagonal() {
    let directory = Directory::new("regression");
    let truth = [3.0, -0.5, 2.0, 7.0];
    Regression::new("Good", truth, truth).r2().label("price").save(directory.file("good.svg")).unwrap();
    Regression::new("", truth, [2.5, 0.0, 2.0, 8.0]).r2().save(directory.file("worse.svg")).unwrap();
    Regression::new("Good", truth, truth).save(directory.file("good.png")).unwrap();
    Picture::read(directory.file("good.png")).assert_border_is_white();
    let good = fs::read_to_string(directory.file("good.svg")).unwrap();
    for text in ["Good, R² = 1.000", "true price", "predicted price", "perfect"] {
        text_at(&good, text);
    }
    text_at(&fs::read_to_string(directory.file("worse.svg")).unwrap(), "R² = 0.949");
    let guide = Element::all(&good, "polyline").into_iter().find(|line| {
        line.attribute("stroke") == "#787878" && {
            let points: Vec<_> = line.attribute("points").split_whitespace().collect();
            points.len() == 2
                && points[0].split(',').next() != points[1].split(',').next()
                && points[0].split(',').nth(1) != points[1].split(',').nth(1)
        }
    });
    let guide = guide.expect("a diagonal");
    let ends: Vec<f64> = guide.attribute("points").split([' ', ',']).filter_map(|number| number.parse().ok()).collect();
    let slope = (ends[3] - ends[1]) / (ends[2] - ends[0]);
    assert!(ends[2] > ends[0] && ends[3] < ends[1], "it rises");
    for circle in Element::all(&good, "circle").into_iter().take(4) {
        let (x, y) = (circle.number("cx") * 8.0, circle.number("cy") * 8.0);
        assert!((ends[1] + (x - ends[0]) * slope - y).abs() < 8.0, "({x}, {y})");
    }
}

#[test]
fn regressions_that_are_none() {
    let message = |truth: &[f64], predicted: &[f64]| {
        Regression::new("", truth, predicted).r2().save("never/written.png").unwrap_err().to_string()
    };
    assert_eq!(message(&[1.0], &[1.0, 2.0]), "expected a prediction for each of 1 true values, found 2");
    assert_eq!(message(&[], &[]), "series \"samples\" has no points");
    assert_eq!(
        message(&[1.0], &[f64::INFINITY]),
        "series \"samples\", index 0: expected a finite point, found (1, inf)"
    );
}
