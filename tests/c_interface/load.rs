//! Weights from bytes.

use std::ptr::null;

use mlp::c_interface::Error;
use mlp::prelude::*;

use crate::networks::*;

fn load(network: &mut Chain, bytes: &[u8]) -> i32 {
    // SAFETY: a network, and a slice.
    unsafe { chain_load(network, bytes.as_ptr(), bytes.len()) }
}

#[test]
fn a_safetensors_file_is_loaded() {
    let source = Chain::new(1);
    let bytes = source.weights_to_bytes().expect("a file");
    let mut network = *Chain::new(2);
    assert_eq!(load(&mut network, &bytes), 0);
    assert_eq!(network, *source);

    // Nested networks, shared layers, `f64`.
    let source = Towers::new(1);
    let bytes = source.weights_to_bytes().expect("a file");
    let mut network = *Towers::new(2);
    // SAFETY: a network, and a slice.
    assert_eq!(unsafe { towers_load(&mut network, bytes.as_ptr(), bytes.len()) }, 0);
    assert_eq!(network, *source);
}

#[test]
fn a_checkpoint_is_loaded() {
    let mut model = Chain::new(1).compile(Adam::new(1e-2), MeanSquaredError);
    let (x, y) = ([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]], [[0.0, 1.0], [1.0, 0.0]]);
    model.fit(&x, &y, Fit::new().epochs(2).verbose(Verbose::Silent)).expect("a training");
    let path = std::env::temp_dir().join(format!("mlp-c-interface-{}.safetensors", std::process::id()));
    model.save(&path).expect("a writable folder");
    let bytes = std::fs::read(&path).expect("the file");
    std::fs::remove_file(&path).expect("the file");
    let mut network = *Chain::new(2);
    assert_eq!(load(&mut network, &bytes), 0);
    assert_eq!(network, *model.into_network());
}

#[test]
fn all_parameters_are_loaded_in_their_order() {
    let mut source = Chain::new(3);
    source.hidden.bias.fill(0.0);
    let bytes: Vec<u8> = source.as_slice().iter().flat_map(|value| value.to_le_bytes()).collect();
    let mut network = *Chain::new(2);
    assert_eq!(load(&mut network, &bytes), 0);
    assert_eq!(network, *source);
}

/// Every byte of the header and of the values matters. Damage is an error, or the same network, or another finite one.
#[test]
fn damaged_bytes_are_no_crash() {
    let source = Chain::new(1);
    let bytes = source.weights_to_bytes().expect("a file");
    let mut errors = 0;
    for index in 0..bytes.len() {
        for damage in [0x01, 0x20, 0x80] {
            let mut damaged = bytes.clone();
            damaged[index] ^= damage;
            let mut network = *Chain::new(2);
            let code = load(&mut network, &damaged);
            if code == 0 {
                assert!(network.as_slice().iter().all(|value| value.is_finite()));
            } else {
                assert_eq!(code, Error::Bytes.code());
                assert_eq!(network, *Chain::new(2), "the network changed");
                errors += 1;
            }
        }
        let mut network = *Chain::new(2);
        assert_eq!(load(&mut network, &bytes[..index]), Error::Bytes.code());
    }
    assert!(errors > 100, "{errors} errors");
}

#[test]
fn files_of_other_networks_are_errors() {
    let mut network = *Chain::new(2);
    let other = sequential![Dense(3 => 10, tanh), Dense(10 => 2)].weights_to_bytes().expect("a file");
    assert_eq!(load(&mut network, &other), Error::Bytes.code());
    let towers = Towers::new(1).weights_to_bytes().expect("a file");
    assert_eq!(load(&mut network, &towers), Error::Bytes.code());
    assert_eq!(load(&mut network, &[0; 4 * (Chain::COUNT - 1)]), Error::Bytes.code());
    assert_eq!(load(&mut network, &[0xFF; 4 * Chain::COUNT]), Error::Bytes.code(), "all values are NaN");
    // SAFETY: the pointer is checked.
    assert_eq!(unsafe { chain_load(&mut network, null(), 0) }, Error::Pointer.code());
    assert_eq!(network, *Chain::new(2));
}
