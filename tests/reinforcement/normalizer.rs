//! The running normalizer of observations.

use mlp::prelude::*;
use mlp::reinforcement::RunningNormalizer;

/// Returns observations with a large mean and different scales.
fn observations(count: usize) -> Vec<[f64; 3]> {
    let mut rng = Rng::new(1);
    (0..count).map(|_| [1e6 + rng.normal(), 1e-3 * rng.normal(), rng.uniform() * 7.0]).collect()
}

/// Statistics agree with those of all observations at once, however they are divided into batches.
#[test]
fn statistics_do_not_depend_on_the_batches() {
    let x = observations(1000);
    let mut expected = Normalization::<3, f64>::ZEROS;
    expected.adapt(&x).unwrap();
    for size in [1, 2, 7, 100, 999, 1000] {
        let mut normalizer = RunningNormalizer::<3, f64>::new();
        for batch in x.chunks(size) {
            normalizer.update(batch).unwrap();
        }
        assert_eq!(normalizer.count(), 1000);
        for column in 0..3 {
            let (mean, variance) = (normalizer.mean()[column], normalizer.variance()[column]);
            let deviation = expected.variance[column].sqrt();
            assert!((mean - expected.mean[column]).abs() < 1e-7 * deviation, "{mean}, batches of {size}");
            assert!((variance / expected.variance[column] - 1.0).abs() < 1e-8, "{variance}, batches of {size}");
        }
    }
}

#[test]
fn observations_are_normalized_and_clipped() {
    let mut normalizer = RunningNormalizer::<2>::new();
    assert_eq!(normalizer.normalize_one([0.5_f32, -20.0]), [0.5, -10.0], "mean 0 and variance 1 before the first");
    normalizer.update(&[[1.0_f32, 5.0], [3.0, 5.0]]).unwrap();
    let rows = [[3.0_f32, 5.0], [0.0, 6.0], [-100.0, 4.0]];
    // The second feature is constant, so that any other value is at a limit.
    let expected = [[1.0, 0.0], [-2.0, 10.0], [-10.0, -10.0]];
    let batch = normalizer.normalize(&rows);
    for (row, expected) in expected.into_iter().enumerate() {
        assert_eq!(normalizer.normalize_one(rows[row]), expected);
        assert_eq!(batch.row(row), nalgebra::RowVector2::from(expected));
    }
    let unlimited = normalizer.clone().clip(f64::INFINITY);
    assert_eq!(unlimited.normalize_one([-100.0, 5.0]), [-102.0, 0.0]);
    assert!(normalizer.normalize_one([f32::NAN, 5.0])[0].is_nan());
}

#[test]
fn invalid_observations_change_nothing() {
    let mut normalizer = RunningNormalizer::<2, f64>::new();
    normalizer.update(&[[1.0, 2.0], [2.0, 3.0]]).unwrap();
    let before = normalizer.clone();
    let mut error = |x: &[[f64; 2]]| {
        let error = normalizer.update(x).unwrap_err();
        assert_eq!(normalizer, before);
        error.to_string()
    };
    assert_eq!(error(&[]), "the data has no rows");
    assert_eq!(error(&[[0.0, 1.0], [0.0, f64::NAN]]), "x[(1, 1)] is NaN: every value must be finite");
    assert_eq!(error(&[[f64::NEG_INFINITY, 1.0]]), "x[(0, 0)] is -inf: every value must be finite");
    assert_eq!(error(&[[0.0, 1e300], [0.0, -1e300]]), "the variance of column 1 of x overflows");
    assert_eq!(error(&[[f64::MAX, 1.0], [f64::MAX, 1.0]]), "the variance of column 0 of x overflows");
}

/// A network with the layer expects raw observations.
#[test]
fn a_normalizer_becomes_a_layer() {
    sequential! { struct Deployed { input: Normalization(2), Dense(2 => 2, tanh) } }
    let mut rng = Rng::new(2);
    let x: Vec<_> = (0..100).map(|_| [5.0 + 2.0 * rng.normal() as f32, 0.01 * rng.normal() as f32]).collect();
    let mut normalizer = RunningNormalizer::new();
    normalizer.update(&x).unwrap();
    let mut network = Deployed::new(0);
    let policy = sequential![Dense(2 => 2, tanh)];
    network.dense_1 = policy.dense_1.clone();
    network.input = Normalization::from(&normalizer);
    for observation in x {
        let expected = policy.predict_one(normalizer.normalize_one(observation));
        assert!((network.predict_one(observation) - expected).norm() < 1e-5);
    }
}

#[test]
fn a_saved_normalizer_continues() {
    let x = observations(50);
    for clip in [10.0, f64::INFINITY] {
        let mut normalizer = RunningNormalizer::<3, f64>::new().clip(clip);
        normalizer.update(&x).unwrap();
        let json = serde_json::to_string(&normalizer).unwrap();
        let mut loaded: RunningNormalizer<3, f64> = serde_json::from_str(&json).unwrap();
        assert_eq!(loaded, normalizer);
        let bytes = postcard::to_stdvec(&normalizer).unwrap();
        assert_eq!(postcard::from_bytes::<RunningNormalizer<3, f64>>(&bytes).unwrap(), loaded);
        normalizer.update(&x[..7]).unwrap();
        loaded.update(&x[..7]).unwrap();
        assert_eq!(loaded, normalizer);
    }
}

#[test]
fn a_damaged_normalizer_is_an_error() {
    let json =
        |mean: &str, squares: &str| format!(r#"{{"count":2,"mean":{mean},"sum_of_squares":{squares},"clip":10.0}}"#);
    let load = |json: String| serde_json::from_str::<RunningNormalizer<2>>(&json);
    assert!(load(json("[1.0,2.0]", "[1.0,2.0]")).is_ok());
    let message = |json: String| load(json).unwrap_err().to_string();
    assert!(message(json("[1.0]", "[1.0,2.0]")).starts_with("expected 2 features in mean, found 1"));
    assert!(message(json("[1.0,2.0]", "[1.0,2.0,3.0]")).starts_with("expected 2 features in sum_of_squares, found 3"));
    assert!(message(json("[1.0,2.0]", "[1.0,-2.0]")).starts_with("sum_of_squares[1] is -2: expected at least 0"));
    let nan = postcard::to_stdvec(&(2_u64, vec![f64::NAN, 0.0], vec![1.0, 1.0], Some(10.0))).unwrap();
    assert!(postcard::from_bytes::<RunningNormalizer<2>>(&nan).is_err());
}
