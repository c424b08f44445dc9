//! Sizes that are part of a type, for memory without a heap.

use core::slice;

use super::LANES;

/// Static memory for one register of samples of a shape.
///
/// # Safety
/// `Lines<T>` must consist of scalars `T` alone, one after another, without padding for `f32` and `f64`, and zero bits
/// must be a valid value.
pub unsafe trait StaticSize: 'static {
    /// One register of samples of each feature.
    type Lines<T: Copy + 'static>: Copy;
}

/// Memory that holds either of two values, one at a time.
#[derive(Clone, Copy, Debug)]
pub enum MaxOf<A, B> {
    #[doc(hidden)]
    Never(core::convert::Infallible, core::marker::PhantomData<(A, B)>),
}

/// One register of scalars, aligned for the widest load of the build.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "dispatch", repr(C, align(64)))]
#[cfg_attr(not(feature = "dispatch"), repr(C, align(32)))]
pub struct CacheLine<T>([T; LANES]);

impl<T: Copy> CacheLine<T> {
    /// Creates a line with all elements equal to `value`.
    pub const fn splat(value: T) -> Self {
        Self([value; LANES])
    }

    /// Returns the elements of several lines.
    pub const fn elements(lines: &[Self]) -> &[T] {
        const { assert!(size_of::<Self>() == LANES * size_of::<T>(), "a line of such elements has padding") };
        // SAFETY: a line is `LANES` elements without padding, as checked above.
        unsafe { slice::from_raw_parts(lines.as_ptr().cast(), lines.len() * LANES) }
    }

    /// Returns the elements of several lines, for writing.
    pub const fn elements_mut(lines: &mut [Self]) -> &mut [T] {
        const { assert!(size_of::<Self>() == LANES * size_of::<T>(), "a line of such elements has padding") };
        // SAFETY: as in `elements`; a line may hold any elements.
        unsafe { slice::from_raw_parts_mut(lines.as_mut_ptr().cast(), lines.len() * LANES) }
    }
}

/// Memory of the larger of two values.
#[derive(Clone, Copy)]
#[repr(C)]
pub union MaxUnion<A: Copy, B: Copy> {
    first: A,
    second: B,
}

/// Memory of two values, one after the other.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Pair<A, B>(A, B);

// SAFETY: no scalars at all.
unsafe impl StaticSize for () {
    type Lines<T: Copy + 'static> = [CacheLine<T>; 0];
}

// SAFETY: the larger of two memories of one alignment, so no padding is added.
unsafe impl<A: StaticSize, B: StaticSize> StaticSize for MaxOf<A, B> {
    type Lines<T: Copy + 'static> = MaxUnion<A::Lines<T>, B::Lines<T>>;
}

/// Nests the memories of a tuple in pairs, from the last one back.
macro_rules! lines {
    ($scalar:ident; $last:ident) => { $last::Lines<$scalar> };
    ($scalar:ident; $first:ident $($rest:ident)+) => { Pair<$first::Lines<$scalar>, lines!($scalar; $($rest)+)> };
}

macro_rules! tuples {
    ($($($part:ident)*;)*) => {$(
        // SAFETY: memories of one alignment, one after another, so no padding is added.
        unsafe impl<$($part: StaticSize),*> StaticSize for ($($part,)*) {
            type Lines<T: Copy + 'static> = lines!(T; $($part)*);
        }
    )*};
}

tuples! {
    A B;
    A B C;
    A B C D;
    A B C D E;
    A B C D E F;
    A B C D E F G;
    A B C D E F G H;
}
