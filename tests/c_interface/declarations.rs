//! Headers and modules, as golden files. `UPDATE_EXPECT=1` writes them again.

use expect_test::expect_file;
use mlp::c_interface::{fortran, header};

use crate::networks::{Chain, Towers};

#[test]
fn headers() {
    expect_file!["chain.h"].assert_eq(&header::<Chain>().to_string());
    expect_file!["towers.h"].assert_eq(&header::<Towers>().to_string());
}

#[test]
fn modules() {
    expect_file!["chain.f90"].assert_eq(&fortran::<Chain>().to_string());
    let module = fortran::<Towers>().to_string();
    expect_file!["towers.f90"].assert_eq(&module);
    // Fortran's limits: 132 characters a line, 63 a name.
    assert!(module.lines().all(|line| line.len() <= 132));
}
