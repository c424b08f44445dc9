//! Writes the headers and the Fortran modules of the networks to the folder `include`.

#[path = "src/networks.rs"]
mod networks;

use std::fs;

use mlp::c_interface::{ExportC, fortran, header};
use networks::{Sine, Towers};

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=src/networks.rs");
    fs::create_dir_all("include").expect("a writable folder");
    write::<Sine>();
    write::<Towers>();
}

fn write<N: ExportC>() {
    let write = |extension: &str, text: String| {
        fs::write(format!("include/{}.{extension}", N::PREFIX), text).expect("a writable folder");
    };
    write("h", header::<N>().to_string());
    write("f90", fortran::<N>().to_string());
}
