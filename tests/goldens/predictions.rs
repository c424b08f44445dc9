//! What another framework has predicted: `NAME.txt` beside its file.

use std::fs;
use std::path::Path;

use mlp::{Network, Scalar, Shape};

/// The values of `NAME.txt`: of each input or output its features and all numbers, row by row.
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

/// The same to 1e-6.
pub fn agrees<N: Network>(folder: &str, name: &str, network: &N) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(folder).join(format!("{name}.txt"));
    let (inputs, outputs) = (values(&path, "input"), values(&path, "output"));
    let samples = inputs[0].1.len() / inputs[0].0;
    assert!(samples > 1);
    for sample in 0..samples {
        let mut input = N::Input::sample::<N::Scalar>();
        let mut given = inputs.iter();
        N::Input::parts_mut(&mut input, &mut |part: &mut [N::Scalar]| {
            let (features, numbers) = given.next().unwrap();
            let row = &numbers[sample * features..(sample + 1) * features];
            part.iter_mut().zip(row).for_each(|(number, &given)| *number = Scalar::from_f64(given));
        });
        let mut expected = outputs.iter();
        N::Output::parts(&network.predict_one(input), &mut |part: &[N::Scalar]| {
            let (features, numbers) = expected.next().unwrap();
            assert_eq!(part.len(), *features, "{name}");
            for (found, expected) in part.iter().zip(&numbers[sample * features..]) {
                let found = Scalar::to_f64(*found);
                assert!((found - expected).abs() <= 1e-6 * expected.abs().max(1.0), "{name}: {found} for {expected}");
            }
        });
        assert!(expected.next().is_none(), "{name} has more outputs");
    }
}
