//! Files of the real numpy and safetensors, IDX files, and the messages for damaged ones.

use std::fs;
use std::path::{Path, PathBuf};

use mlp::data::{Batch, ElementType, FileError, FileErrorKind, Tensor, TensorErrorKind};

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

/// Returns the values that `tests/goldens/data.py` writes to every file.
fn values<const COLUMNS: usize>(shift: f64) -> Batch<f64, COLUMNS> {
    Batch::from_fn(5, |row, column| ((row * COLUMNS + column) % 15) as f64 - 7.0 + shift)
}

/// Returns a path that only one test writes to.
fn scratch(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{name}", std::process::id()))
}

#[test]
fn every_numpy_type_is_read() {
    for (name, shift, element) in [
        ("f2", 0.0, ElementType::F16),
        ("f4", 0.0, ElementType::F32),
        ("f8", 0.0, ElementType::F64),
        ("i1", 0.0, ElementType::I8),
        ("i2", 0.0, ElementType::I16),
        ("i4", 0.0, ElementType::I32),
        ("i8", 0.0, ElementType::I64),
        ("u1", 7.0, ElementType::U8),
        ("u2", 7.0, ElementType::U16),
        ("u4", 7.0, ElementType::U32),
        ("u8", 7.0, ElementType::U64),
        ("big_endian", 0.0, ElementType::F64),
        ("fortran", 0.0, ElementType::F32),
        ("version_2", 0.0, ElementType::F32),
        ("version_3", 0.0, ElementType::F32),
    ] {
        let tensor = Tensor::read_npy(path(name).with_extension("npy")).expect(name);
        assert_eq!((tensor.element_type(), tensor.dimensions()), (element, &[5, 4][..]), "{name}");
        assert_eq!(tensor.matrix::<f64, 4>().expect(name), values::<4>(shift), "{name}");
        assert_eq!(tensor.matrix::<f32, 4>().expect(name), values::<4>(shift).map(|number| number as f32), "{name}");
    }
    let truths = Tensor::read_npy(path("bool.npy")).and_then(|tensor| tensor.matrix::<f64, 4>()).expect("bool");
    assert_eq!(truths, values::<4>(0.0).map(|number| f64::from(u8::from(number > 0.0))));
    let images = Tensor::read_npy(path("images_fortran.npy")).and_then(|tensor| tensor.matrix::<f64, 6>());
    assert_eq!(images.expect("three dimensions"), values::<6>(0.0));
}

#[test]
fn arrays_are_found_by_name() {
    for file in ["stored.npz", "compressed.npz"] {
        let read = |name| Tensor::read_npz(path(file), name).expect(file);
        assert_eq!(read("x").matrix::<f64, 4>().expect(file), values::<4>(0.0));
        assert_eq!(read("y").labels().expect(file), [2, 0, 1, 2, 0]);
    }
    let file = path("tensors.safetensors");
    for name in ["x_float16", "x_float32", "x_float64", "x_int8", "x_int64"] {
        let tensor = Tensor::read_safetensors(&file, name).expect(name);
        assert_eq!(tensor.matrix::<f64, 4>().expect(name), values::<4>(0.0));
    }
    assert_eq!(Tensor::read_safetensors(&file, "y").and_then(|y| y.labels()).expect("y"), [2, 0, 1, 2, 0]);
}

#[test]
fn idx_files_are_read_with_and_without_compression() {
    for name in ["u1", "i1", "i2", "i4", "f4", "f8"] {
        for extension in ["idx", "idx.gz"] {
            let tensor = Tensor::read_idx(path(&format!("{name}.{extension}"))).expect(name);
            assert_eq!(tensor.dimensions(), [5, 2, 2]);
            assert_eq!(
                tensor.matrix::<f64, 4>().expect(name),
                values::<4>(if name == "u1" { 7.0 } else { 0.0 }),
                "{name}"
            );
        }
    }
    let labels = Tensor::read_idx(path("labels.idx")).and_then(|tensor| tensor.labels());
    assert_eq!(labels.expect("labels"), [2, 0, 1, 2, 0]);
}

