use mlp::prelude::*;

functional! {
    struct Both {
        let x = Input(1);
        let a = Dense(1 => 1)(x);
        let b = Dense(1 => 1)(x);
        Model(x => (a, b))
    }
}

fn main() {
    let _ = functional! {
        let x = Input(1);
        let (_, _) = Both(x);
        let y = Dense(1 => 1)(x);
        Model(x => y)
    };
}
