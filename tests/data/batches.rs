//! Files larger than memory, batch by batch.

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use mlp::data::{Batch, Batches, CsvOptions, FileError, FileErrorKind, Tensor, write_csv};
use mlp::prelude::*;
use nalgebra::DVector;

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

/// Returns the samples 0, 1, …, with twice the value as the target.
fn counted<const INPUTS: usize>(samples: usize) -> Batches<f64, INPUTS, 1> {
    Batches::new(move || {
        let mut next = 0;
        Ok(move |x: &mut [f64], y: &mut [f64]| {
            x.fill(next as f64);
            (y[0], next) = (2.0 * next as f64, next + 1);
            Ok(next <= samples)
        })
    })
}

/// Returns the first column of all inputs, and the sizes of the batches.
fn read<const INPUTS: usize>(batches: &Batches<f64, INPUTS, 1>, epoch: u64) -> (Vec<f64>, Vec<usize>) {
    let (mut all, mut sizes) = (Vec::new(), Vec::new());
    for batch in batches.epoch(epoch).expect("a file") {
        let (x, y) = batch.expect("numbers");
        assert_eq!(x.column(0) * 2.0, y);
        all.extend(x.column(0).iter());
        sizes.push(x.nrows());
    }
    (all, sizes)
}

#[test]
fn every_sample_is_read_once_per_epoch() {
    let order: Vec<f64> = (0..10).map(f64::from).collect();
    assert_eq!(read(&counted::<2>(10).batch_size(4), 0), (order.clone(), vec![4, 4, 2]));
    assert_eq!(read(&counted::<2>(10).batch_size(4).drop_remainder(true), 0).1, [4, 4]);
    assert_eq!(read(&counted::<2>(0), 0), (vec![], vec![]));
    assert_eq!(read(&counted::<2>(10).batch_size(usize::MAX).shuffle(usize::MAX, 0), 0).1, [10]);

    let shuffled = counted::<2>(10).batch_size(4).shuffle(6, 3);
    let (first, second) = (read(&shuffled, 0).0, read(&shuffled, 1).0);
    assert_ne!(first, second, "a different order in each epoch");
    assert_eq!(first, read(&shuffled, 0).0, "the same order for the same epoch");
    for mut samples in [first, second] {
        assert_ne!(samples, order);
        samples.sort_by(f64::total_cmp);
        assert_eq!(samples, order);
    }
}

// A sample cannot be returned before it is in the buffer.
#[test]
fn a_shuffle_reads_no_more_than_its_buffer() {
    let read = Rc::new(Cell::new(0));
    let counter = Rc::clone(&read);
    let batches = Batches::<f32, 1, 1>::new(move || {
        let counter = Rc::clone(&counter);
        Ok(move |_: &mut [f32], _: &mut [f32]| {
            counter.set(counter.get() + 1);
            Ok(true)
        })
    });
    let batches = batches.batch_size(8).shuffle(100, 0);
    let mut epoch = batches.epoch(0).expect("samples");
    for given in 1..20 {
        assert_eq!(epoch.next().expect("endless").expect("numbers").0.nrows(), 8);
        assert_eq!(read.get(), 100 + 8 * given - 1);
    }
}

#[test]
fn batches_agree_with_whole_tables_and_arrays() {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let file = |name: &str| directory.join(format!("{}-batches-{name}", std::process::id()));
    let (csv, x_npy, y_npy) = (file("xy.csv"), file("x.npy"), file("y.npy"));
    let xy = Batch::<f64, 3>::from_fn(10, |row, column| if column == 1 { 2.0 } else { 1.0 } * row as f64);
    write_csv(&csv, &["a", "y", "b"], &xy).expect("written");
    Tensor::from(&xy.column(0)).write_npy(&x_npy).expect("written");
    Tensor::from(&xy.column(1)).write_npy(&y_npy).expect("written");
    let expected: Vec<f64> = (0..10).map(f64::from).collect();
    assert_eq!(read(&Batches::csv(&csv, ["b", "a"], ["y"]).batch_size(3), 0), (expected.clone(), vec![3, 3, 3, 1]));
    assert_eq!(read(&Batches::<_, 1, 1>::npy(&x_npy, &y_npy).batch_size(5), 0), (expected, vec![5, 5]));
    [csv, x_npy, y_npy].iter().for_each(|file| fs::remove_file(file).expect("written before"));

    for (images, shift) in [("u1.idx", 7.0), ("u1.idx.gz", 7.0), ("i2.idx", 0.0), ("f8.idx.gz", 0.0)] {
        let batches = Batches::<f32, 4, 1>::idx(path(images), path("labels.idx")).batch_size(5);
        let (x, y) = batches.epoch(0).expect(images).next().expect(images).expect(images);
        let all = Tensor::read_idx(path(images)).and_then(|x| x.matrix::<f32, 4>()).expect(images);
        assert_eq!((x[(0, 0)], &x), (shift - 7.0, &all), "{images}");
        assert_eq!(y.as_slice(), [2.0, 0.0, 1.0, 2.0, 0.0]);
    }
}

