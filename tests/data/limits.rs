//! Limits for files that are not trusted: each reader returns a typed error before it needs much memory.

use std::fs;
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use mlp::data::{Batches, CsvOptions, FileError, FileErrorKind, LimitError, Limits, Table, Tensor};
use mlp::prelude::*;
use mlp::weights::{ForeignWeights, LoadOptions, WeightsError};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::damage::peak_memory;

const MIB: usize = 1 << 20;

sequential! { struct Net { Dense(2 => 3), Dense(3 => 1) } }

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("limits").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Returns the limit that an error is about.
fn limit(error: FileError) -> LimitError {
    match error.kind {
        FileErrorKind::Limit(limit) => limit,
        _ => panic!("expected a limit, found {error}"),
    }
}

fn weights_limit(error: WeightsError) -> LimitError {
    match error {
        WeightsError::File(error) => limit(error),
        error => panic!("expected a limit, found {error}"),
    }
}

/// Returns a `.npy` of unsigned bytes.
fn npy(bytes: usize) -> Vec<u8> {
    let mut file = Vec::new();
    let header = format!("{{'descr': '|u1', 'fortran_order': False, 'shape': ({bytes},), }}");
    file.extend(b"\x93NUMPY\x01\x00");
    file.extend((header.len() as u16).to_le_bytes());
    file.extend(header.bytes());
    file.resize(file.len() + bytes, 0);
    file
}

