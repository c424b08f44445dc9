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
    let (a, b) = (vec![[1.0_f32]; 4], vec![[1.0_f32, 2.0]; 4]);
    println!("{}", Net::new(0).predict(&(&a, &b, &a)).unwrap());
}
