//! The prelude next to globs that have the names of layers too.

#[allow(unused_imports)]
mod globs {
    use mlp::prelude::*;
    use nalgebra::*;
    use ndarray::prelude::*;
    use rand::prelude::*;
    use std::ops::*;

    functional! {
        pub struct Sum { let x = Input(2); let h = Dense(2 => 2)(x); let y = Add()(x, h); Model(x => y) }
    }

    sequential! { pub struct Chain { Dense(2 => 4, relu), Dropout(4, rate = 0.5), Dense(4 => 1) } }

    /// Trains and predicts, with names of all globs in scope.
    pub fn train() -> f64 {
        let mut model = Chain::new(0).compile(Adam::new(1e-3), MeanSquaredError);
        let history = model.fit(&array![[0.0_f32, 1.0]], &array![[1.0_f32]], Fit::new().verbose(0)).unwrap();
        let _ = model.predict(&DMatrix::<f32>::zeros(1, 2)).unwrap();
        history.loss()[0]
    }

    /// Adds two values, by the trait of the same name as the layer.
    pub fn add<T: Add<Output = T>>(a: T, b: T) -> T {
        a + b
    }
}

mod name {
    use std::ops::Add;

    use mlp::prelude::*;

    pub fn network() -> usize {
        let network = functional! { let x = Input(2); let h = Dense(2 => 2)(x); let y = Add()(x, h); Model(x => y) };
        network.as_slice().len().add(0)
    }
}

fn main() {
    use mlp::prelude::*;

    println!("{} {} {}", globs::add(1, 2), name::network(), globs::Sum::new(0).as_slice().len());
    println!("{}", globs::train());
}
