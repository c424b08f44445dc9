//! Files of earlier versions and of other programs. Python's safetensors has read a checkpoint of version 0.1 and written
//! weights; its values are in `goldens/checkpoint.txt`. Later versions must read the same files.

use std::fs;
use std::path::{Path, PathBuf};

use mlp::data::Tensor;
use mlp::layers::NamedVariable;
use mlp::prelude::*;

use crate::golden::{Golden, mixed_difference};

sequential! { struct Coder { Dense(2 => 3, tanh), Dropout(3, rate = 0.2), BatchNormalization(3) } }

functional! {
    struct Net {
        let x = Input(2);
        let code = Coder(x);
        let skip = Dense(2 => 3, use_bias = false)(x);
        let both = Add()(code, skip);
        let out = Dense(3 => 1)(both);
        Model(x => out)
    }
}

fn compiled(seed: u64) -> Compiled<Net, Adam, MeanSquaredError> {
    let optimizer = Adam::new(CosineDecay::new(1e-2, 100)).ema(0.9).gradient_accumulation_steps(5);
    Net::new(seed).compile(optimizer, MeanSquaredError)
}

fn fit<C: Callback<Net>>(model: &mut Compiled<Net, Adam, MeanSquaredError>, fit: Fit<(), C>) -> History {
    let x: Vec<[f32; 2]> = (0..22).map(|row| [(row as f32 * 0.7).sin(), (row as f32 * 1.3).cos()]).collect();
    let y: Vec<[f32; 1]> = x.iter().map(|[a, b]| [a * b]).collect();
    model.fit(&x, &y, fit.batch_size(4).verbose(Verbose::Silent)).expect("finite data")
}

fn goldens() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/goldens")
}

fn temporary(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("checkpoint_goldens");
    fs::create_dir_all(&folder).expect("a folder");
    folder.join(name)
}

#[test]
#[ignore = "writes the file of this version, which must never change: cargo test --test files compatibility::write -- --ignored"]
fn write() {
    let path = goldens().join(concat!("checkpoint_", env!("CARGO_PKG_VERSION"), ".safetensors"));
    assert!(!path.exists(), "the file exists");
    let mut model = compiled(1);
    fit(&mut model, Fit::new().epochs(4).callback(ModelCheckpoint::new(path.to_str().expect("text")).resumable()));
}

/// Returns the shape and the values of a tensor, in row-major order.
fn numbers(path: &Path, name: &str) -> (Vec<f64>, Vec<f64>) {
    let tensor = Tensor::read_safetensors(path, name).unwrap_or_else(|error| panic!("{error}"));
    let shape = tensor.dimensions().iter().map(|&length| length as f64).collect();
    let [rows, columns] = [tensor.dimensions()[0], tensor.dimensions().iter().skip(1).product()];
    let numbers = match columns {
        1 => tensor.matrix::<f32, 1>().map(|matrix| matrix.transpose().as_slice().to_vec()),
        2 => tensor.matrix::<f32, 2>().map(|matrix| matrix.transpose().as_slice().to_vec()),
        _ => tensor.matrix::<f32, 3>().map(|matrix| matrix.transpose().as_slice().to_vec()),
    };
    let numbers: Vec<f64> = numbers.expect("a matrix").into_iter().map(f64::from).collect();
    assert_eq!(numbers.len(), rows * columns);
    (shape, numbers)
}

/// Returns the file as if another machine had written it. On the same one, its self-check would demand the bits of this
/// version, which is not released: its kernels may still change.
fn checkpoint_of_another_machine() -> Vec<u8> {
    let mut bytes = fs::read(goldens().join("checkpoint_0.1.0.safetensors")).expect("a file");
    let machine = b"x86_64 linux AVX-512";
    let place = bytes.windows(machine.len()).position(|part| part == machine).expect("the machine");
    bytes[place..place + machine.len()].copy_from_slice(b"x86_64 other AVX-512");
    bytes
}

