//! Networks in 8-bit integers: the error of a layer is below its bound, digits are classified as before, and the Rust code of a
//! network creates it again.

use mlp::data::{Split, Tensor, sparse_targets, train_test_split};
use mlp::prelude::*;
use mlp::quantized::{DenseLayers, Quantized, QuantizedDense, quantize};

sequential! {
    /// Logits of handwritten digits.
    pub struct Digits { Dense(64 => 32, relu, init = he_uniform), Dense(32 => 10) }
}

/// Returns a matrix of values from -1 to 1.
fn uniform<const COLUMNS: usize, const ROWS: usize>(rng: &mut Rng) -> [[f32; COLUMNS]; ROWS] {
    std::array::from_fn(|_| std::array::from_fn(|_| (2.0 * rng.uniform() - 1.0) as f32))
}

/// Checks a random layer with an activation whose derivative is at most `steepest`.
fn check<A>(steepest: f64)
where
    A: 'static,
    for<'a> &'a Dense<8, 5, A>: DenseLayers<Input = [f32; 8], Output = [f32; 5], Quantized = QuantizedDense<8, 5>>,
{
    const LEAST: f64 = 1.0 / 127.0;
    let mut rng = Rng::new(3);
    for _ in 0..20 {
        let layer = Dense::<8, 5, A>::from_parts(uniform(&mut rng), uniform::<5, 1>(&mut rng)[0]);
        let samples: [[f32; 8]; 200] = uniform(&mut rng);
        let network = quantize(&layer, &samples).expect("finite samples");
        let mut ranges = Default::default();
        for sample in &samples {
            let expected = (&layer).calibrate(sample, std::slice::from_mut(&mut ranges));
            for (found, expected) in network.predict_one(*sample).into_iter().zip(expected) {
                // Each of 8 products differs by half a step of the weight times at most 1, half a step of the input times at
                // most 1, and their product; the bias by half a unit, which is less. `z` is at most 9, and half of one of
                // its 127 steps off; so is the output, of which a step counts twice where the activation is flat.
                let sum = 8.0 * (0.5 * LEAST + 0.5 * LEAST + 0.25 * LEAST * LEAST) + LEAST * LEAST + 0.5 * 9.0 * LEAST;
                let bound = steepest * sum + f64::from(network.output_scale());
                assert!(f64::from((found - expected).abs()) <= bound, "{found} {expected} {bound}");
            }
        }
    }
}

#[test]
fn errors_of_a_layer_are_below_the_bound() {
    check::<identity>(1.0);
    check::<relu>(1.0);
    check::<tanh>(1.0);
    check::<sigmoid>(0.25);
    check::<gelu>(1.13);
    check::<sin>(1.0);
}

/// The accuracy is at most 0.5% lower.
#[test]
fn digits_are_classified_as_before() -> Result<(), Box<dyn std::error::Error>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data");
    let images = Tensor::read_idx(format!("{folder}/digits-images-idx3-ubyte.gz"))?.matrix::<f32, 64>()?;
    let labels = Tensor::read_idx(format!("{folder}/digits-labels-idx1-ubyte.gz"))?.labels()?;
    let split = Split::new().test_size(0.5).seed(0).stratify(&labels);
    let data = (&(images / 16.0), &sparse_targets::<f32>(&labels));
    let ((x, y), (x_test, y_test)) = train_test_split(data, split)?;
    let mut model = Digits::new(0).compile(Adam::new(3e-3), SparseCategoricalCrossentropy::new());
    model.fit(&x, &y, Fit::new().epochs(30).batch_size(32).verbose(Verbose::Silent))?;

    let rows = |x: &nalgebra::OMatrix<f32, nalgebra::Dyn, nalgebra::Const<64>>| -> Vec<[f32; 64]> {
        x.row_iter().map(|row| std::array::from_fn(|pixel| row[pixel])).collect()
    };
    let network = quantize((&model.dense_1, &model.dense_2), &rows(&x)[..200])?;
    let class = |outputs: &[f32]| outputs.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map(|(class, _)| class);
    let (mut float, mut integer) = (0, 0);
    for (x, &label) in rows(&x_test).iter().zip(y_test.as_slice()) {
        float += usize::from(class(model.predict_one(*x).as_slice()) == Some(label as usize));
        integer += usize::from(class(&network.predict_one(*x)) == Some(label as usize));
    }
    println!("{float} and {integer} of {} digits", y_test.len());
    assert!(float > 860, "{float} of {}", y_test.len());
    assert!(integer * 1000 + y_test.len() * 5 >= float * 1000, "{integer} digits, {float} without quantization");
    Ok(())
}

/// The start of the code, and code of another network that is compiled.
#[test]
fn the_code_of_a_network_creates_it() {
    let first = Dense::<2, 2, relu>::from_parts([[1.0, -1.0], [0.5, 2.0]], [0.0, 0.25]);
    let second = Dense::<2, 1>::from_parts([[1.0], [-0.5]], [0.5]);
    let network = quantize((&first, &second), &[[1.0, 1.0], [-1.0, 0.5], [0.0, -1.0]]).expect("finite samples");
    let code = network.to_string();
    assert!(
        code.starts_with("Quantized::from_parts((QuantizedDense::from_parts([[127, 64], [-64, 127]], [0, "),
        "{code}"
    );
    static PART: Quantized<(QuantizedDense<2, 1>,)> = Quantized::from_parts(
        (QuantizedDense::from_parts([[127, 64]], [0], [1 << 29], [36], {
            let (mut table, mut index) = ([0; 256], 0);
            while index < 256 {
                table[index] = index as u8 as i8;
                index += 1;
            }
            table
        }),),
        0.5,
        2.0,
    );
    // (127 · 4 + 64 · 2) / 128 = 4.97, so 5.
    assert_eq!(PART.predict_quantized(&[4, 2]), [5]);
    assert_eq!(PART.predict_one([2.0, 1.0]), [10.0]);
    // Saturated.
    assert_eq!(PART.predict_quantized(&[127, 127]), [127]);
    assert_eq!(PART.predict_quantized(&[-128, -128]), [-128]);
}

#[test]
fn invalid_samples_are_errors() {
    let layer = Dense::<2, 1>::from_parts([[1.0], [1.0]], [0.0]);
    assert!(matches!(quantize(&layer, &[]), Err(DataError::Empty)));
    let error = quantize(&layer, &[[0.0, 1.0], [0.5, f32::NAN]]).expect_err("a NaN");
    assert!(matches!(error, DataError::NotFinite { row: 1, column: 1, .. }));
}

/// Zeros, a large bias next to small weights, and samples of zeros: nothing overflows.
#[test]
fn extreme_layers_are_quantized() {
    let layer = Dense::<2, 3, tanh>::from_parts([[0.0, 1e-20, 1e30], [0.0, 1e-20, 1e30]], [0.0, 1e10, -1e-20]);
    let network = quantize(&layer, &[[1.0, 1.0], [-1.0, 1.0]]).expect("finite samples");
    let [zero, one, large] = network.predict_one([1.0, 1.0]);
    assert_eq!(zero, 0.0);
    assert!((one - 1.0).abs() < 0.01 && (large - 1.0).abs() < 0.01, "{one} {large}");
    let network = quantize(&layer, &[[0.0, 0.0]]).expect("finite samples");
    assert!(network.predict_one([0.0, 0.0])[1] > 0.99);
}
