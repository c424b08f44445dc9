//! Writing of files: by several writers, through links, into devices, with permissions, and over long names.
#![cfg(unix)]

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use mlp::prelude::*;

sequential! { struct Net { Dense(20 => 30), Dense(30 => 1) } }

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("writing").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn net(seed: u64) -> Box<Net> {
    Net::new(seed)
}

fn loads(path: &Path) -> Box<Net> {
    let mut network = net(99);
    network.load_weights(path).unwrap_or_else(|error| panic!("{error}"));
    network
}

fn count(folder: &Path) -> usize {
    fs::read_dir(folder).unwrap().count()
}

/// Every write succeeds, and readers see complete files only.
#[test]
fn writers_do_not_disturb_each_other() {
    const WRITERS: u64 = 6;
    const WRITES: usize = 60;
    let folder = folder("writers");
    let path = folder.join("model.safetensors");
    net(0).save_weights(&path).unwrap();
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|seed| {
                let path = &path;
                scope.spawn(move || (0..WRITES).for_each(|_| net(seed).save_weights(path).unwrap()))
            })
            .collect();
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                loads(&path);
            }
        });
        let results: Vec<_> = writers.into_iter().map(|writer| writer.join()).collect();
        done.store(true, Ordering::Relaxed);
        assert!(results.iter().all(Result::is_ok), "a write has failed");
    });
    assert_eq!(count(&folder), 1);
}

/// The file of a writer that is alive is locked. Files of killed ones are removed, also if they have this process's id.
#[test]
fn only_stale_files_are_removed() {
    let folder = folder("stale");
    let path = folder.join("model.safetensors");
    let stale = folder.join(".model.safetensors.0123456789abcdef.tmp");
    let locked = folder.join(".model.safetensors.fedcba9876543210.tmp");
    let others =
        [".model.safetensors.backup.tmp", ".model.safetensors.0123456789abcdef", ".other.0123456789abcdef.tmp"];
    File::create(&stale).unwrap();
    let alive = File::create(&locked).unwrap();
    alive.lock().unwrap();
    others.iter().for_each(|name| drop(File::create(folder.join(name)).unwrap()));
    net(0).save_weights(&path).unwrap();
    assert!(!stale.exists());
    assert!(locked.exists());
    assert!(others.iter().all(|name| folder.join(name).exists()));
}

#[test]
fn a_link_is_followed() {
    let folder = folder("links");
    fs::create_dir(folder.join("files")).unwrap();
    let (real, link, second) = (folder.join("files/real.st"), folder.join("latest.st"), folder.join("second.st"));
    symlink("files/real.st", &link).unwrap();
    symlink("latest.st", &second).unwrap();
    // The target does not exist yet.
    net(1).save_weights(&second).unwrap();
    assert!(fs::symlink_metadata(&real).unwrap().is_file());
    net(2).save_weights(&link).unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(loads(&real), net(2));
    assert_eq!((count(&folder), count(&folder.join("files"))), (3, 1));
    let circle = folder.join("circle.st");
    symlink("circle.st", &circle).unwrap();
    let error = net(1).save_weights(&circle).unwrap_err();
    assert!(error.to_string().contains("symbolic links"), "{error}");
}

/// A link at the name of a temporary file would lead to another file.
#[test]
fn planted_links_are_not_followed() {
    let folder = folder("planted");
    let (path, victim) = (folder.join("m.st"), folder.join("victim"));
    fs::write(&victim, "content").unwrap();
    let id = std::process::id();
    symlink("victim", folder.join(format!(".m.st.{id}.0.tmp"))).unwrap();
    symlink("victim", folder.join(".m.st.0123456789abcdef.tmp")).unwrap();
    net(1).save_weights(&path).unwrap();
    assert_eq!(fs::read_to_string(&victim).unwrap(), "content");
    assert!(fs::symlink_metadata(&path).unwrap().is_file());
}

#[test]
fn permissions_are_kept() {
    let path = folder("permissions").join("m.st");
    net(1).save_weights(&path).unwrap();
    for mode in [0o600, 0o640, 0o664] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        net(2).save_weights(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, mode);
    }
}

#[test]
fn a_full_device_is_an_error_and_stays_a_device() {
    let path = Path::new("/dev/full");
    if !path.exists() {
        return;
    }
    let error = net(1).save_weights(path).expect_err("no space is left");
    assert!(error.to_string().contains("/dev/full"), "{error}");
    assert!(!fs::metadata(path).unwrap().is_file());
    net(1).save_weights("/dev/null").unwrap();
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
}

