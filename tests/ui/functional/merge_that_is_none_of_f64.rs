use mlp::prelude::*;

struct Window<I>(core::marker::PhantomData<I>);

functional! {
    struct Net: f64 {
        let a = Input(1);
        let b = Input(1);
        let c = Window()(a, b);
        Model((a, b) => c)
    }
}

fn main() {
    let _ = Net::new(1);
}
