//! The functions of a network for C. `export_c!` writes one of type `extern "C"` for each.

use core::mem::MaybeUninit;
use core::slice;

use super::arrays::{Values, ValuesMut, memory, overlap};
use super::{Array, ArrayMut, Error, ExportC, safetensors};
use crate::generated::read_number;
use crate::layers::{Mode, Shape};
use crate::memory::{Static, StaticBuffer, TileBuffer};
use crate::network::{self, BaseNetwork};
use crate::parameters::Parameters;
use crate::random::Rng;
use crate::scalar::Scalar;
use crate::tape::{TapeGradients, TapeTile};
use crate::tile::{LANES, TileMut};

/// Returns an error if a network's pointer is null or not aligned.
#[inline(always)]
fn check_pointer<N>(network: *const N) -> Result<(), Error> {
    if network.is_null() || !network.is_aligned() { Err(Error::Pointer) } else { Ok(()) }
}

/// Sets the initial weights of `seed`. The memory need not be initialized before.
///
/// # Errors
/// If the pointer is null or not aligned.
///
/// # Safety
/// `network` is null, not aligned, or memory of a network that no other thread uses.
pub unsafe fn initialize<N: ExportC>(network: *mut N, seed: u64) -> Result<(), Error> {
    check_pointer(network)?;
    // SAFETY: the caller's contract. Zero bits are a valid network: all parameters are scalars.
    let network = unsafe {
        network.write_bytes(0, 1);
        &mut *network
    };
    network.initialize(&N::Options::default(), &mut Rng::new(seed));
    Ok(())
}

/// Sets all parameters from bytes: a safetensors file as `save_weights` writes it, or all parameters in the order of
/// memory, each little-endian. The memory need not be initialized before.
///
/// # Errors
/// If a pointer is invalid, or the bytes do not match the network. Then the network is unchanged.
///
/// # Safety
/// `network` is null, not aligned, or memory of a network that no other thread uses. `bytes` is null, or `length` bytes can
/// be read from it.
pub unsafe fn load<N: ExportC>(network: *mut N, bytes: *const u8, length: usize) -> Result<(), Error> {
    check_pointer(network)?;
    if bytes.is_null() {
        return Err(Error::Pointer);
    }
    if isize::try_from(length).is_err() {
        return Err(Error::Length);
    }
    if overlap(&(bytes.addr()..bytes.wrapping_add(length).addr()), &memory(network)) {
        return Err(Error::Overlap);
    }
    // SAFETY: the caller's contract.
    let bytes = unsafe { slice::from_raw_parts(bytes, length) };
    if safetensors::is_file(bytes) {
        safetensors::check::<N>(bytes)?;
        // SAFETY: the caller's contract.
        return safetensors::copy::<N>(bytes, unsafe { cleared(network) });
    }
    let values = || bytes.chunks_exact(size_of::<N::Scalar>()).map(read_number);
    if length != N::COUNT * size_of::<N::Scalar>() || !values().all(f64::is_finite) {
        return Err(Error::Bytes);
    }
    // SAFETY: the caller's contract.
    let parameters = unsafe { cleared(network) };
    parameters.iter_mut().zip(values()).for_each(|(to, value)| *to = N::Scalar::from_f64(value));
    Ok(())
}

/// Returns the parameters of a network in memory that may be uninitialized, all zero.
///
/// # Safety
/// As for [`initialize`], with a pointer that is not null and aligned.
unsafe fn cleared<'a, N: Parameters>(network: *mut N) -> &'a mut [N::Scalar] {
    // SAFETY: the caller's contract. Zero bits are a valid network: all parameters are scalars.
    unsafe {
        network.write_bytes(0, 1);
        (*network).as_mut_slice()
    }
}

/// Computes the output of one sample.
///
/// # Errors
/// If a pointer or a length is invalid.
///
/// # Safety
/// `network` is null, not aligned, or an initialized network that no other thread changes.
#[inline(always)]
pub unsafe fn predict_one<N: ExportC>(network: *const N, input: Array, output: ArrayMut) -> Result<(), Error> {
    let (input, output) = (input.values::<N::Scalar>(), output.values::<N::Scalar>());
    check_pointer(network)?;
    input.expect_rows(1, N::Input::FEATURES)?;
    output.expect_rows(1, N::Output::FEATURES, network)?;
    let mut sample = N::Input::sample();
    input.read_sample::<N::Input>(&mut sample);
    // SAFETY: the caller's contract.
    let result = network::predict_one_with_defaults(unsafe { &*network }, &sample);
    output.write_sample::<N::Output>(&result);
    Ok(())
}

