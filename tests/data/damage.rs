//! Files with bytes flipped, cut off, inserted and repeated: no parser panics, and none allocates more than a small multiple
//! of its input.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};

use mlp::prelude::*;

#[path = "../../fuzz/src/parsers.rs"]
mod parsers;

use parsers::{checkpoint, csv, idx, keras, npy, npz, pytorch, safetensors, seeds, weights};

thread_local! {
    static HELD: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
}

/// Allocator that counts the bytes that each thread holds.
struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn count(bytes: isize) {
    let held = HELD.get() + bytes;
    HELD.set(held);
    PEAK.set(PEAK.get().max(held));
}

// SAFETY: all calls are forwarded to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        // SAFETY: the caller's contract.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        // SAFETY: the caller's contract.
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// Returns the peak of the memory that an action allocates.
pub fn peak_memory(action: impl FnOnce()) -> usize {
    let before = HELD.get();
    PEAK.set(before);
    action();
    (PEAK.get() - before) as usize
}

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

fn mutated(original: &[u8], rng: &mut Rng) -> Vec<u8> {
    const EXTREME: [u8; 6] = [0x00, 0x01, 0x7F, 0x80, 0xFF, b'"'];
    let mut bytes = original.to_vec();
    for _ in 0..1 + rng.below(4) {
        let place = rng.below(bytes.len().max(1)).min(bytes.len());
        let run = (place..place + 1 + rng.below(8)).end.min(bytes.len());
        let extreme = EXTREME[rng.below(EXTREME.len())];
        match rng.below(6) {
            0 => bytes[place..run].iter_mut().take(1).for_each(|byte| *byte ^= 1 << rng.below(8)),
            1 => bytes[place..run].fill(extreme),
            2 => bytes.truncate(place),
            3 => bytes.insert(place, extreme),
            4 => drop(bytes.drain(place..run)),
            _ => {
                let repeated = bytes[place..run].to_vec();
                bytes.splice(place..place, repeated);
            }
        }
    }
    bytes
}

/// Bounds of a parser's memory: a fixed part, most of it buffers, and bytes per byte of input. Deflate expands one byte to
/// at most 1,032.
const PLAIN: (usize, usize) = (1 << 15, 64);
/// The same with a model and its training state.
const MODEL: (usize, usize) = (1 << 19, 64);
const COMPRESSED: (usize, usize) = (1 << 18, 1032);

#[test]
fn damaged_files_neither_panic_nor_need_much_memory() {
    type Parser = fn(&[u8]);
    let cases: [(&str, Parser, (usize, usize)); 20] = [
        ("pandas.csv", csv, PLAIN),
        ("pandas_excel.csv", csv, PLAIN),
        ("pandas_no_header.csv", csv, PLAIN),
        ("u1.idx", idx, PLAIN),
        ("f8.idx", idx, PLAIN),
        ("labels.idx", idx, PLAIN),
        ("i2.idx.gz", idx, COMPRESSED),
        ("f4.npy", npy, PLAIN),
        ("images_fortran.npy", npy, PLAIN),
        ("version_3.npy", npy, PLAIN),
        ("record.npy", npy, PLAIN),
        ("stored.npz", npz, COMPRESSED),
        ("compressed.npz", npz, COMPRESSED),
        ("tensors.safetensors", safetensors, PLAIN),
        ("saved weights", weights, MODEL),
        ("weights of a checkpoint", weights, MODEL),
        ("a checkpoint", checkpoint, MODEL),
        ("weights/keras_embedding.weights.h5", keras, MODEL),
        ("weights/keras_functional_whole.keras", keras, COMPRESSED),
        ("weights/pytorch_sequential.safetensors", pytorch, MODEL),
    ];
    for (name, parse, (fixed, each)) in cases {
        let [saved_weights, saved_checkpoint] = seeds();
        let original = match name {
            "saved weights" => saved_weights,
            _ if name.contains("checkpoint") => saved_checkpoint,
            _ => fs::read(path(name)).expect(name),
        };
        let mut rng = Rng::new(0);
        for round in 0..3000 {
            let bytes = mutated(&original, &mut rng);
            let held = peak_memory(|| parse(&bytes));
            assert!(held <= fixed + each * bytes.len(), "{name}, round {round}: {held} bytes for {}", bytes.len());
        }
    }
}

// Parsers must not allocate by the sizes in a header alone.
#[test]
fn short_files_with_large_sizes_need_little_memory() {
    let promise = "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000, 4), }";
    let npy_file = [b"\x93NUMPY\x01\x00", &(promise.len() as u16).to_le_bytes()[..], promise.as_bytes()].concat();
    let json = "{\"x\":{\"dtype\":\"F64\",\"shape\":[1000000000,4],\"data_offsets\":[0,32000000000]}}";
    let tensors = [&(json.len() as u64).to_le_bytes(), json.as_bytes()].concat();
    for held in [
        peak_memory(|| idx(&[0, 0, 14, 2, 63, 255, 255, 255, 0, 0, 0, 4])),
        peak_memory(|| npy(&npy_file)),
        peak_memory(|| npy(b"\x93NUMPY\x02\x00\xff\xff\x00\x00")),
        peak_memory(|| safetensors(&tensors)),
        peak_memory(|| safetensors(&[255, 255, 255, 5, 0, 0, 0, 0, b'{'])),
    ] {
        assert!(held < 1 << 15, "{held}");
    }
}
