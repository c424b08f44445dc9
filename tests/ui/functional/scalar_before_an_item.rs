use mlp::prelude::*;

functional! {
    f64;
    struct Net {
        let x = Input(1);
        let y = Dense(1 => 2)(x);
        Model(x => y)
    }
}

fn main() {
    let _ = Net::new(1);
}
