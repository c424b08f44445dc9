use mlp::prelude::*;

functional! {
    struct Net {
        let x = Input(1);
        let a = Dense(1 => 1)(x);
        let b = Dense(1 => 2)(x);
        Model(x => (a, b))
    }
}

fn main() {
    let model = Net::new(0).compile(Adam::new(1e-3), [MeanSquaredError, MeanSquaredError]);
    println!("{}", model.summary());
}
