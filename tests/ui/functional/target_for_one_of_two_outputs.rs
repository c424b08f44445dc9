use mlp::prelude::*;

functional! {
    struct Net {
        let x = Input(1);
        let a = Dense(1 => 1)(x);
        let b = Dense(1 => 1)(x);
        Model(x => (a, b))
    }
}

fn main() {
    let _ = Net::new(0).compile(Adam::default(), MeanSquaredError);
}
