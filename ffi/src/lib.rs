//! Networks for C, C++ and Fortran: the functions of `networks.rs`.

#![cfg_attr(not(feature = "std"), no_std)]

mod networks;
#[cfg(not(feature = "std"))]
mod panic;
