use mlp::prelude::*;

functional! {
    struct Net {}
}

fn main() {}