#[test]
fn class_names_become_indices() {
    let classes = ["setosa", "versicolor", "virginica, broad"];
    let (inputs, class) = (["sepal length", "petal width"], "name, or \"class\"");
    let batches = |classes: &[&str]| {
        let options = CsvOptions::new().delimiter(b';');
        Batches::<f32, 2, 1>::csv_classes(path("pandas_excel.csv"), inputs, class, classes, options)
    };
    let (x, y) = batches(&classes).epoch(0).expect("a table").next().expect("a batch").expect("numbers");
    assert_eq!((x[(1, 1)], y.as_slice()), (14.0, &[0.0, 1.0, 2.0, 0.0][..]));
    let error = first_error(batches(&["setosa", "versicolr", "virginica, broad"])).to_string();
    let expected =
        "line 3, column \"name, or \\\"class\\\"\": unknown class \"versicolor\"; did you mean \"versicolr\"?";
    assert_eq!(error, format!("{}: {expected}", path("pandas_excel.csv").display()));
}

fn first_error<const INPUTS: usize>(batches: Batches<f32, INPUTS, 1>) -> FileError {
    match batches.epoch(0) {
        Ok(epoch) => epoch.filter_map(Result::err).next().expect("an error"),
        Err(error) => error,
    }
}

#[test]
fn errors_name_the_file() {
    let named = |file: &str, rest: &str| format!("{}: {rest}", path(file).display());
    let message = |batches| first_error::<4>(batches).to_string();
    let table = |inputs, target| Batches::csv(path("pandas.csv"), inputs, [target]);
    let [length, width] = ["sepal length", "petal width"];
    assert_eq!(
        message(table([length, width, length, "petal length"], width)),
        named("pandas.csv", "unknown column \"petal length\"; did you mean \"sepal length\"?")
    );
    assert_eq!(
        message(table([length, width, length, width], "größe")),
        named("pandas.csv", "line 3, column \"größe\": expected a finite number, found \"1.7976931348623157e+308\"")
    );
    let npy = |x: &str, y: &str| Batches::npy(path(x), path(y));
    assert_eq!(
        message(npy("fortran.npy", "labels.npy")),
        named("fortran.npy", "column-major elements (Fortran order) cannot be read row by row; save a copy in C order")
    );
    assert_eq!(message(npy("f4.npy", "f4.npy")), named("f4.npy", "expected 1 columns, found 4 (dimensions [5, 4])"));
    assert!(message(Batches::idx(path("none.idx"), path("labels.idx"))).starts_with(&named("none.idx", "No such")));
}

#[test]
fn a_damaged_file_is_read_up_to_the_damage() {
    let whole = fs::read(path("i2.idx")).expect("a file");
    let labels = [0, 0, 8, 1, 0, 0, 0, 4, 0, 0, 0, 0];
    let file = |name: &str, bytes: &[u8]| {
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{name}.idx", std::process::id()));
        fs::write(&file, bytes).expect("written");
        file
    };
    let (short, long) = (file("short", &whole[..whole.len() - 1]), file("long", &[whole, vec![0]].concat()));
    let few = file("few", &labels);
    let batches = |x: &Path, y: &Path| Batches::<f32, 4, 1>::idx(x, y).batch_size(2);
    let results: Vec<_> = batches(&short, &path("labels.idx")).epoch(0).expect("a header").collect();
    assert_eq!(results.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, true, false]);
    for (x, y, expected) in [
        (&short, &path("labels.idx"), "expected 40 bytes of elements, found 39"),
        (&long, &path("labels.idx"), "expected 40 bytes of elements, found more"),
        (&path("i2.idx"), &few, "row counts differ: 5 inputs and 4 targets"),
    ] {
        let error = first_error(batches(x, y)).to_string();
        assert!(error.ends_with(expected), "{error}");
    }
    [short, long, few].iter().for_each(|file| fs::remove_file(file).expect("written before"));
}

#[test]
fn a_network_is_trained_from_a_file() {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-line.csv", std::process::id()));
    let line = Batch::<f32, 2>::from_fn(200, |row, column| (row as f32 / 100.0 - 1.0) * [1.0, 3.0][column]);
    write_csv(&file, &["x", "y"], &line).expect("written");
    let mut model = sequential![Dense(1 => 1)].compile(Adam::new(0.05), MeanSquaredError);
    let batches = Batches::<f32, 1, 1>::csv(&file, ["x"], ["y"]).batch_size(16).shuffle(64, 1);
    for epoch in 0..40 {
        for batch in batches.epoch(epoch).expect("a table") {
            let (x, y) = batch.expect("numbers");
            model.train_on_batch(&x, &y).expect("a step");
        }
    }
    fs::remove_file(file).expect("written before");
    assert!((model.dense_1.weights[0] - 3.0).abs() < 1e-2, "{}", model.dense_1.weights);
    let y = model.predict(&DVector::from_vec(vec![0.5])).expect("finite");
    assert!((y[0] - 1.5).abs() < 1e-2, "{y}");
    assert!(matches!(batches.epoch(0).map(|_| ()).unwrap_err().kind, FileErrorKind::Io(_)));
}
