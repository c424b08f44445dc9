//! Weights in files: round trips, and the mismatches of other files.

use std::fs;
use std::path::{Path, PathBuf};

use mlp::data::Tensor;
use mlp::prelude::*;
use mlp::weights::{Mismatch, WeightsError};
use nalgebra::{Const, Dyn, OMatrix};

sequential! { struct Encoder { Dense(3 => 4, tanh), BatchNormalization(4) } }

functional! {
    /// A nested network, a shared layer, and layers with every kind of variable.
    struct Net {
        let a = Input(3);
        let b = Input(3);
        let encode = Encoder;
        let prior = Dense(3 => 4, use_bias = false)(a);
        let scaled = PRelu(4)(LayerNormalization(4)(Add()(encode(a), encode(b), prior)));
        let out = Dense(4 => 2, sigmoid)(scaled);
        Model((a, b) => out)
    }
}

sequential! { struct Small { Dense(2 => 3, relu), Dense(3 => 1) } }
sequential! { struct Other { Dense(2 => 3, tanh), Dense(3 => 1) } }
sequential! { struct Wider { Dense(2 => 4, relu), last: Dense(4 => 1) } }
sequential! { struct Double: f64 { Dense(2 => 3, relu), Dense(3 => 1) } }

fn file(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("weights");
    fs::create_dir_all(&folder).unwrap();
    folder.join(name)
}

/// Sets each parameter to a different value.
fn number<N: Network>(network: &mut N) {
    for (index, parameter) in network.as_mut_slice().iter_mut().enumerate() {
        *parameter = mlp::Scalar::from_f64(((index * 7 + 1) as f64).sin() * 0.5 + 0.6);
    }
}

#[test]
fn weights_round_trip() {
    let path = file("net.safetensors");
    let mut saved = Net::new(0);
    number(&mut *saved);
    saved.save_weights(&path).unwrap();
    let mut loaded = Net::new(1);
    // An unused bias is not written.
    loaded.prior.bias.copy_from(&saved.prior.bias);
    loaded.load_weights(&path).unwrap();
    assert_eq!(loaded, saved);
}

#[test]
fn a_file_has_the_names_and_shapes_of_pytorch() {
    let path = file("names.safetensors");
    let mut network = Net::new(0);
    number(&mut *network);
    network.save_weights(&path).unwrap();
    let weights = Tensor::read_safetensors(&path, "encode.dense_1.weights").unwrap();
    assert_eq!(weights.dimensions(), [4, 3]);
    let matrix: OMatrix<f32, Dyn, Const<3>> = weights.matrix().unwrap();
    assert!(
        (0..4).all(|row| (0..3).all(|column| matrix[(row, column)] == network.encode.dense_1.weights[(row, column)]))
    );
    for name in ["encode.batch_normalization_1.moving_mean", "scaled.alpha", "layer_normalization_1.gamma"] {
        assert_eq!(Tensor::read_safetensors(&path, name).map(|tensor| tensor.dimensions().to_vec()).unwrap(), [4]);
    }
    assert!(Tensor::read_safetensors(&path, "prior.bias").is_err());
}

/// Saves one network's weights, loads them into another, and returns the mismatches.
fn mismatches<Saved: Network, Loaded: Network + PartialEq + Clone>(name: &str) -> (Vec<Mismatch>, String) {
    let path = file(name);
    Saved::new(0).save_weights(&path).unwrap();
    rejected::<Loaded>(&path)
}

/// Loads a file that does not fit; returns the mismatches and checks that the network is unchanged.
fn rejected<N: Network + PartialEq + Clone>(path: &Path) -> (Vec<Mismatch>, String) {
    let mut network = N::new(1);
    let before = network.clone();
    let error = network.load_weights(path).unwrap_err();
    assert!(network == before, "changed by a rejected file");
    let text = error.to_string().replace(&path.display().to_string(), "FILE");
    match error {
        WeightsError::Mismatch { mismatches, .. } => (mismatches, text),
        other => (Vec::new(), other.to_string().replace(&path.display().to_string(), "FILE")),
    }
}

#[test]
fn all_mismatches_are_reported_at_once() {
    let (differences, text) = mismatches::<Small, Wider>("wider.safetensors");
    assert_eq!(differences.len(), 7);
    for line in [
        "FILE does not match the network:",
        "- tensor \"dense_1.weights\": expected shape [4, 2], found [3, 2]",
        "- tensor \"dense_1.bias\": expected shape [4], found [3]",
        "- missing tensor \"last.weights\" of shape [1, 4]",
        "- unexpected tensor \"dense_2.weights\" of shape [1, 3]",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\nis not in\n{text}");
    }
    assert!(text.contains("architecture: expected dense_1 Dense (None, 4)"), "{text}");
}

#[test]
fn another_activation_shows_in_the_golden_output() {
    let (differences, _) = mismatches::<Small, Other>("other.safetensors");
    assert!(matches!(differences[..], [Mismatch::SelfCheck { index: 0, .. }]), "{differences:?}");
}