#[test]
fn a_checkpoint_of_version_0_1_is_read() {
    let (golden, path) = (Golden::read("checkpoint"), temporary("from_another_machine.safetensors"));
    fs::write(&path, checkpoint_of_another_machine()).expect("a file");
    let mut model = compiled(5);
    assert_eq!(model.load(&path).unwrap_or_else(|error| panic!("{error}")), 4);
    assert_eq!([model.optimizer_state().batches() as f64], golden.get("optimizer:batches"));
    let again = temporary("again.safetensors");
    model.save(&again).expect("a file");
    let names: Vec<String> = golden.names().filter_map(|name| Some(name.strip_prefix("shape ")?.to_owned())).collect();
    assert!(names.len() > 40, "{names:?}");
    for name in names {
        let (shape, found) = numbers(&again, &name);
        assert_eq!(shape, golden.get(&format!("shape {name}")), "{name}");
        if name == "golden:output" {
            assert!(mixed_difference(&found, golden.get(&name)) < 1e-5);
        } else {
            assert_eq!(found, golden.get(&name), "{name}");
        }
    }
    // Training continues; the last digits depend on the instruction set.
    let history = fit(&mut model, Fit::new().epochs(6).initial_epoch(4));
    assert!(mixed_difference(history.loss(), &[LOSSES[0], LOSSES[1]]) < 1e-4, "{:?}", history.loss());
}

/// Losses of the fifth and the sixth epoch. Those of version 0.1 were 0.833 and 1.015, with other random numbers of noise.
const LOSSES: [f64; 2] = [1.2108826474709944, 0.959222135218707];

/// Files are deterministic.
#[test]
fn a_file_is_the_same_every_time() {
    let mut model = compiled(1);
    fit(&mut model, Fit::new().epochs(1));
    let files = ["one", "two"].map(|name| {
        let path = temporary(name);
        model.save(&path).expect("a file");
        fs::read(path).expect("a file")
    });
    assert!(files[0] == files[1]);
}

/// Flips a bit of each byte. The file is rejected, or the model can be trained.
#[test]
fn a_changed_byte_does_no_harm() {
    let bytes = checkpoint_of_another_machine();
    let path = temporary("changed.safetensors");
    let mut model = compiled(5);
    let mut read = 0;
    for place in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[place] ^= 1 << (place % 8);
        fs::write(&path, changed).expect("a file");
        let (before, batches) = (model.as_slice().to_vec(), model.optimizer_state().batches());
        match model.load(&path) {
            Ok(_) => {
                read += 1;
                // Values that are far too large may end a training with an error.
                let one: [[f32; 2]; 1] = [[0.5, -0.5]];
                let _ = model.train_on_batch(&one, &[[0.1_f32]]);
            }
            Err(_) => {
                assert_eq!(model.as_slice(), before);
                assert_eq!(model.optimizer_state().batches(), batches);
            }
        }
    }
    // Most of the values are moments; a changed moment is valid.
    assert!((300..bytes.len() / 4).contains(&read), "{read} of {}", bytes.len());
}

#[test]
fn weights_written_by_python_are_read() {
    let golden = Golden::read("checkpoint");
    let mut network = Net::new(0);
    let path = goldens().join("weights_python.safetensors");
    network.load_weights(&path).unwrap_or_else(|error| panic!("{error}"));
    let x: Vec<[f32; 2]> = golden.get("python.x").chunks(2).map(|row| [row[0] as f32, row[1] as f32]).collect();
    let outputs: Vec<f64> = network.predict(&x).expect("finite data").iter().map(|&y| f64::from(y)).collect();
    assert!(mixed_difference(&outputs, golden.get("python.y")) < 1e-6, "{outputs:?}");
    // The file has all parameters, in memory order.
    let count = network.summary().variables().iter().map(NamedVariable::count).sum::<usize>();
    assert_eq!(count, network.as_slice().len());
}
