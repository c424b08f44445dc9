use mlp::prelude::*;

functional! {
    struct Net {
        let a = Input(1);
        let b = Input(2);
        let both = Concatenate()(a, b);
        let y = Dense(3 => 1)(both);
        Model((a, b) => y)
    }
}

fn main() {
    let (a, b, y) = (vec![[1.0_f32]; 4], vec![[1.0_f32, 2.0]; 4], vec![1.0_f32; 4]);
    let mut model = Net::new(0).compile(Adam::new(1e-3), MeanSquaredError);
    let history = model.fit(&(b, a), &y, Fit::new()).unwrap();
    println!("{:?}", history.loss());
}
