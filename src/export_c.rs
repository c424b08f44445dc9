//! The macro `export_c!`.

/// Exports a network to C, C++ and Fortran: writes `extern "C"` functions whose names begin with a prefix.
///
/// The functions are those of [`c_interface`](crate::c_interface), which describes them. With `std`, a panic in a custom
/// layer becomes an error code. Without it, a panic does not unwind.
///
/// The network is a struct that a macro has defined, without generic parameters, in this crate. The prefix consists of at most
/// 30 lower-case letters, digits and underscores. Several networks can be exported, each with its prefix.
///
/// [`header`](crate::c_interface::header) and [`fortran`](crate::c_interface::fortran) return the declarations, which a build
/// script writes to files. The crate type is `staticlib` or `cdylib`.
///
/// # Examples
///
/// ```
/// use mlp::prelude::*;
///
/// sequential! {
///     pub struct Net { Dense(2 => 8, tanh), Dense(8 => 1) }
/// }
/// mlp::export_c!(Net, "net");
///
/// let header = mlp::c_interface::header::<Net>().to_string();
/// assert!(header.contains("int32_t net_predict_one("));
/// ```
#[macro_export]
macro_rules! export_c {
    ($network:ty, $prefix:literal $(,)?) => {
        const _: () = {
            use ::core::ffi::c_void;
            use $crate::__private::c_status;
            use $crate::c_interface::{self, Array, ArrayMut};

            type Network = $network;

            const _: () = ::core::assert!(
                c_interface::is_prefix($prefix),
                "expected a prefix of at most 30 lower-case letters, digits and underscores that begins with a letter",
            );

            impl c_interface::ExportC for Network {
                const PREFIX: &'static ::core::primitive::str = $prefix;
            }

            #[unsafe(export_name = ::core::concat!($prefix, "_initialize"))]
            unsafe extern "C" fn initialize(
                network: *mut Network,
                seed: ::core::primitive::u64,
            ) -> ::core::primitive::i32 {
                // SAFETY: the caller's contract.
                c_status(|| unsafe { c_interface::initialize(network, seed) })
            }

            #[unsafe(export_name = ::core::concat!($prefix, "_load"))]
            unsafe extern "C" fn load(
                network: *mut Network,
                bytes: *const ::core::primitive::u8,
                length: ::core::primitive::usize,
            ) -> ::core::primitive::i32 {
                // SAFETY: the caller's contract.
                c_status(|| unsafe { c_interface::load(network, bytes, length) })
            }

            #[unsafe(export_name = ::core::concat!($prefix, "_predict_one"))]
            unsafe extern "C" fn predict_one(
                network: *const Network,
                input: *const c_void,
                input_length: ::core::primitive::usize,
                output: *mut c_void,
                output_length: ::core::primitive::usize,
            ) -> ::core::primitive::i32 {
                // SAFETY: the caller's contract.
                c_status(|| unsafe {
                    let (input, output) = (Array::new(input, input_length), ArrayMut::new(output, output_length));
                    c_interface::predict_one(network, input, output)
                })
            }

            #[unsafe(export_name = ::core::concat!($prefix, "_predict"))]
            unsafe extern "C" fn predict(
                network: *const Network,
                input: *const c_void,
                input_length: ::core::primitive::usize,
                output: *mut c_void,
                output_length: ::core::primitive::usize,
            ) -> ::core::primitive::i32 {
                // SAFETY: the caller's contract.
                c_status(|| unsafe {
                    let (input, output) = (Array::new(input, input_length), ArrayMut::new(output, output_length));
                    c_interface::predict(network, input, output)
                })
            }

            #[unsafe(export_name = ::core::concat!($prefix, "_vjp"))]
            unsafe extern "C" fn vjp(
                network: *const Network,
                input: *const c_void,
                input_length: ::core::primitive::usize,
                output_gradient: *const c_void,
                output_gradient_length: ::core::primitive::usize,
                input_gradient: *mut c_void,
                input_gradient_length: ::core::primitive::usize,
                parameter_gradient: *mut c_void,
                parameter_gradient_length: ::core::primitive::usize,
            ) -> ::core::primitive::i32 {
                // SAFETY: the caller's contract.
                c_status(|| unsafe {
                    let input = Array::new(input, input_length);
                    let output_gradient = Array::new(output_gradient, output_gradient_length);
                    let input_gradient = ArrayMut::new(input_gradient, input_gradient_length);
                    let parameter_gradient = ArrayMut::new(parameter_gradient, parameter_gradient_length);
                    c_interface::vjp(network, (input, output_gradient), (input_gradient, parameter_gradient))
                })
            }
        };
    };
    ($($other:tt)*) => {
        ::core::compile_error!("expected a network and the prefix of its functions: `export_c!(Net, \"net\")`");
    };
}
