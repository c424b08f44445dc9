//! `ctrlc`

use mlp::prelude::*;

fn main() {
    let _ = Fit::new().epochs(3).stop_on_ctrl_c();
}