#[test]
fn a_pipe_receives_the_file() {
    let path = folder("pipe").join("pipe.st");
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    let reader = {
        let path = path.clone();
        thread::spawn(move || -> io::Result<Vec<u8>> {
            let mut bytes = Vec::new();
            File::open(path)?.read_to_end(&mut bytes)?;
            Ok(bytes)
        })
    };
    net(3).save_weights(&path).unwrap();
    let bytes = reader.join().unwrap().unwrap();
    let mut network = net(99);
    network.load_weights_bytes(&bytes).unwrap();
    assert_eq!(network, net(3));
}

#[test]
fn long_names_are_written() {
    let folder = folder("long");
    let path = folder.join("ü".repeat(120) + ".st");
    net(1).save_weights(&path).unwrap();
    assert_eq!(loads(&path), net(1));
    assert_eq!(count(&folder), 1);
}

/// A folder is not replaced.
#[test]
fn a_folder_is_an_error() {
    let folder = folder("folder");
    let error = net(1).save_weights(&folder).expect_err("a folder");
    assert!(error.to_string().contains("writing/folder"), "{error}");
    assert!(folder.is_dir());
}

/// A custom format is written by its path.
#[test]
fn a_custom_format_is_atomic() {
    let folder = folder("custom");
    let path = folder.join("model.txt");
    fs::write(&path, "old").unwrap();
    let mut model = net(1).compile(Adam::default(), MeanSquaredError);
    let (x, y) = ([[0.0; 20]; 2], [[0.0; 1]; 2]);
    let fit = || Fit::new().epochs(1).verbose(Verbose::Silent);
    let fails = ModelCheckpoint::new(path.to_str().unwrap()).save_with(|_: &Net, path: &Path| {
        fs::write(path, "a part")?;
        Err(io::Error::other("the format fails"))
    });
    let error = model.fit(&x, &y, fit().callback(fails)).expect_err("the format fails");
    assert!(error.to_string().ends_with("model.txt: the format fails"), "{error}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "old");
    let works = ModelCheckpoint::new(path.to_str().unwrap()).save_with(|_: &Net, path: &Path| fs::write(path, "new"));
    model.fit(&x, &y, fit().callback(works)).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "new");
    assert_eq!(count(&folder), 1);
}

/// The name of a temporary file is shorter than the longest name of a file, 255 bytes.
#[test]
fn long_names_are_saved() {
    let folder = folder("long");
    for name in ["x".repeat(255), format!("{}.st", "é".repeat(126)), "x".repeat(201)] {
        let path = folder.join(name);
        net(1).save_weights(&path).unwrap();
        assert_eq!(loads(&path), net(1));
    }
    use std::os::unix::ffi::OsStringExt as _;
    let name = std::ffi::OsString::from_vec([vec![0xFF; 80], vec![b'x'; 160]].concat());
    net(2).save_weights(folder.join(name)).unwrap();
    assert_eq!(count(&folder), 4);
}

#[test]
fn names_of_other_formats_are_rejected() {
    use mlp::prelude::*;
    let folder = std::env::temp_dir().join(format!("mlp-names-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let network = sequential![Dense(1 => 1)];
    for (name, format) in
        [("m.keras", "Keras"), ("m.weights.h5", "Keras"), ("m.PT", "PyTorch"), ("m.onnx", "ONNX"), ("m.npz", "NumPy")]
    {
        let error = network.save_weights(folder.join(name)).unwrap_err().to_string();
        assert!(
            error.contains(&format!("its name is that of {format}")) && error.ends_with("name it \"m.safetensors\""),
            "{error}"
        );
    }
    for name in ["m.safetensors", "m", "m.mlp", "m.h5.bak"] {
        network.save_weights(folder.join(name)).unwrap();
    }
    let mut model = network.compile(Adam::default(), MeanSquaredError);
    assert!(model.save(folder.join("m.keras")).unwrap_err().to_string().contains("of Keras"));
    let fit = Fit::new().verbose(0).callback(ModelCheckpoint::new(folder.join("best.keras").to_str().unwrap()));
    assert!(model.fit(&[0.0, 1.0], &[0.0, 1.0], fit).unwrap_err().to_string().contains("of Keras"));
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 4);
    std::fs::remove_dir_all(folder).unwrap();
}