/// Computes the outputs of all rows, a register of rows at a time.
///
/// # Errors
/// If a pointer or a length is invalid.
///
/// # Safety
/// As for [`predict_one`].
pub unsafe fn predict<N: ExportC>(network: *const N, input: Array, output: ArrayMut) -> Result<(), Error> {
    let (input, output) = (input.values::<N::Scalar>(), output.values::<N::Scalar>());
    check_pointer(network)?;
    let rows = input.rows(N::Input::FEATURES)?;
    output.expect_rows(rows, N::Output::FEATURES, network)?;
    // SAFETY: the caller's contract. `output` is outside of the network.
    let network = unsafe { &*network };
    let options = N::Options::default();
    let mut tile = TapeTile::<N, Static>::new(LANES);
    for first in (0..rows).step_by(LANES) {
        let rows = first..rows.min(first + LANES);
        let load = |tile: TileMut<'_, _>| input.read_tile(rows.clone(), tile);
        let result = tile.forward((network, &options), Mode::DifferentiableInference, rows.len(), load);
        output.write_tile(rows.clone(), result);
    }
    Ok(())
}

/// Computes the gradients of `Σ output_gradient · output`: with respect to the inputs, for each row, and with respect to the
/// parameters, summed over the rows. An empty array is not computed.
///
/// # Errors
/// If a pointer or a length is invalid.
///
/// # Safety
/// As for [`predict_one`].
pub unsafe fn vjp<N: ExportC>(
    network: *const N,
    (input, output_gradient): (Array, Array),
    (input_gradient, parameter_gradient): (ArrayMut, ArrayMut),
) -> Result<(), Error> {
    let (input, output_gradient) = (input.values::<N::Scalar>(), output_gradient.values::<N::Scalar>());
    let input_gradient = input_gradient.values::<N::Scalar>();
    let parameter_gradient = parameter_gradient.values::<N::Scalar>();
    check_pointer(network)?;
    let rows = input.rows(N::Input::FEATURES)?;
    output_gradient.expect_rows(rows, N::Output::FEATURES)?;
    if !input_gradient.is_empty() {
        input_gradient.expect_rows(rows, N::Input::FEATURES, network)?;
    }
    let gradients = Gradients { input, output_gradient, input_gradient, rows };
    // SAFETY: the caller's contract. The gradients are outside of the network.
    let network = unsafe { &*network };
    if parameter_gradient.is_empty() {
        return without_parameters(network, &gradients);
    }
    parameter_gradient.expect_rows(1, N::COUNT, network)?;
    parameter_gradient.clear();
    // SAFETY: `COUNT` scalars, all zero.
    unsafe { gradients.compute(network, parameter_gradient.as_mut_ptr().cast(), true) };
    Ok(())
}

/// Computes the gradient with respect to the inputs alone. The stack holds the gradient with respect to the parameters.
#[inline(never)]
fn without_parameters<N: BaseNetwork>(network: &N, gradients: &Gradients<N::Scalar>) -> Result<(), Error> {
    let mut parameters = MaybeUninit::<N>::zeroed();
    // SAFETY: zero bits are a valid network.
    unsafe { gradients.compute(network, parameters.as_mut_ptr(), false) };
    Ok(())
}

/// Arrays of a backward pass, with lengths that were checked.
struct Gradients<T> {
    input: Values<T>,
    output_gradient: Values<T>,
    input_gradient: ValuesMut<T>,
    rows: usize,
}

impl<T: Scalar> Gradients<T> {
    /// Runs forward and backward, a register of rows at a time.
    ///
    /// # Safety
    /// `parameters` points to an initialized network, outside of `network`. It may overlap the arrays.
    unsafe fn compute<N: BaseNetwork<Scalar = T>>(&self, network: &N, parameters: *mut N, needs_parameters: bool) {
        let options = N::Options::default();
        let mut tile = TapeTile::<N, Static>::new(LANES);
        let mut by_output = StaticBuffer::<T, N::Output>::new(N::Output::FEATURES, LANES);
        let mut by_input = StaticBuffer::<T, N::Input>::new(N::Input::FEATURES, LANES);
        for first in (0..self.rows).step_by(LANES) {
            let rows = first..self.rows.min(first + LANES);
            let load = |tile: TileMut<'_, T>| self.input.read_tile(rows.clone(), tile);
            tile.forward((network, &options), Mode::DifferentiableInference, rows.len(), load);
            let mut output = by_output.tile_mut(N::Output::FEATURES, rows.len());
            self.output_gradient.read_tile(rows.clone(), output.reborrow());
            let input = by_input.tile_mut(N::Input::FEATURES, rows.len());
            // SAFETY: the caller's contract. The reference ends before the next access to an array.
            let parameters = unsafe { &mut *parameters };
            let gradients = TapeGradients { output, input: Some(input), parameters, needs_parameters };
            tile.backward((network, &options), gradients);
            if !self.input_gradient.is_empty() {
                self.input_gradient.write_tile(rows.clone(), by_input.tile(N::Input::FEATURES, rows.len()));
            }
        }
    }
}
