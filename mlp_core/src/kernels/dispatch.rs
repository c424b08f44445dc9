//! Which instruction set runs a kernel: found at run time, the same binary for every processor.

use core::fmt;
use core::str::FromStr;
use core::sync::atomic::{AtomicU8, Ordering};

use super::vector::Vector;

/// A loop over vectors, written for any register type. It becomes machine code inside [`Dispatch::dispatch`].
pub trait Kernel<T> {
    /// What the loop gives.
    type Output;
    /// Runs the loop. Every function on the way must be `#[inline(always)]`, so that all of it is compiled with the
    /// instruction set enabled.
    fn run<V: Vector<Scalar = T>>(self) -> Self::Output;
    /// Runs the loop with the selected instruction set. A kernel that needs memory besides its arguments gives it here.
    #[inline]
    fn launch(self) -> Self::Output
    where
        T: Dispatch,
        Self: Sized,
    {
        T::dispatch(self)
    }
}

/// The instruction sets with kernels of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum InstructionSet {
    /// What every processor of the target has: SSE2 on x86-64, NEON on 64-bit ARM, plain arrays elsewhere.
    Baseline = 1,
    /// AVX2 with FMA: 256-bit registers.
    Avx2 = 2,
    /// AVX-512 F, VL, BW and DQ: 512-bit registers.
    Avx512 = 3,
}

/// The instruction set asked for is not one of this processor's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this processor has no {requested}; the widest it has is {widest}")]
pub struct UnsupportedInstructionSet {
    /// What was asked for.
    pub requested: InstructionSet,
    /// The widest that can be had.
    pub widest: InstructionSet,
}

/// The set in use; zero until the first kernel runs.
static SELECTED: AtomicU8 = AtomicU8::new(0);

/// The name is no instruction set's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an instruction set is one of baseline, AVX2 and AVX-512")]
pub struct UnknownInstructionSet;

impl InstructionSet {
    /// All of them, narrow to wide.
    pub const ALL: [Self; 3] = [Self::Baseline, Self::Avx2, Self::Avx512];

    const fn name(self) -> &'static str {
        match self {
            Self::Baseline => "baseline",
            Self::Avx2 => "AVX2",
            Self::Avx512 => "AVX-512",
        }
    }

    /// The widest set this processor has. Without `std`: AVX2 if the build is for processors that have it.
    pub fn widest() -> Self {
        #[cfg(all(target_arch = "x86_64", not(miri), not(feature = "std")))]
        {
            if cfg!(all(target_feature = "avx2", target_feature = "fma")) {
                return Self::Avx2;
            }
        }
        #[cfg(all(target_arch = "x86_64", not(miri), feature = "std"))]
        {
            let avx2 = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
            let avx512 = avx2
                && is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512vl")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512dq");
            match (avx512, avx2) {
                (true, _) => return Self::Avx512,
                (_, true) => return Self::Avx2,
                _ => {}
            }
        }
        Self::Baseline
    }

    /// The set that kernels run with.
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

    /// Makes every kernel of this process run with this set: for tests, and to compare sets in one benchmark.
    ///
    /// # Errors
    /// If the processor does not have it; nothing changes then.
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

/// By its name, whose case and hyphen do not matter: `avx512`.
impl FromStr for InstructionSet {
    type Err = UnknownInstructionSet;

    fn from_str(name: &str) -> Result<Self, UnknownInstructionSet> {
        fn letters(name: &str) -> impl Iterator<Item = u8> {
            name.bytes().filter(|&letter| letter != b'-').map(|letter| letter.to_ascii_lowercase())
        }
        Self::ALL.into_iter().find(|set| letters(set.name()).eq(letters(name))).ok_or(UnknownInstructionSet)
    }
}

/// A scalar type that knows its registers.
pub trait Dispatch: Sized {
    /// Runs a kernel with the selected instruction set.
    #[inline]
    fn dispatch<K: Kernel<Self>>(kernel: K) -> K::Output {
        // SAFETY: a set is only ever selected after the processor was found to have it.
        unsafe { Self::dispatch_to(InstructionSet::selected(), kernel) }
    }

