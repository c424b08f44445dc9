//! Memory whose size is part of a type, for buffers without a heap.

use super::LANES;
use crate::layers::{Features, Joined, Shape};

/// What a buffer has room for: a value of a shape, or one of two in turn. A buffer on the heap does not ask.
///
/// # Safety
/// `Lines<T>` is nothing but scalars `T`, one after the other, without padding for `f32` and `f64`.
pub unsafe trait Room: 'static {
    /// A register's worth of each feature.
    type Lines<T: Copy + 'static>: Copy;
}

/// One of two values in turn.
#[derive(Clone, Copy, Debug)]
pub enum Either<A, B> {
    #[doc(hidden)]
    Never(core::convert::Infallible, core::marker::PhantomData<(A, B)>),
}

/// A register's worth of scalars where a register is best loaded from.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "dispatch", repr(C, align(64)))]
#[cfg_attr(not(feature = "dispatch"), repr(C, align(32)))]
pub struct Line<T>(pub(super) [T; LANES]);

/// Memory of the larger of two.
#[derive(Clone, Copy)]
#[repr(C)]
pub union Larger<A: Copy, B: Copy> {
    first: A,
    second: B,
}

/// Memory of several, one after the other.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Both<A, B>(A, B);

// SAFETY: no scalars at all.
unsafe impl Room for () {
    type Lines<T: Copy + 'static> = [Line<T>; 0];
}

// SAFETY: an array of lines, each a full register of scalars.
unsafe impl<const N: usize> Room for Features<N> {
    type Lines<T: Copy + 'static> = [Line<T>; N];
}

// SAFETY: those of another room.
unsafe impl<I: Shape> Room for Joined<I> {
    type Lines<T: Copy + 'static> = <I as Room>::Lines<T>;
}

// SAFETY: the larger of two rooms, of one alignment, so that nothing is padded.
unsafe impl<A: Room, B: Room> Room for Either<A, B> {
    type Lines<T: Copy + 'static> = Larger<A::Lines<T>, B::Lines<T>>;
}

/// The values of a tuple, from the last one back.
macro_rules! lines {
    ($scalar:ident; $last:ident) => { $last::Lines<$scalar> };
    ($scalar:ident; $first:ident $($rest:ident)+) => { Both<$first::Lines<$scalar>, lines!($scalar; $($rest)+)> };
}

macro_rules! tuples {
    ($($($part:ident)*;)*) => {$(
        // SAFETY: rooms one after the other, of one alignment, so that nothing is padded.
        unsafe impl<$($part: Room),*> Room for ($($part,)*) {
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
