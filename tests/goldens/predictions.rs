//! Predictions of another framework: `NAME.txt`, next to its file.

use std::fs;
use std::path::Path;

use mlp::{Network, Scalar, Shape};

/// Reads the inputs or outputs of `NAME.txt`: for each, the number of features and all values, row-major.
fn values(path: &Path, kind: &str) -> Vec<(usize, Vec<f64>)> {
    let text = fs::read_to_string(path).unwrap();
    let lines = text.lines().filter_map(|line| line.strip_prefix(kind)?.strip_prefix(' '));
    let value = |line: &str| {
        let mut words = line.split(' ');
        let features = words.next().unwrap().parse().unwrap();
        (features, words.map(|word| word.parse().unwrap()).collect())
    };
    lines.map(value).collect()
}

/// Compares predictions with a tolerance of 1e-6.
pub fn agrees<N: Network>(folder: &str, name: &str, network: &N) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(folder).join(format!("{name}.txt"));
    let (inputs, outputs) = (values(&path, "input"), values(&path, "output"));
    let samples = inputs[0].1.len() / inputs[0].0;
    assert!(samples > 1);
    for sample in 0..samples {
        let mut input = N::Input::sample::<N::Scalar>();
        let mut inputs = inputs.iter();
        N::Input::parts_mut(&mut input, &mut |part: &mut [N::Scalar]| {
            let (features, values) = inputs.next().unwrap();
            let row = &values[sample * features..(sample + 1) * features];
            part.iter_mut().zip(row).for_each(|(element, &value)| *element = Scalar::from_f64(value));
        });
        let mut expected = outputs.iter();
        N::Output::parts(&network.predict_one(input), &mut |part: &[N::Scalar]| {
            let (features, values) = expected.next().unwrap();
            assert_eq!(part.len(), *features, "{name}");
            for (found, expected) in part.iter().zip(&values[sample * features..]) {
                let found = Scalar::to_f64(*found);
                assert!((found - expected).abs() <= 1e-6 * expected.abs().max(1.0), "{name}: {found}, not {expected}");
            }
        });
        assert!(expected.next().is_none(), "{name} has more outputs");
    }
}
