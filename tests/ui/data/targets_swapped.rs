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
    let (a, b) = (vec![[1.0_f32]; 4], vec![[1.0_f32, 2.0]; 4]);
    let mut model = Net::new(0).compile(Adam::new(1e-3), (MeanSquaredError, MeanSquaredError));
    let history = model.fit(&a, &(&b, &a), Fit::new()).unwrap();
    println!("{:?}", history.loss());
}
