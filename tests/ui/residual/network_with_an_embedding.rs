use mlp::prelude::*;

residual! {
    struct Heat;
    (x, t) -> u { u.t - u.xx }
}

fn main() {
    let network = functional! { f64;
        let point = Input(2);
        let vector = Embedding(1 => 3, Categories<5>)(point[0..1]);
        let all = Concatenate()(vector, point[1..2]);
        let output = Dense(4 => 1)(all);
        Model(point => output)
    };
    let inside = Term::uniform(Heat, [(0.0, 1.0), (0.0, 1.0)], 100);
    let model = network.compile_residuals(Adam::new(1e-3), inside);
    drop(model);
}
