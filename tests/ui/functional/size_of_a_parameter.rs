use mlp::prelude::*;

functional! {
    struct Net<const A: usize, const B: usize> {
        let x = Input(A);
        let y = Dense(A => B)(x);
        let z = Dense(A => 1)(y);
        Model(x => z)
    }
}

fn main() {}
