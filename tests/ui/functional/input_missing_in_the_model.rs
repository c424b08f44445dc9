use mlp::prelude::*;

fn main() {
    let _ = functional! {
        let x = Input(1);
        let z = Input(2);
        let both = Concatenate()(x, z);
        let output = Dense(3 => 1)(both);
        Model(x => output)
    };
}
