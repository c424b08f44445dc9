use mlp::prelude::*;

fn main() {
    let _ = functional! {
        let x = Input(2);
        let a = Dense(1 => 10)(x);
        let b = Dense(10 -> 10)(a);
        let c = Dense(10 => 5)(d);
        let e = Add()(b, c);
        Model(x => e)
    };
}