/// A negative slope of 0.2000001 instead of 0.2 is detected where outputs are compared bit by bit.
#[test]
fn the_last_digit_of_the_golden_output_counts_on_the_same_machine() {
    let path = file("exact.safetensors");
    let saved = Small::new(0);
    saved.save_weights(&path).unwrap();
    let mut bytes = fs::read(&path).unwrap();
    let golden = Tensor::read_safetensors(&path, "golden:output").unwrap();
    let output = golden.matrix::<f32, 1>().unwrap()[0].to_le_bytes();
    let place = bytes.windows(4).rposition(|window| window == output).unwrap();
    bytes[place] ^= 1;
    fs::write(&path, &bytes).unwrap();
    let (differences, _) = rejected::<Small>(&path);
    assert!(matches!(differences[..], [Mismatch::SelfCheck { index: 0, .. }]), "{differences:?}");
    // On another machine it is as good as the same.
    let machine = bytes.windows(15).position(|window| window == b"\"computed_by\":\"").unwrap();
    bytes[machine + 15] ^= 1;
    fs::write(&path, &bytes).unwrap();
    Small::new(1).load_weights(&path).unwrap();
}

#[test]
fn double_precision_is_not_loaded_as_single() {
    let (differences, text) = mismatches::<Double, Small>("double.safetensors");
    assert_eq!(differences.len(), 4);
    assert!(text.contains("tensor \"dense_2.bias\": expected elements of type F32, found F64"), "{text}");
}

/// A custom layer whose list of variables omits parameters is reported as an error, not by a panic.
mod forgetful {
    use mlp::layers::Variable;
    use mlp::prelude::*;
    use nalgebra::SVector;

    #[derive(Clone, Debug, PartialEq, Parameters)]
    #[repr(C)]
    pub struct Forgetful<const N: usize, T: Scalar = f32> {
        pub factors: SVector<T, N>,
    }

    impl<const N: usize, T: Scalar> Layer for Forgetful<N, T> {
        type Input = Features<N>;
        type Output = Features<N>;

        const VARIABLES: &'static [Variable] = &[Variable::vector("factors", N - 1)];

        fn forward(&self, x: Tile<'_, T>, mut y: TileMut<'_, T>) {
            y.copy_from(x);
        }

        fn backward(&self, _pass: Backward<'_, Self>) {}
    }

    sequential! { pub struct Wrong { Dense(2 => 3), Forgetful(3) } }
}

#[test]
fn a_summary_that_omits_parameters_is_an_error() {
    let mut network = forgetful::Wrong::new(0);
    let message = "the summary of Wrong lists 11 parameters, expected 12";
    assert_eq!(network.weights_to_bytes().unwrap_err().to_string(), message);
    let bytes = Small::new(0).weights_to_bytes().unwrap();
    assert_eq!(network.load_weights_bytes(&bytes).unwrap_err().to_string(), message);
}

#[test]
fn a_misspelled_name_has_a_suggestion() {
    let path = file("misspelled.safetensors");
    let network = Small::new(0);
    let tensors = [
        ("dense_1.weight", Tensor::from(&network.dense_1.weights)),
        ("dense_2.weights", Tensor::from(&network.dense_2.weights)),
    ];
    Tensor::write_safetensors(&path, &tensors).unwrap();
    let (differences, text) = rejected::<Small>(&path);
    assert_eq!(differences.len(), 4, "{text}");
    let line = "- missing tensor \"dense_1.weights\" of shape [3, 2]; did you mean \"dense_1.weight\"?";
    assert!(text.lines().any(|found| found == line), "{text}");
}

#[test]
fn values_that_are_not_finite_are_reported_with_their_place() {
    let path = file("nan.safetensors");
    let mut network = Small::new(0);
    // Saving would reject these values, so that finite ones are replaced in the file.
    let bad = [(12345.0_f32, f32::NAN), (54321.0, f32::INFINITY)];
    network.dense_1.weights[(2, 1)] = bad[0].0;
    network.dense_2.bias[0] = bad[1].0;
    let mut bytes = network.weights_to_bytes().unwrap();
    for (value, replacement) in bad {
        let position = bytes.windows(4).position(|window| window == value.to_le_bytes()).expect("the value");
        bytes[position..position + 4].copy_from_slice(&replacement.to_le_bytes());
    }
    fs::write(&path, bytes).unwrap();
    let (differences, text) = rejected::<Small>(&path);
    assert_eq!(differences.len(), 2);
    assert!(text.contains("tensor \"dense_1.weights\", index [2, 1]: expected a finite value, found NaN"), "{text}");
    assert!(text.contains("tensor \"dense_2.bias\", index [0]: expected a finite value, found inf"), "{text}");
}

#[test]
fn truncated_files_are_rejected() {
    let whole = file("whole.safetensors");
    Small::new(0).save_weights(&whole).unwrap();
    let bytes = fs::read(&whole).unwrap();
    let path = file("damaged.safetensors");
    for end in (0..bytes.len()).step_by(7) {
        fs::write(&path, &bytes[..end]).unwrap();
        let (differences, text) = rejected::<Small>(&path);
        assert!(differences.is_empty() && text.starts_with("FILE: "), "{end}: {text}");
    }
    let mut longer = bytes.clone();
    longer.push(0);
    fs::write(&path, longer).unwrap();
    assert!(rejected::<Small>(&path).1.starts_with("FILE: "));
    assert!(rejected::<Small>(&file("nowhere.safetensors")).1.starts_with("FILE: "));
}

/// Flips a bit of each byte. The file is rejected or is another network; it never causes a panic.
#[test]
fn a_changed_byte_does_no_harm() {
    let whole = file("bits.safetensors");
    Small::new(0).save_weights(&whole).unwrap();
    let bytes = fs::read(&whole).unwrap();
    let path = file("changed.safetensors");
    for place in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[place] ^= 1 << (place % 8);
        fs::write(&path, changed).unwrap();
        let mut network = Small::new(1);
        let before = network.clone();
        if network.load_weights(&path).is_err() {
            assert_eq!(network, before);
        }
    }
}