fn idx(bytes: usize) -> Vec<u8> {
    let mut file = vec![0, 0, 8, 1];
    file.extend((bytes as u32).to_be_bytes());
    file.resize(file.len() + bytes, 0);
    file
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in entries {
        archive.start_file(*name, options).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// Zeros that deflate shrinks a thousand times.
#[test]
fn expansion_is_limited() {
    let npz = archive(&[("x.npy", &npy(64 * MIB))]);
    let keras = archive(&[("model.weights.h5", &[b"\x89HDF\r\n\x1a\n".as_slice(), &vec![0; 64 * MIB]].concat())]);
    let idx_gz = gzip(&idx(64 * MIB));
    let read = |limits: Limits| {
        [
            Tensor::from_npz_with(Cursor::new(&npz), "x", limits).err(),
            ForeignWeights::keras_bytes_with(&keras, limits).err(),
            Tensor::from_idx_with(idx_gz.as_slice(), limits).err(),
        ]
    };
    // 16 MiB are always allowed, and a buffer that grows needs twice as much.
    let memory = peak_memory(|| {
        for error in read(Limits::default()) {
            assert!(matches!(limit(error.unwrap()), LimitError::Expansion { max: 200, .. }));
        }
    });
    assert!(memory < 50 * MIB, "{memory} bytes");
    let [npz_error, keras_error, idx_error] = read(Limits::new().expansion_ratio(2000));
    assert!(npz_error.is_none() && idx_error.is_none());
    // The bytes after the signature are not HDF5.
    assert!(matches!(keras_error.unwrap().kind, FileErrorKind::Tensor(_)));
}

/// The signature is checked before the rest is decompressed.
#[test]
fn archive_without_hdf5_is_not_unpacked() {
    let keras = archive(&[("model.weights.h5", &vec![0; 15 * MIB])]);
    let memory = peak_memory(|| {
        let error = ForeignWeights::keras_bytes(&keras).unwrap_err().to_string();
        assert!(error.contains("not an HDF5 file"), "{error}");
    });
    assert!(memory < MIB, "{memory} bytes");
}

#[test]
fn length_of_a_row_is_limited() {
    let long = format!("a,b\n1,2\n3,{}\n", "4".repeat(64 * MIB));
    let memory = peak_memory(|| {
        let error = Table::from_csv(long.as_bytes(), CsvOptions::new()).unwrap_err();
        assert_eq!(limit(error), LimitError::Record { line: 3, max: 1 << 24 });
    });
    assert!(memory < 80 * MIB, "{memory} bytes");
    for length in [1, 99, 100, 101, 20_000] {
        let text = format!("a\n{}\n", "1".repeat(length));
        let table = Table::from_csv(text.as_bytes(), CsvOptions::new().limits(Limits::new().record_length(100)));
        assert_eq!(table.is_ok(), length <= 100, "{length}");
    }
    let header = format!("{}\n1\n", "a".repeat(20_000));
    let table = Table::from_csv(header.as_bytes(), CsvOptions::new().limits(Limits::new().record_length(100)));
    assert_eq!(limit(table.unwrap_err()), LimitError::Record { line: 1, max: 100 });
    // Every row is within its limit, even if the reader reads several rows ahead.
    let rows = format!("a\n{}", "12345678\n".repeat(10_000));
    let table = Table::from_csv(rows.as_bytes(), CsvOptions::new().limits(Limits::new().record_length(8)));
    assert_eq!(table.unwrap().rows(), 10_000);
    // Batches have the same limits.
    let path = folder("rows").join("long.csv");
    fs::write(&path, &long).unwrap();
    let batches = Batches::<f32, 1, 1>::csv(&path, ["a"], ["b"]);
    let results: Vec<_> = batches.epoch(0).unwrap().collect();
    assert!(
        results.iter().any(|batch| batch.as_ref().is_err_and(|error| matches!(error.kind, FileErrorKind::Limit(_))))
    );
}

#[test]
fn number_of_tensors_is_limited() {
    let limits = Limits::new().tensors(10);
    let tensors: Vec<(String, Tensor)> =
        (0..11).map(|index| (format!("t{index}"), Tensor::from([index].as_slice()))).collect();
    let named: Vec<(&str, Tensor)> = tensors.iter().map(|(name, tensor)| (name.as_str(), tensor.clone())).collect();
    let folder = folder("tensors");
    let (st, npz) = (folder.join("t.safetensors"), folder.join("t.npz"));
    Tensor::write_safetensors(&st, &named).unwrap();
    Tensor::write_npz(&npz, &named).unwrap();
    let expected = LimitError::Tensors { max: 10, found: Some(11) };
    let mut net = Net::new(0);
    assert_eq!(limit(Tensor::read_safetensors_with(&st, "t1", limits).unwrap_err()), expected);
    assert_eq!(limit(Tensor::read_npz_with(&npz, "t1", limits).unwrap_err()), expected);
    assert_eq!(limit(ForeignWeights::pytorch_with(&st, limits).unwrap_err()), expected);
    assert_eq!(weights_limit(net.load_weights_with(&st, limits).unwrap_err()), expected);
    let mut model = Net::new(0).compile(Adam::default(), MeanSquaredError);
    assert_eq!(weights_limit(model.load_with(&st, LoadOptions::new().limits(limits)).unwrap_err()), expected);
    let hdf5 = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/weights");
    let hdf5 = fs::read_dir(hdf5).unwrap().flatten().map(|entry| entry.path());
    let hdf5 = hdf5.filter(|path| path.extension().is_some_and(|extension| extension == "h5" || extension == "keras"));
    let mut files = 0;
    for path in hdf5 {
        files += 1;
        assert!(ForeignWeights::keras(&path).is_ok());
        let error = ForeignWeights::keras_with(&path, Limits::new().tensors(2)).unwrap_err();
        assert!(matches!(limit(error), LimitError::Tensors { max: 2, .. }));
    }
    assert!(files > 0);
}

#[test]
fn memory_is_limited() {
    let folder = folder("memory");
    let limits = Limits::new().memory(100);
    let tensor = Tensor::from((0..100).collect::<Vec<usize>>().as_slice());
    let paths = ["t.npy", "t.npz", "t.safetensors", "t.idx", "t.csv"].map(|name| folder.join(name));
    let [npy, npz, st, idx_path, csv] = &paths;
    tensor.write_npy(npy).unwrap();
    Tensor::write_npz(npz, &[("x", tensor.clone())]).unwrap();
    Tensor::write_safetensors(st, &[("x", tensor)]).unwrap();
    fs::write(idx_path, idx(800)).unwrap();
    fs::write(csv, format!("a,b\n{}", "1,2\n".repeat(100))).unwrap();
    let read = |limits: Limits| {
        [
            Tensor::read_npy_with(npy, limits).err(),
            Tensor::read_npz_with(npz, "x", limits).err(),
            Tensor::read_safetensors_with(st, "x", limits).err(),
            Tensor::read_idx_with(idx_path, limits).err(),
            Table::read_csv_with(csv, CsvOptions::new().limits(limits)).err(),
            ForeignWeights::pytorch_with(st, limits).err(),
        ]
    };
    for error in read(limits).map(Option::unwrap) {
        assert!(error.location.file.is_some() && error.to_string().contains("raise `Limits::memory`"), "{error}");
        assert!(matches!(limit(error), LimitError::Memory { max: 100, .. }));
    }
    assert!(read(Limits::unlimited()).iter().all(Option::is_none));
}

/// A header may state any size; memory follows the bytes of the file.
#[test]
fn stated_sizes_allocate_nothing() {
    let zeros = [
        "{'descr': '|u1', 'fortran_order': True, 'shape': (0, 1125899906842624), }",
        "{'descr': '|u1', 'fortran_order': True, 'shape': (1125899906842624, 0), }",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (0, 3, 4294967296), }",
    ];
    for header in zeros {
        let bytes = [b"\x93NUMPY\x01\x00".as_slice(), &(header.len() as u16).to_le_bytes(), header.as_bytes()].concat();
        let memory = peak_memory(|| {
            let tensor = Tensor::from_npy(bytes.as_slice()).unwrap();
            tensor.to_npy(&mut Vec::new()).unwrap();
            assert!(tensor.matrix::<f32, 3>().is_err());
        });
        assert!(memory < MIB, "{memory} bytes");
    }
    let header = "{'descr': '<f8', 'fortran_order': False, 'shape': (1125899906842624,), }";
    let bytes = [b"\x93NUMPY\x01\x00".as_slice(), &(header.len() as u16).to_le_bytes(), header.as_bytes()].concat();
    for limits in [Limits::default(), Limits::unlimited()] {
        let memory = peak_memory(|| drop(Tensor::from_npy_with(bytes.as_slice(), limits).unwrap_err()));
        assert!(memory < MIB, "{memory} bytes");
    }
    let length = [&(1_u64 << 50).to_le_bytes()[..], b"{}"].concat();
    let error = Net::new(0).load_weights_bytes(&length).unwrap_err();
    assert!(matches!(weights_limit(error), LimitError::Header { max: 0x100_0000, found: 0x4_0000_0000_0000 }));
}

/// Devices and pipes without an end.
#[cfg(unix)]
#[test]
fn endless_files_are_rejected() {
    let memory = peak_memory(|| {
        let zeros = Path::new("/dev/zero");
        assert!(Net::new(0).load_weights(zeros).is_err());
        assert!(Net::new(0).load_keras(zeros).is_err());
        assert!(Net::new(0).load_pytorch(zeros).is_err());
        assert!(Net::new(0).compile(Adam::default(), MeanSquaredError).load(zeros).is_err());
        assert!(Tensor::read_safetensors(zeros, "x").is_err());
        assert!(Tensor::read_hdf5(zeros, "x").is_err());
        assert!(Tensor::read_npy(zeros).is_err());
        assert!(Tensor::read_npz(zeros, "x").is_err());
        assert!(Tensor::read_idx(zeros).is_err());
        assert!(Table::read_csv(zeros).is_err());
    });
    assert!(memory < 80 * MIB, "{memory} bytes");
}

/// A pipe whose start is that of a valid file.
#[cfg(unix)]
#[test]
fn endless_content_ends_at_the_limit() {
    let pipe = folder("pipe").join("net.safetensors");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let path = pipe.clone();
    let writer = std::thread::spawn(move || {
        let mut pipe = fs::File::options().write(true).open(path).unwrap();
        let mut bytes = Net::new(0).weights_to_bytes().unwrap();
        // Until the reader closes it.
        while pipe.write_all(&bytes).is_ok() {
            bytes = vec![0; 1 << 16];
        }
    });
    let error = Net::new(0).load_weights_with(&pipe, Limits::new().memory(4 << 20)).unwrap_err();
    assert_eq!(weights_limit(error), LimitError::Memory { max: 4 << 20, found: None });
    writer.join().unwrap();
}
