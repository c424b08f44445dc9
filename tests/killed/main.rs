//! Processes that are killed while they train or write files.
#![cfg(unix)]

mod checkpoint;
mod training;
