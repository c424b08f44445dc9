use mlp::prelude::*;

fn main() {
    let mut model = sequential![Dense(2 => 3)].compile(Adam::default(), SparseCategoricalCrossentropy::new());
    model.train_on_batch(&[[0.0, 1.0], [1.0, 0.0]], &['a', 'b']).unwrap();
}
