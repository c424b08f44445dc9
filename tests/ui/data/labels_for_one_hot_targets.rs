use mlp::prelude::*;

fn main() {
    let labels: Vec<usize> = vec![0, 2];
    let mut model = sequential![Dense(2 => 3)].compile(Adam::default(), CategoricalCrossentropy::new());
    model.fit(&[[0.0, 1.0], [1.0, 0.0]], &labels, Fit::new()).unwrap();
}
