//! The prelude next to globs that have the names of layers too.

#[allow(unused_imports)]
mod globs {
    use mlp::prelude::*;
    use nalgebra::*;
    use std::ops::*;

    functional! {
        pub struct Sum { let x = Input(2); let h = Dense(2 => 2)(x); let y = Add()(x, h); Model(x => y) }
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
}
