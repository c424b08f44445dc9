//! Plots: the files are read back, and positions of lines, points and texts are checked.

mod classifiers;
mod files;
mod matrices;
mod trainings;

use std::fs;
use std::path::PathBuf;

use files::{Directory, Picture};
use mlp::plot::{HeatMap, Plot, PlotError, SIZE};

fn error(plot: &Plot) -> String {
    plot.save("never/written.png").unwrap_err().to_string()
}

/// Returns the first curve: the middle of the blue pixels in each column that it crosses.
fn blue_curve(path: PathBuf) -> Vec<(f64, f64)> {
    let picture = Picture::read(path);
    assert_eq!((picture.width as u32, picture.height as u32), SIZE);
    let is_blue = |x: usize, y: usize| {
        let pixel = picture.pixel(x, y);
        pixel[0] < 128 && pixel[2] > pixel[0] + 80
    };
    let middle = |x| {
        let rows: Vec<_> = (0..picture.height).filter(|&y| is_blue(x, y)).collect();
        Some((x as f64, (*rows.first()? + *rows.last()?) as f64 / 2.0))
    };
    (0..picture.width).filter_map(middle).collect()
}

/// Returns the points of the first curve in pixels.
fn polyline(path: PathBuf) -> Vec<(f64, f64)> {
    let svg = fs::read_to_string(path).unwrap();
    assert!(svg.starts_with(r#"<svg width="1200" height="600""#) && svg.trim_end().ends_with("</svg>"));
    let curve = svg.lines().find(|line| line.contains("<polyline") && line.contains("#0072B2")).unwrap();
    let points = curve.split("points=\"").nth(1).unwrap().split('"').next().unwrap();
    let number = |text: &str| text.parse::<f64>().unwrap() / 8.0;
    points.split_whitespace().map(|point| point.split_once(',').unwrap()).map(|(x, y)| (number(x), number(y))).collect()
}

/// Checks for a straight line from the upper left to the lower right.
fn assert_straight_down(curve: &[(f64, f64)]) {
    let (first, last) = (curve[0], curve[curve.len() - 1]);
    assert!(first.0 < 150.0 && first.1 < 150.0, "{first:?}");
    assert!(last.0 > 1100.0 && last.1 > 450.0, "{last:?}");
    for point in curve {
        let straight = first.1 + (point.0 - first.0) / (last.0 - first.0) * (last.1 - first.1);
        assert!((point.1 - straight).abs() < 1.5, "{point:?} should be at {straight}");
    }
}

#[test]
fn a_falling_line_falls() {
    let directory = Directory::new("line");
    let plot = Plot::new("Falling").line("", 0..=1000, (0..=1000).map(|i| 1.0 - f64::from(i) / 1000.0));
    plot.save(directory.file("line.png")).unwrap();
    plot.save(directory.file("line.SVG")).unwrap();
    let curve = blue_curve(directory.file("line.png"));
    assert!(curve.len() > 1000, "no gaps: {}", curve.len());
    assert_straight_down(&curve);
    let points = polyline(directory.file("line.SVG"));
    assert_eq!(points.len(), 1001);
    assert_straight_down(&points);
}

#[test]
fn a_band_is_an_area_in_the_color_of_its_curve() {
    let directory = Directory::new("band");
    let x = [0.0, 1.0, 2.0];
    let plot = Plot::new("").scatter("data", x, [1.0, 2.0, 2.5]).line("mean", x, [1.0, 2.0, 3.0]);
    let plot = plot.band("95%", x, [0.5, 1.5, 2.5], [1.5, 2.5, 3.5]).band("99%", x, [0.0, 1.0, 2.0], [2.0, 3.0, 4.0]);
    plot.save(directory.file("band.svg")).unwrap();
    let svg = fs::read_to_string(directory.file("band.svg")).unwrap();
    let polygons: Vec<_> = svg.lines().filter(|line| line.contains("<polygon")).collect();
    let curve =
        svg.lines().find(|line| line.contains("<polyline") && line.contains("#D55E00")).expect("the second color");
    assert!(curve.contains("opacity=\"1\""), "{curve}");
    assert_eq!(polygons.len(), 2, "{svg}");
    for (polygon, opacity) in polygons.iter().zip(["0.16", "0.32"]) {
        assert!(polygon.contains("#D55E00") && polygon.contains(&format!("opacity=\"{opacity}\"")), "{polygon}");
    }
    assert!(svg.contains("95%") && svg.contains("99%"), "names in the legend");
}

#[test]
fn exponential_decay_is_straight_on_a_logarithmic_axis() {
    let directory = Directory::new("log");
    let loss: Vec<_> = (0..10_000).map(|epoch| (f64::from(epoch) * -1e-3).exp()).collect();
    let plot = Plot::new("").line("", 1..=loss.len(), &loss).log_y();
    plot.save(directory.file("loss.png")).unwrap();
    plot.save(directory.file("loss.svg")).unwrap();
    assert_straight_down(&blue_curve(directory.file("loss.png")));
    let points = polyline(directory.file("loss.svg"));
    assert!(points.len() < 5000, "more points than pixels: {}", points.len());
    assert_straight_down(&points);
}

#[test]
fn labels_and_legend_are_in_the_file() {
    let directory = Directory::new("labels");
    let plot = Plot::new("A < B").x_label("x").y_label("y").line("sin(x)", [0f32, 1.0], [0f32, 1.0]);
    let plot = plot.scatter("samples", [0.5], [0.25]);
    plot.save(directory.file("deep/in/labels.svg")).unwrap();
    let svg = fs::read_to_string(directory.file("deep/in/labels.svg")).unwrap();
    for text in ["A &lt; B", "x", "y", "sin(x)", "samples", "0.4", "#D55E00"] {
        assert!(svg.contains(text), "{text}");
    }
    assert_eq!(svg.matches("<circle").count(), 2, "the point, and its sample in the legend");
}

#[test]
fn long_texts_are_written_smaller() {
    let directory = Directory::new("texts");
    let long = |count| "as many words as anyone may want to say, ".repeat(count);
    Plot::new(long(6)).x_label(long(5)).y_label(long(4)).line("", 0..2, 0..2).save(directory.file("plot.png")).unwrap();
    let labels = HeatMap::new(long(2), &[[1, 2], [3, 4]]).x_label(long(1)).y_label(long(1));
    labels.column_names([long(1), "b".into()]).save(directory.file("map.png")).unwrap();
    for name in ["plot.png", "map.png"] {
        Picture::read(directory.file(name)).assert_border_is_white();
    }
}

#[test]
fn errors_name_the_series() {
    let line = |y: &[f64]| Plot::new("").line("loss", 0..3, y);
    let saved = line(&[1.0, 2.0, 3.0]).save("picture.jpeg").unwrap_err();
    assert_eq!(saved.to_string(), "picture.jpeg: expected the extension .png or .svg");
    assert_eq!(error(&Plot::new("")), "the plot is empty; add a `line` or a `scatter`");
    assert_eq!(error(&Plot::new("").scatter("dots", 0..0, [0f64; 0])), "series \"dots\" has no points");
    assert_eq!(error(&line(&[1.0])), "series \"loss\": expected as many x as y values, found 3 and 1");
    let diverged = error(&line(&[1.0, f64::NAN, 3.0]));
    assert_eq!(diverged, "series \"loss\", index 1: expected a finite point, found (1, NaN)");
    let zero = error(&line(&[1.0, 2.0, 0.0]).log_y());
    assert_eq!(zero, "series \"loss\", index 2: expected a positive value on a logarithmic axis, found 0");
    let short = error(&Plot::new("").band("95%", 0..3, [1.0, 2.0], [1.0, 2.0, 3.0]));
    assert_eq!(short, "series \"95%\": expected as many x as y values, found 3 and 2");
    assert!(!PathBuf::from("never").exists());
}

#[test]
fn a_failed_write_names_the_file() {
    let directory = Directory::new("unwritable");
    let occupied = directory.file("occupied.png");
    fs::create_dir_all(occupied.join("by a directory")).unwrap();
    let failed = Plot::new("").line("", 0..2, 0..2).save(&occupied).unwrap_err();
    assert!(matches!(&failed, PlotError::Write { path, .. } if *path == occupied), "{failed:?}");
    assert!(failed.to_string().contains("occupied.png"));
    assert_eq!(fs::read_dir(&directory.0).unwrap().count(), 1, "no temporary file is left");
}

#[test]
fn no_temporary_file_is_left() {
    let directory = Directory::new("alone");
    Plot::new("").line("", 0..2, 0..2).save(directory.file("a.png")).unwrap();
    Plot::new("").line("", 0..2, 0..2).save(directory.file("a.png")).unwrap();
    assert_eq!(fs::read_dir(&directory.0).unwrap().count(), 1);
}
