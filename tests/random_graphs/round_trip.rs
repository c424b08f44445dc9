//! Round trips through safetensors, JSON and postcard.

use std::fs;
use std::path::Path;

use mlp::prelude::*;
use mlp::{Rng, Scalar, serde_boxed};
use serde::Serialize;

/// Fills all parameters with random values.
fn fill<N: Network>(network: &mut N, generator: &mut Rng) {
    network.as_mut_slice().iter_mut().for_each(|number| *number = Scalar::from_f64(generator.normal()));
}

pub fn check<N: Network + Serialize + PartialEq>(seed: u64) {
    let mut generator = Rng::new(seed);
    let (mut saved, mut loaded) = (N::zeroed(), N::zeroed());
    for _ in 0..3 {
        fill(&mut *saved, &mut generator);
        fill(&mut *loaded, &mut generator);
        through_a_file(&*saved, &mut *loaded);
        assert!(loaded == saved, "{} through safetensors", N::NAME);
        let (json, bytes) = (serde_json::to_vec(&saved).unwrap(), postcard::to_stdvec(&saved).unwrap());
        let read = serde_boxed::deserialize::<N, _>(&mut serde_json::Deserializer::from_slice(&json)).unwrap();
        assert!(read == saved, "{} through JSON", N::NAME);
        let read = serde_boxed::deserialize::<N, _>(&mut postcard::Deserializer::from_bytes(&bytes)).unwrap();
        assert!(read == saved, "{} through postcard", N::NAME);
    }
}

fn through_a_file<N: Network>(saved: &N, loaded: &mut N) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("random_graphs");
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join(format!("{}-{}.safetensors", N::NAME, 8 * size_of::<N::Scalar>()));
    saved.save_weights(&path).unwrap();
    loaded.load_weights(&path).unwrap();
}
