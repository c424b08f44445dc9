use std::fs;

use mlp::plot::Curves;
use mlp::prelude::History;

use super::files::{Directory, Element, Picture};

/// Colors of training and validation.
const COLORS: [&str; 2] = ["#0072B2", "#D55E00"];

fn history(names: &[&str], epochs: usize, value: impl Fn(usize, usize) -> f64) -> History {
    let mut history = History::with_capacity(names, epochs);
    for epoch in 0..epochs {
        history.push(&(0..names.len()).map(|column| value(column, epoch)).collect::<Vec<_>>());
    }
    history
}

fn svg(curves: &Curves, name: &str) -> String {
    let directory = Directory::new(name);
    curves.save(directory.file("curves.svg")).unwrap();
    curves.save(directory.file("curves.png")).unwrap();
    Picture::read(directory.file("curves.png")).assert_border_is_white();
    fs::read_to_string(directory.file("curves.svg")).unwrap()
}

fn texts(svg: &str) -> Vec<String> {
    Element::all(svg, "text").into_iter().map(|element| element.text).collect()
}

/// Returns the first and the last point of each curve in pixels.
fn curves(svg: &str) -> Vec<(String, [(f64, f64); 2])> {
    let point = |text: &str| {
        let (x, y) = text.split_once(',').unwrap();
        (x.parse::<f64>().unwrap() / 8.0, y.parse::<f64>().unwrap() / 8.0)
    };
    let lines = Element::all(svg, "polyline").into_iter().filter(|line| COLORS.contains(&line.attribute("stroke")));
    // Lines of the legend have two points.
    lines
        .filter(|line| line.attribute("points").split_whitespace().count() > 2)
        .map(|line| {
            let points: Vec<_> = line.attribute("points").split_whitespace().map(point).collect();
            (line.attribute("stroke").to_owned(), [points[0], points[points.len() - 1]])
        })
        .collect()
}

#[test]
fn training_and_validation_share_a_panel() {
    let names = ["loss", "accuracy", "val_loss", "val_accuracy"];
    // Losses fall to 1 and 2 from 3, accuracies rise to 0.9 and 0.8.
    let history = history(&names, 11, |column, epoch| {
        let part = epoch as f64 / 10.0;
        [3.0 - 2.0 * part, 0.5 + 0.4 * part, 3.0 - part, 0.5 + 0.3 * part][column]
    });
    let svg = svg(&Curves::new("Two", &history), "panels");
    let texts = texts(&svg);
    for (text, count) in [("Two", 1), ("loss", 1), ("accuracy", 1), ("training", 2), ("validation", 2), ("epoch", 2)] {
        assert_eq!(texts.iter().filter(|other| *other == text).count(), count, "{text}");
    }
    let curves = curves(&svg);
    let colors: Vec<_> = curves.iter().map(|curve| curve.0.as_str()).collect();
    assert_eq!(colors, [COLORS, COLORS].concat());
    let ends: Vec<_> = curves.iter().map(|curve| curve.1[1]).collect();
    assert!(ends[0].0 < 600.0 && ends[2].0 > 1100.0, "side by side: {ends:?}");
    assert!(ends[0].1 > ends[1].1 && ends[2].1 < ends[3].1, "{ends:?}");
}

#[test]
fn a_wide_range_is_logarithmic() {
    // Exponential decay is a straight line on a logarithmic axis.
    let falling = history(&["loss"], 101, |_, epoch| 10f64.powf(-(epoch as f64) / 20.0));
    let svg = svg(&Curves::new("", &falling), "logarithmic");
    assert!(texts(&svg).contains(&"1e−4".into()));
    assert!(!texts(&svg).contains(&"training".into()), "a single curve has no legend");
    let line = Element::all(&svg, "polyline").into_iter().find(|line| line.attribute("stroke") == "#0072B2").unwrap();
    let heights: Vec<f64> = line
        .attribute("points")
        .split_whitespace()
        .map(|point| point.split_once(',').unwrap().1.parse().unwrap())
        .collect();
    assert_eq!(heights.len(), 101);
    assert!(((heights[0] + heights[100]) / 2.0 - heights[50]).abs() < 8.0);
}

#[test]
fn selected_metrics_and_metrics_of_validation_only() {
    let all = history(&["loss", "mean_absolute_error", "val_auc"], 8, |column, epoch| (column + epoch) as f64);
    let three = texts(&svg(&Curves::new("", &all), "three"));
    assert!(["loss", "mean absolute error", "val auc"].iter().all(|&name| three.contains(&name.into())), "{three:?}");
    let chosen = texts(&svg(&Curves::new("", &all).only(["val_auc", "nothing"]), "chosen"));
    assert!(chosen.contains(&"val auc".into()) && !chosen.contains(&"loss".into()));
}

#[test]
fn epochs_are_whole_numbers() {
    let texts = texts(&svg(&Curves::new("", &history(&["loss"], 3, |_, epoch| epoch as f64 * 100.0)), "whole"));
    let epochs: Vec<_> = texts.iter().filter(|text| ["1", "1.5", "2", "2.0", "3"].contains(&text.as_str())).collect();
    assert_eq!(epochs, ["1", "2", "3"]);
}

