//! Networks for serde.

pub use crate::__implement_serde as implement_serde;
pub use mlp_core::serde_boxed::{Deserialize, Deserializer, Serialize, Serializer};

/// Implements serde's traits for a network, given its generics without and with the lifetime `'__de`.
#[doc(hidden)]
#[macro_export]
macro_rules! __implement_serde {
    ([$($generics:tt)*] [$($deserialized:tt)*] $network:ty) => {
        impl $($generics)* $crate::__private::Serialize for $network {
            fn serialize<__S: $crate::__private::Serializer>(
                &self,
                serializer: __S,
            ) -> ::core::result::Result<__S::Ok, __S::Error> {
                $crate::serde_boxed::serialize(&self, serializer)
            }
        }

        impl $($deserialized)* $crate::__private::Deserialize<'__de> for $network {
            fn deserialize<__D: $crate::__private::Deserializer<'__de>>(
                deserializer: __D,
            ) -> ::core::result::Result<Self, __D::Error> {
                ::core::result::Result::map($crate::serde_boxed::deserialize(deserializer), |network| *network)
            }
        }
    };
}
