use mlp::prelude::*;

functional! {
    struct Both {
        let a = Input(1);
        let b = Input(1);
        let sum = Add()(a, b);
        Model((a, b) => sum)
    }
}

fn main() {
    let _ = functional! {
        let x = Input(1);
        let output = Both(x, x, x);
        Model(x => output)
    };
}
