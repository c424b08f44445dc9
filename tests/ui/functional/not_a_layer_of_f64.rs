use mlp::prelude::*;

struct Window;

functional! {
    struct Net: f64 {
        let x = Input(1);
        let h = Dense(1 => 2)(x);
        let w = Window(h);
        Model(x => w)
    }
}

fn main() {
    let _ = Net::new(1);
}