/// Files of other formats are named.
#[test]
fn files_of_other_programs_are_recognized() {
    let message = |start: &[u8]| {
        let bytes = [start, &[0; 64]].concat();
        Small::new(0).load_weights_bytes(&bytes).unwrap_err().to_string()
    };
    for pickle in [&b"PK\x03\x04\0\0\0\0\0\0archive/data.pkl"[..], b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19."] {
        let text = message(pickle);
        assert!(text.contains("found a pickle, as `torch.save` writes it; in Python, `safetensors.torch"), "{text}");
    }
    for keras in [&b"PK\x03\x04\0\0\0\0config.json"[..], b"\x89HDF\r\n\x1a\n"] {
        let text = message(keras);
        assert!(text.contains("found a file of Keras; `ForeignWeights` loads it"), "{text}");
    }
}

#[test]
fn weights_are_loaded_in_part_by_name() {
    let path = file("trained.safetensors");
    let mut trained = Small::new(0);
    number(&mut *trained);
    trained.save_weights(&path).unwrap();
    // Three outputs more: another head, and one layer that the file does not have.
    sequential! { struct NewHead { Dense(2 => 3, relu), Dense(3 => 4), extra: Dense(4 => 1) } }
    let mut network = NewHead::new(1);
    let before = network.clone();

    let report = network.load_matching_weights(&path).unwrap();

    assert_eq!(network.dense_1, trained.dense_1);
    assert_eq!((&network.dense_2, &network.extra), (&before.dense_2, &before.extra));
    assert_eq!(report.loaded, ["dense_1.weights", "dense_1.bias"]);
    let text = "loaded dense_1.weights, dense_1.bias\n\
                skipped:\n\
                - tensor \"dense_2.weights\": expected shape [4, 3], found [1, 3]\n\
                - tensor \"dense_2.bias\": expected shape [4], found [1]\n\
                - missing tensor \"extra.weights\" of shape [1, 4]\n\
                - missing tensor \"extra.bias\" of shape [1]";
    assert_eq!(report.to_string(), text);
}

#[test]
fn a_checkpoint_is_loaded_in_part_and_tensors_of_the_file_alone_are_reported() {
    let path = file("trained_checkpoint.safetensors");
    let mut model = Small::new(0).compile(Adam::default(), MeanSquaredError);
    model.fit(&[[0.0, 1.0]], &[[1.0]], Fit::new().verbose(0)).unwrap();
    model.save(&path).unwrap();
    sequential! { struct First { Dense(2 => 3, relu) } }
    let mut network = First::new(1);
    let report = network.load_matching_weights(&path).unwrap();
    assert_eq!(network.dense_1, model.dense_1);
    let unused = ["dense_2.bias", "dense_2.weights"].map(Some);
    assert_eq!(report.skipped.iter().map(Mismatch::tensor).collect::<Vec<_>>(), unused);
}

#[test]
fn nothing_in_common_or_a_nan_is_an_error_that_changes_nothing() {
    let path = file("unrelated.safetensors");
    Small::new(0).save_weights(&path).unwrap();
    sequential! { struct Unrelated { encoder: Dense(2 => 3), head: Dense(3 => 1) } }
    let mut network = Unrelated::new(1);
    let before = network.clone();
    let error = network.load_matching_weights(&path).unwrap_err().to_string();
    assert!(error.contains("missing tensor \"encoder.weights\""), "{error}");
    assert_eq!(network, before);
    let mut double = Double::new(1);
    assert!(double.load_matching_weights(&path).unwrap_err().to_string().contains("expected elements of type"));

    let nan = file("partly_nan.safetensors");
    let mut saved = Small::new(0);
    saved.dense_1.bias[1] = 12345.0;
    let mut bytes = saved.weights_to_bytes().unwrap();
    let place = bytes.windows(4).position(|value| value == 12345.0_f32.to_le_bytes()).unwrap();
    bytes[place..place + 4].copy_from_slice(&f32::NAN.to_le_bytes());
    fs::write(&nan, bytes).unwrap();
    let mut network = Small::new(1);
    let before = network.clone();
    let error = network.load_matching_weights(&nan).unwrap_err().to_string();
    assert!(error.contains("expected a finite value, found NaN"), "{error}");
    assert_eq!(network, before);
}