#[test]
fn written_tensors_are_read_again() {
    let x = Batch::<f32, 3>::from_fn(7, |row, column| (row as f32).sin() / (1.0 + column as f32));
    let wide = x.map(f64::from);
    let (npy, npz, safetensors) = (scratch("x.npy"), scratch("xy.npz"), scratch("xy.safetensors"));
    Tensor::from(&x).write_npy(&npy).expect("npy");
    assert_eq!(Tensor::read_npy(&npy).and_then(|x| x.matrix::<f32, 3>()).expect("npy"), x);
    assert_eq!(fs::read(&npy).expect("npy").len() % 64, 7 * 3 * 4 % 64, "the values are aligned");

    let labels = [3, 1, 4, 1, 5, 9, 2];
    let tensors = || [("x", Tensor::from(&wide)), ("y", Tensor::from(&labels[..]))];
    Tensor::write_npz(&npz, &tensors()).expect("npz");
    Tensor::write_safetensors(&safetensors, &tensors()).expect("safetensors");
    for (x, y) in [
        (Tensor::read_npz(&npz, "x"), Tensor::read_npz(&npz, "y")),
        (Tensor::read_safetensors(&safetensors, "x"), Tensor::read_safetensors(&safetensors, "y")),
    ] {
        assert_eq!(x.and_then(|x| x.matrix::<f64, 3>()).expect("x"), wide);
        assert_eq!(y.and_then(|y| y.labels()).expect("y"), labels);
    }
    // The bytes agree with NumPy's.
    for name in ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "bool", "labels", "scalar"] {
        let original = fs::read(path(name).with_extension("npy")).expect(name);
        let mut bytes = Vec::new();
        Tensor::from_npy(&*original).and_then(|tensor| tensor.to_npy(&mut bytes)).expect(name);
        assert!(bytes == original, "{name}: {:?}", String::from_utf8_lossy(&bytes));
    }
    // Column-major and big-endian arrays are written in NumPy's default layout.
    for name in ["fortran.npy", "big_endian.npy", "images_fortran.npy"] {
        let tensor = Tensor::read_npy(path(name)).expect(name);
        tensor.write_npy(&npy).expect(name);
        let again = Tensor::read_npy(&npy).expect(name);
        assert_eq!((again.dimensions(), again.element_type()), (tensor.dimensions(), tensor.element_type()));
        assert_eq!(again.matrix::<f64, 4>().ok(), tensor.matrix::<f64, 4>().ok());
        assert_eq!(again.matrix::<f64, 6>().ok(), tensor.matrix::<f64, 6>().ok());
    }
    [npy, npz, safetensors].iter().for_each(|file| fs::remove_file(file).expect("written before"));
}

#[test]
fn a_failed_write_leaves_no_temporary_file() {
    let directory = scratch("directory");
    fs::create_dir(&directory).expect("a new directory");
    // A directory cannot be replaced by a file.
    let error = Tensor::from(&values::<4>(0.0)).write_npy(&directory).unwrap_err();
    assert!(matches!(error.kind, FileErrorKind::Io(_)), "{error:?}");
    assert_eq!(error.location.file.as_deref(), Some(&*directory));
    let name = directory.file_name().unwrap().to_string_lossy().into_owned();
    let beside = fs::read_dir(directory.parent().unwrap()).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(beside.filter(|entry| entry.to_string_lossy().contains(&name)).count(), 1);
    fs::remove_dir(directory).unwrap();
}