    /// Runs a kernel with an instruction set.
    ///
    /// # Safety
    /// The processor must have the set.
    unsafe fn dispatch_to<K: Kernel<Self>>(set: InstructionSet, kernel: K) -> K::Output;

    /// Runs a kernel with everything this processor can run it with, whichever is selected: tests run in parallel, and
    /// the selection is the whole process's.
    #[cfg(test)]
    fn dispatch_to_each<K: Kernel<Self>>(kernel: impl FnMut() -> K, check: impl FnMut(&str, K::Output));
}

macro_rules! dispatch {
    ($($scalar:ty: $avx512:ident, $avx2:ident, $sse2:ident, $neon:ident, $portable:ident;)*) => {$(
        impl Dispatch for $scalar {
            #[inline]
            unsafe fn dispatch_to<K: Kernel<Self>>(set: InstructionSet, kernel: K) -> K::Output {
                #[cfg(all(target_arch = "x86_64", not(miri)))]
                {
                    match set {
                        #[cfg(feature = "std")]
                        // SAFETY: the caller's contract.
                        InstructionSet::Avx512 => unsafe { with_avx512::<super::x86::$avx512, K>(kernel) },
                        #[cfg(any(feature = "std", all(target_feature = "avx2", target_feature = "fma")))]
                        // SAFETY: as above.
                        InstructionSet::Avx2 => unsafe { with_avx2::<super::x86::$avx2, K>(kernel) },
                        _ => kernel.run::<super::x86::$sse2>(),
                    }
                }
                #[cfg(not(all(target_arch = "x86_64", not(miri))))]
                let _ = set;
                #[cfg(all(target_arch = "aarch64", not(miri)))]
                {
                    kernel.run::<super::neon::$neon>()
                }
                #[cfg(any(not(any(target_arch = "x86_64", target_arch = "aarch64")), miri))]
                {
                    kernel.run::<super::portable::$portable>()
                }
            }

            #[cfg(test)]
            fn dispatch_to_each<K: Kernel<Self>>(
                mut kernel: impl FnMut() -> K,
                mut check: impl FnMut(&str, K::Output),
            ) {
                for set in InstructionSet::ALL.into_iter().filter(|&set| set <= InstructionSet::widest()) {
                    // SAFETY: the processor has the set.
                    check(&set.to_string(), unsafe { Self::dispatch_to(set, kernel()) });
                }
                check("portable", kernel().run::<super::portable::$portable>());
                check("single", kernel().run::<Self>());
            }
        }
    )*};
}

dispatch! {
    f32: Avx512F32, Avx2F32, Sse2F32, NeonF32, PortableF32;
    f64: Avx512F64, Avx2F64, Sse2F64, NeonF64, PortableF64;
}

#[cfg(all(target_arch = "x86_64", feature = "std"))]
#[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq,avx2,fma")]
fn with_avx512<V: Vector, K: Kernel<V::Scalar>>(kernel: K) -> K::Output {
    kernel.run::<V>()
}

#[cfg(all(target_arch = "x86_64", any(feature = "std", all(target_feature = "avx2", target_feature = "fma"))))]
#[target_feature(enable = "avx2,fma")]
fn with_avx2<V: Vector, K: Kernel<V::Scalar>>(kernel: K) -> K::Output {
    kernel.run::<V>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_found_by_its_name() {
        for set in InstructionSet::ALL {
            assert_eq!(set.to_string().parse(), Ok(set));
            assert_eq!(set.to_string().to_lowercase().replace('-', "").parse(), Ok(set));
        }
        for name in ["", "AVX", "AVX-512F", "avx 2"] {
            assert_eq!(name.parse::<InstructionSet>(), Err(UnknownInstructionSet), "{name}");
        }
    }
}
