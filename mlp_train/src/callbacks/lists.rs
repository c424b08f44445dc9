//! Lists of callbacks: tuples, `Vec`, `Option`, references, boxes.

use super::{Callback, CallbackResult, Training};
use mlp_core::layers::Module;

/// A list of callbacks. As a [`Callback`], it calls the method of each in turn.
trait List<N: Module> {
    /// Calls `call` with each callback, up to the first error.
    fn each(&mut self, call: &mut dyn FnMut(&mut dyn Callback<N>) -> CallbackResult) -> CallbackResult;
}

macro_rules! callbacks {
    (@ $($method:ident)*; [$($generic:ident),*] $list:ty, $empty:expr, $logs:expr) => {
        impl<N: Module, $($generic: Callback<N>),*> Callback<N> for $list {
            $(
                fn $method(&mut self, training: &mut Training<'_, N>) -> CallbackResult {
                    self.each(&mut |callback| callback.$method(training))
                }
            )*
            fn is_empty(&self) -> bool {
                let is_empty: fn(&Self) -> bool = $empty;
                is_empty(self)
            }
            fn logs_metrics(&self) -> bool {
                let logs_metrics: fn(&Self) -> bool = $logs;
                logs_metrics(self)
            }
        }
    };
    ($([$($generic:ident),*] $list:ty: $empty:expr, $logs:expr;)*) => {$(
        callbacks! {
            @ on_train_begin on_train_end on_epoch_begin on_epoch_end on_batch_begin on_batch_end on_diverged
            ; [$($generic),*] $list, $empty, $logs
        }
    )*};
}

callbacks! {
    [C] &mut C: |callback| (**callback).is_empty(), |callback| (**callback).logs_metrics();
    [C] Vec<C>: |list| list.iter().all(Callback::is_empty), |list| list.iter().any(Callback::logs_metrics);
    [C] Option<C>: |list| list.iter().all(Callback::is_empty), |list| list.iter().any(Callback::logs_metrics);
    [] Box<dyn Callback<N> + '_>: |callback| (**callback).is_empty(), |callback| (**callback).logs_metrics();
}

impl<N: Module, C: Callback<N>> List<N> for &mut C {
    fn each(&mut self, call: &mut dyn FnMut(&mut dyn Callback<N>) -> CallbackResult) -> CallbackResult {
        call(*self)
    }
}

impl<N: Module, C: Callback<N>> List<N> for Vec<C> {
    fn each(&mut self, call: &mut dyn FnMut(&mut dyn Callback<N>) -> CallbackResult) -> CallbackResult {
        self.iter_mut().try_for_each(|callback| call(callback))
    }
}

impl<N: Module, C: Callback<N>> List<N> for Option<C> {
    fn each(&mut self, call: &mut dyn FnMut(&mut dyn Callback<N>) -> CallbackResult) -> CallbackResult {
        self.iter_mut().try_for_each(|callback| call(callback))
    }
}

impl<N: Module> List<N> for Box<dyn Callback<N> + '_> {
    fn each(&mut self, call: &mut dyn FnMut(&mut dyn Callback<N>) -> CallbackResult) -> CallbackResult {
        call(&mut **self)
    }
}

macro_rules! tuples {
    ($($($callback:ident $index:tt),*;)*) => {$(
        impl<N: Module, $($callback: Callback<N>),*> List<N> for ($($callback,)*) {
            fn each(&mut self, _call: &mut dyn FnMut(&mut dyn Callback<N>) -> CallbackResult) -> CallbackResult {
                $(_call(&mut self.$index)?;)*
                Ok(())
            }
        }
        callbacks! {
            [$($callback),*] ($($callback,)*):
            |_callbacks: &Self| true $(&& _callbacks.$index.is_empty())*,
            |_callbacks: &Self| false $(|| _callbacks.$index.logs_metrics())*;
        }
    )*};
}

tuples! {
    ;
    A 0;
    A 0, B 1;
    A 0, B 1, C 2;
    A 0, B 1, C 2, D 3;
    A 0, B 1, C 2, D 3, E 4;
    A 0, B 1, C 2, D 3, E 4, F 5;
}