fn message<V: std::fmt::Debug>(result: Result<V, FileError>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn damaged_idx_files_have_distinct_errors() {
    let whole = [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6];
    assert!(Tensor::from_idx(&whole[..]).is_ok());
    let huge = [0, 0, 14, 3, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255];
    let zero_of_huge = [[0, 0, 14, 4, 0, 0, 0, 0].as_slice(), &[255; 12]].concat();
    for (bytes, expected) in [
        (&[][..], "not an IDX file (starts with [])"),
        (b"\x89PNG", "not an IDX file (starts with [89, 50, 4E, 47])"),
        (&whole[..3], "truncated header"),
        (&whole[..9], "truncated header"),
        (&[0, 0, 10, 1, 0, 0, 0, 0], "unsupported element type 0x0A"),
        (&whole[..15], "expected 6 bytes of elements, found 3"),
        (&[whole.as_slice(), &[7]].concat(), "expected 6 bytes of elements, found more"),
        (&huge, "dimensions [4294967295, 4294967295, 4294967295] are too large"),
        (&zero_of_huge, "dimensions [0, 4294967295, 4294967295, 4294967295] are too large"),
        (&[0, 0, 8, 1, 255, 255, 255, 255, 1], "expected 4294967295 bytes of elements, found 1"),
    ] {
        assert_eq!(message(Tensor::from_idx(bytes)), expected);
    }
    let compressed = fs::read(path("u1.idx.gz")).expect("compressed");
    assert!(matches!(Tensor::from_idx(&compressed[..30]).unwrap_err().kind, FileErrorKind::Io(_)));
}

#[test]
fn damaged_npy_files_have_distinct_errors() {
    let npy = |header: &str, numbers: &[u8]| {
        let length = (header.len() as u16).to_le_bytes();
        [b"\x93NUMPY\x01\x00", &length[..], header.as_bytes(), numbers].concat()
    };
    let good = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }";
    assert!(Tensor::from_npy(&*npy(good, &[0; 8])).is_ok());
    for (bytes, expected) in [
        (b"PK\x03\x04".to_vec(), "not an npy file (starts with [50, 4B, 03, 04])"),
        (b"\x93NUMPY\x01".to_vec(), "truncated header"),
        (b"\x93NUMPY\x04\x00".to_vec(), "invalid header: unknown version 4 of npy"),
        (
            b"\x93NUMPY\x02\x00\xff\xff\xff\xff".to_vec(),
            "invalid header: expected at most 65536 bytes, found a length of 4294967295",
        ),
        (npy(good, &[0; 7]), "expected 8 bytes of elements, found 7"),
        (npy(good, &[0; 9]), "expected 8 bytes of elements, found more"),
        (npy("[]", &[]), "invalid header: expected {, found \"[]\""),
        (npy("{'shape': (1,)}", &[]), "invalid header: missing key \"descr\""),
        (npy(&good.replace("False", "Maybe"), &[]), "invalid header: expected True or False, found \"Maybe, 'shap\""),
        (npy(&good.replace("(1,", "(-1,"), &[]), "invalid header: expected a dimension, found \"-1, 2), }\""),
        (npy(&good.replace("<f4", "<c8"), &[]), "unsupported element type \"<c8\""),
        (npy(&good.replace("(1,", "(9223372036854775807,"), &[]), "dimensions [9223372036854775807, 2] are too large"),
    ] {
        assert_eq!(message(Tensor::from_npy(&*bytes)), expected);
    }
    let record = message(Tensor::read_npy(path("record.npy")));
    assert_eq!(record, format!("{}: unsupported element type record", path("record.npy").display()));
}

#[test]
fn errors_name_the_file_and_the_tensor() {
    let named = |file: &str, rest: &str| format!("{}{rest}", path(file).display());
    let x = Tensor::read_npz(path("stored.npz"), "x").expect("x");
    let wrong_columns = ", tensor \"x\": expected 3 columns, found 4 (dimensions [5, 4])";
    assert_eq!(message(x.matrix::<f32, 3>()), named("stored.npz", wrong_columns));
    let not_labels = ", tensor \"x\": expected one label per row, found 4 (dimensions [5, 4])";
    assert_eq!(message(x.labels()), named("stored.npz", not_labels));
    let missing = message(Tensor::read_npz(path("stored.npz"), "z"));
    assert_eq!(missing, named("stored.npz", ": unknown tensor \"z\"; did you mean \"x\"?"));
    let missing = message(Tensor::read_safetensors(path("tensors.safetensors"), "x_float46"));
    assert!(missing.ends_with(": unknown tensor \"x_float46\"; did you mean \"x_float16\"?"), "{missing}");
    let missing = message(Tensor::read_safetensors(path("tensors.safetensors"), "weights"));
    assert!(
        missing.ends_with("known names: \"x_float16\", \"x_float32\", \"x_float64\", \"x_int64\", \"x_int8\", \"y\"")
    );
    let scalar = Tensor::read_npy(path("scalar.npy")).expect("a number");
    assert!(matches!(
        scalar.matrix::<f32, 1>().unwrap_err().kind,
        FileErrorKind::Tensor(TensorErrorKind::NoDimensions)
    ));
    let negative = Tensor::from(&nalgebra::DVector::from_vec(vec![1.0f32, -1.0]));
    assert_eq!(message(negative.labels()), "row 1: expected a class index (0, 1, 2, …), found -1");
    let nothing = message(Tensor::read_idx(path("nothing.idx")));
    assert!(nothing.starts_with(&named("nothing.idx", ": No such file")), "{nothing}");
    let other = message(Tensor::from_npz(std::io::Cursor::new(b"no archive"), "x"));
    assert!(other.starts_with("invalid header: "), "{other}");
    let other = message(Tensor::from_safetensors(b"no tensors", "x"));
    assert!(other.starts_with("expected a header of at most 16777216 bytes, found "), "{other}");
}
