//! Runs kernels with the widest instruction set of the processor.
//!
//! With the feature `dispatch`, it is detected at run time, so one binary fits every processor. Without it, it is the set
//! that the crate is compiled for.
//!
//! ```text
//! T::dispatch(kernel)                            // T is f32 or f64
//!   match the selected set
//!     AVX-512 => with_avx512(kernel)             // a function that enables AVX-512
//!                  kernel.run::<Avx512F32>()     // inlined into it, as all intrinsics are
//! ```

use core::fmt;
use core::str::FromStr;
use core::sync::atomic::{AtomicU8, Ordering};

use super::vector::Vector;
use detection::{has_avx2, has_avx512};

/// A loop over registers, generic over the register type. [`Dispatch::dispatch`] compiles it for each instruction set.
pub trait Kernel<T> {
    /// Result of the loop.
    type Output;
    /// Runs the loop. Every function that it calls must be `#[inline(always)]`, because only inlined code is compiled with
    /// the instruction set enabled.
    fn run<V: Vector<Scalar = T>>(self) -> Self::Output;
    /// Runs the loop with the selected instruction set. A kernel that needs scratch memory overrides this to provide it.
    #[inline]
    fn launch(self) -> Self::Output
    where
        T: Dispatch,
        Self: Sized,
    {
        T::dispatch(self)
    }
}

/// An instruction set that kernels are compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum InstructionSet {
    /// The set that every processor of the target has: SSE2 on x86-64, NEON on 64-bit ARM, `simd128` on
    /// WebAssembly if the build has it, plain arrays elsewhere.
    Baseline = 1,
    /// AVX2 with FMA: 256-bit registers.
    Avx2 = 2,
    /// AVX-512 F, VL, BW and DQ: 512-bit registers.
    Avx512 = 3,
}

/// The processor does not have the requested instruction set.
#[derive(Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this processor does not support {requested}, the widest supported instruction set is {widest}")]
pub struct UnsupportedInstructionSet {
    /// The requested set.
    pub requested: InstructionSet,
    /// The widest set of this processor.
    pub widest: InstructionSet,
}

/// The name is not that of an instruction set.
#[derive(Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown instruction set, expected baseline, AVX2 or AVX-512")]
pub struct UnknownInstructionSet;

/// The selected set as `InstructionSet as u8`. Zero until the first kernel runs.
static SELECTED: AtomicU8 = AtomicU8::new(0);

impl InstructionSet {
    /// All instruction sets, from narrow to wide.
    pub const ALL: [Self; 3] = [Self::Baseline, Self::Avx2, Self::Avx512];

    const fn name(self) -> &'static str {
        match self {
            Self::Baseline => "baseline",
            Self::Avx2 => "AVX2",
            Self::Avx512 => "AVX-512",
        }
    }

    /// Returns the widest set of this processor.
    pub fn widest() -> Self {
        if has_avx512() {
            Self::Avx512
        } else if has_avx2() {
            Self::Avx2
        } else {
            Self::Baseline
        }
    }

    /// Returns the set that kernels run with.
    #[inline]
    pub fn selected() -> Self {
        match SELECTED.load(Ordering::Relaxed) {
            1 => Self::Baseline,
            2 => Self::Avx2,
            3 => Self::Avx512,
            _ => Self::detect(),
        }
    }

    #[cold]
    fn detect() -> Self {
        let widest = Self::widest();
        SELECTED.store(widest as u8, Ordering::Relaxed);
        widest
    }

    /// Selects the set that all kernels of this process run with, for tests and benchmarks.
    ///
    /// # Errors
    /// If the processor does not have the set. Then the selection is unchanged.
    pub fn select(self) -> Result<(), UnsupportedInstructionSet> {
        let widest = Self::widest();
        if self > widest {
            return Err(UnsupportedInstructionSet { requested: self, widest });
        }
        SELECTED.store(self as u8, Ordering::Relaxed);
        Ok(())
    }
}

impl fmt::Display for InstructionSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl fmt::Debug for UnsupportedInstructionSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for UnknownInstructionSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Parses the name of a set. Case and hyphens are ignored: `avx512`.
impl FromStr for InstructionSet {
    type Err = UnknownInstructionSet;

    fn from_str(name: &str) -> Result<Self, UnknownInstructionSet> {
        fn letters(name: &str) -> impl Iterator<Item = u8> {
            name.bytes().filter(|&letter| letter != b'-').map(|letter| letter.to_ascii_lowercase())
        }
        Self::ALL.into_iter().find(|set| letters(set.name()).eq(letters(name))).ok_or(UnknownInstructionSet)
    }
}

#[cfg(all(target_arch = "x86_64", feature = "dispatch", not(miri)))]
mod detection {
    cpufeatures::new!(avx2, "avx2", "fma");
    cpufeatures::new!(avx512, "avx2", "fma", "avx512f", "avx512vl", "avx512bw", "avx512dq");

    pub(super) fn has_avx2() -> bool {
        avx2::get()
    }

    pub(super) fn has_avx512() -> bool {
        avx512::get()
    }
}

/// Without detection, AVX2 is used if the build requires it. AVX-512 is not, because its registers are wider than the
/// padding of tiles.
#[cfg(not(all(target_arch = "x86_64", feature = "dispatch", not(miri))))]
mod detection {
    pub(super) fn has_avx2() -> bool {
        cfg!(all(target_arch = "x86_64", not(miri), target_feature = "avx2", target_feature = "fma"))
    }