#[test]
fn a_single_epoch_is_a_dot() {
    let svg = svg(&Curves::new("", &history(&["loss", "val_loss"], 1, |column, _| column as f64)), "single");
    assert_eq!(Element::all(&svg, "circle").len(), 2);
}

#[test]
fn trainings_that_are_none() {
    let message = |curves: Curves| curves.save("never/written.png").unwrap_err().to_string();
    assert_eq!(message(Curves::new("", &history(&[], 0, |_, _| 0.0))), "plot \"\" has no values");
    assert_eq!(
        message(Curves::new("", &history(&["loss", "val_loss"], 0, |_, _| 0.0))),
        "series \"training\" has no points"
    );
    let diverged = history(&["loss", "val_loss"], 3, |column, epoch| if column + epoch == 2 { f64::NAN } else { 1.0 });
    let diverged = message(Curves::new("", &diverged));
    assert_eq!(diverged, "series \"training\", index 2: expected a finite point, found (3, NaN)");
}

#[test]
fn three_panels_leave_no_place_empty() {
    let names = ["loss", "learning_rate", "r2_score"];
    let history = history(&names, 6, |column, epoch| {
        [1.0 / (1.0 + epoch as f64), [0.1, 0.01][usize::from(epoch >= 3)], epoch as f64 - 3.0][column]
    });
    let svg = svg(&Curves::new("Three", &history), "three-panels");
    assert!(texts(&svg).iter().any(|text| text == "R²"));
    // Minus signs, not hyphens.
    assert!(texts(&svg).iter().any(|text| text == "−3"), "{:?}", texts(&svg));
    assert!(!texts(&svg).iter().any(|text| text.starts_with('-')));
    // The last panel is as wide as both above it.
    let epochs: Vec<f64> =
        Element::all(&svg, "text").iter().filter(|text| text.text == "epoch").map(|text| text.number("x")).collect();
    assert_eq!(epochs.len(), 3);
    assert!(epochs[0] < 400.0 && epochs[1] > 800.0 && (500.0..720.0).contains(&epochs[2]), "{epochs:?}");
    // The learning rate has a vertical step: two neighboring points of one x.
    let is_vertical = |line: &Element| {
        let points: Vec<(i32, i32)> = line
            .attribute("points")
            .split_whitespace()
            .map(|point| point.split_once(',').map(|(x, y)| (x.parse().unwrap(), y.parse().unwrap())).unwrap())
            .collect();
        points.windows(2).any(|pair| pair[0].0 == pair[1].0 && (pair[0].1 - pair[1].1).abs() > 800)
    };
    let curves: Vec<_> =
        Element::all(&svg, "polyline").into_iter().filter(|line| line.attribute("stroke") == COLORS[0]).collect();
    assert_eq!(curves.iter().filter(|line| is_vertical(line)).count(), 1);
}

#[test]
fn the_restored_epoch_is_marked() {
    use mlp::prelude::*;
    let (x, y) = ([0.0_f32, 1.0, 2.0, 3.0], [0.0_f32, 2.0, 4.0, 6.0]);
    let mut model = sequential![Dense(1 => 1)].compile(Adam::new(0.1), MeanSquaredError);
    // The largest loss is the first one.
    let stopping = EarlyStopping::new("loss").mode(MonitorMode::Max).patience(5).restore_best_weights(true);
    let history = model.fit(&x, &y, Fit::new().epochs(50).verbose(0).callback(stopping)).unwrap();
    let restored = history.restored_epoch().expect("weights were restored");
    assert!(restored < history.epochs());
    assert!(texts(&svg(&Curves::new("", &history), "restored")).iter().any(|text| text == "restored weights"));
    let plain = self::history(&["loss"], 3, |_, epoch| epoch as f64);
    assert_eq!(plain.restored_epoch(), None);
    assert!(!texts(&svg(&Curves::new("", &plain), "plain")).iter().any(|text| text == "restored weights"));
}

#[test]
fn a_long_legend_stands_next_to_the_chart() {
    let directory = Directory::new("legend");
    let plot = |count: usize| {
        (0..count).fold(mlp::plot::Plot::new("Seeds"), |plot, seed| {
            plot.line(format!("seed {seed}"), 0..=20, (0..=20).map(|i| (f64::from(i) * 0.3 + seed as f64).sin()))
        })
    };
    for (count, outside) in [(3, false), (10, true)] {
        let file = directory.file(&format!("legend-{count}.svg"));
        plot(count).save(&file).unwrap();
        plot(count).save(file.with_extension("png")).unwrap();
        Picture::read(file.with_extension("png")).assert_border_is_white();
        let svg = fs::read_to_string(file).unwrap();
        let name = super::files::text_at(&svg, "seed 2").0;
        let curve_end = Element::all(&svg, "polyline")
            .iter()
            .filter(|line| {
                line.attribute("stroke") == COLORS[0] && line.attribute("points").split_whitespace().count() > 10
            })
            .map(|line| {
                line.attribute("points")
                    .split_whitespace()
                    .last()
                    .unwrap()
                    .split_once(',')
                    .unwrap()
                    .0
                    .parse::<f64>()
                    .unwrap()
                    / 8.0
            })
            .fold(0.0, f64::max);
        assert_eq!(name > curve_end, outside, "{count}: {name} {curve_end}");
    }
}
