//! Functions for C, called from Rust, and the declarations for C and Fortran.

mod calls;
mod declarations;
mod load;
mod networks;
