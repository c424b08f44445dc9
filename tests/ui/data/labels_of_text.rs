use mlp::prelude::*;

fn main() {
    let mut model = sequential![Dense(2 => 3)].compile(Adam::default(), SparseCategoricalCrossentropy::new());
    let labels = vec!["rose", "lily"];
    model.fit(&[[0.0, 1.0], [1.0, 0.0]], &labels, Fit::new()).unwrap();
}
