use mlp::prelude::*;

functional! {
    struct Net {
        let x = Input(1);
        let y = Dense(1 => 2, sigmod)(x);
        Model(x => y)
    }
}

fn main() {
    let _ = Net::new(1);
}