    pub(super) fn has_avx512() -> bool {
        false
    }
}

/// A scalar type with registers for each instruction set.
pub trait Dispatch: Sized {
    /// A register of one lane: the scalar itself.
    type Single: Vector<Scalar = Self>;

    /// Runs a kernel with the selected instruction set.
    #[inline]
    fn dispatch<K: Kernel<Self>>(kernel: K) -> K::Output {
        // SAFETY: `detect` and `select` only store sets that `widest` has found in the processor.
        unsafe { Self::dispatch_to(InstructionSet::selected(), kernel) }
    }

    /// Runs a kernel with the given instruction set.
    ///
    /// # Safety
    /// The processor must have the set.
    unsafe fn dispatch_to<K: Kernel<Self>>(set: InstructionSet, kernel: K) -> K::Output;

    /// Runs a kernel with every register type that this processor supports, and checks each result. It ignores the
    /// selected set, which tests that run in parallel share.
    #[cfg(test)]
    fn dispatch_to_each<K: Kernel<Self>>(mut kernel: impl FnMut() -> K, mut check: impl FnMut(&str, K::Output)) {
        Self::dispatch_to_all(&mut kernel, &mut check);
    }

    /// Runs and checks a kernel as [`Self::dispatch_to_each`] does, compiled once for each kernel.
    #[cfg(test)]
    fn dispatch_to_all<K: Kernel<Self>>(kernel: &mut dyn FnMut() -> K, check: &mut dyn FnMut(&str, K::Output));
}

macro_rules! dispatch {
    ($($scalar:ty: $avx512:ident, $avx2:ident, $sse2:ident, $neon:ident, $wasm:ident, $portable:ident;)*) => {$(
        impl Dispatch for $scalar {
            type Single = Self;

            #[inline]
            unsafe fn dispatch_to<K: Kernel<Self>>(set: InstructionSet, kernel: K) -> K::Output {
                #[cfg(all(target_arch = "x86_64", not(miri)))]
                {
                    match set {
                        #[cfg(feature = "dispatch")]
                        // SAFETY: the caller's contract.
                        InstructionSet::Avx512 => unsafe { with_avx512::<super::x86::$avx512, K>(kernel) },
                        #[cfg(any(feature = "dispatch", all(target_feature = "avx2", target_feature = "fma")))]
                        // SAFETY: the caller's contract.
                        InstructionSet::Avx2 => unsafe { with_avx2::<super::x86::$avx2, K>(kernel) },
                        _ => super::x86::$sse2::call(kernel),
                    }
                }
                #[cfg(not(all(target_arch = "x86_64", not(miri))))]
                let _ = set;
                #[cfg(all(target_arch = "aarch64", not(miri)))]
                {
                    kernel.run::<super::neon::$neon>()
                }
                #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
                {
                    kernel.run::<super::wasm::$wasm>()
                }
                #[cfg(any(not(any(target_arch = "x86_64", target_arch = "aarch64", all(target_arch = "wasm32", target_feature = "simd128"))), miri))]
                {
                    kernel.run::<super::portable::$portable>()
                }
            }

            #[cfg(test)]
            #[inline(never)]
            fn dispatch_to_all<K: Kernel<Self>>(kernel: &mut dyn FnMut() -> K, check: &mut dyn FnMut(&str, K::Output)) {
                for set in InstructionSet::ALL.into_iter().filter(|&set| set <= InstructionSet::widest()) {
                    // SAFETY: the processor has the sets up to the widest.
                    check(&set.to_string(), unsafe { Self::dispatch_to(set, kernel()) });
                }
                check("portable", kernel().run::<super::portable::$portable>());
                check("single", kernel().run::<Self>());
            }
        }
    )*};
}

dispatch! {
    f32: Avx512F32, Avx2F32, Sse2F32, NeonF32, WasmF32, PortableF32;
    f64: Avx512F64, Avx2F64, Sse2F64, NeonF64, WasmF64, PortableF64;
}

#[cfg(target_arch = "x86_64")]
#[cfg_attr(not(feature = "dispatch"), allow(dead_code, reason = "the build determines which set is used"))]
#[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq,avx2,fma")]
pub(super) fn with_avx512<V: Vector, K: Kernel<V::Scalar>>(kernel: K) -> K::Output {
    kernel.run::<V>()
}

#[cfg(target_arch = "x86_64")]
#[cfg_attr(not(feature = "dispatch"), allow(dead_code, reason = "the build determines which set is used"))]
#[target_feature(enable = "avx2,fma")]
pub(super) fn with_avx2<V: Vector, K: Kernel<V::Scalar>>(kernel: K) -> K::Output {
    kernel.run::<V>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_parsed_from_its_name() {
        for set in InstructionSet::ALL {
            assert_eq!(set.to_string().parse(), Ok(set));
            assert_eq!(set.to_string().to_lowercase().replace('-', "").parse(), Ok(set));
        }
        for name in ["", "AVX", "AVX-512F", "avx 2"] {
            assert_eq!(name.parse::<InstructionSet>(), Err(UnknownInstructionSet), "{name}");
        }
    }
}
