use mlp::prelude::*;

functional! {
    struct Nothing {
        let x = Input(3);
        Model(x => x)
    }
}

functional! {
    struct Slices {
        let x = Input(3);
        let first = x[0..1];
        let rest = x[1..3];
        Model(x => (first, rest))
    }
}

fn main() {}
