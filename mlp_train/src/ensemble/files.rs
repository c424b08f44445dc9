//! Ensembles in files.

use std::path::Path;

use mlp_core::optimizers::Optimizer;
use mlp_data::{FileError, Limits};

use super::{CompiledEnsemble, Ensemble};
use crate::heap::BoxedParameters as _;
use crate::network::Network;
use crate::weights::{self, Content, LoadOptions, MemberContent, Source, WeightsError};

impl<N: Network, const K: usize> Ensemble<N, K> {
    /// Writes the parameters of all members to one safetensors file. See [`weights`](crate::weights).
    ///
    /// # Errors
    /// If the file cannot be written. An existing file is left unchanged.
    pub fn save_weights(&self, path: impl AsRef<Path>) -> Result<(), FileError> {
        self.content()?.write(path.as_ref())
    }

    /// Returns the bytes of the file that [`save_weights`](Self::save_weights) writes.
    ///
    /// # Errors
    /// If the summary of a custom layer does not list all of its parameters.
    pub fn weights_to_bytes(&self) -> Result<Vec<u8>, FileError> {
        self.content()?.to_bytes()
    }

    fn content(&self) -> Result<Content, FileError> {
        weights::join_members(self.members.iter().map(|member| weights::weights_content(&**member)))
    }

    /// Loads the parameters of all members from a file of [`save_weights`](Self::save_weights), or from a checkpoint of
    /// [`CompiledEnsemble::save`].
    ///
    /// # Errors
    /// If the file cannot be read, has another number of members, or does not match the network. All members are left unchanged.
    pub fn load_weights(&mut self, path: impl AsRef<Path>) -> Result<(), WeightsError> {
        self.load_weights_with(path, Limits::default())
    }

    /// Loads the parameters of all members, with custom limits for a file that is not trusted.
    ///
    /// # Errors
    /// Those of [`load_weights`](Self::load_weights), and if a limit is exceeded. All members are left unchanged.
    pub fn load_weights_with(&mut self, path: impl AsRef<Path>, limits: Limits) -> Result<(), WeightsError> {
        self.load(Source::File(path.as_ref()), limits)
    }

    /// Loads the parameters of all members from the bytes of a file.
    ///
    /// # Errors
    /// If the bytes do not match the ensemble. All members are left unchanged.
    pub fn load_weights_bytes(&mut self, bytes: &[u8]) -> Result<(), WeightsError> {
        self.load(Source::Bytes(bytes), Limits::default())
    }

    fn load(&mut self, source: Source<'_>, limits: Limits) -> Result<(), WeightsError> {
        let contents = weights::split_members(source, limits, K)?;
        let load = |(member, content): (&N, &MemberContent)| {
            let mut copy = member.to_boxed();
            weights::load_weights(&mut *copy, content.source(), limits).map(|()| copy)
        };
        self.members =
            weights::join_results(self.members.iter().map(|member| &**member).zip(&contents).map(load), source)?;
        Ok(())
    }
}

impl<N: Network, O: Optimizer, L, M, const K: usize> CompiledEnsemble<N, O, L, M, K> {
    /// Writes one file with a checkpoint of every member, as [`Compiled::save`](crate::Compiled::save) writes it.
    ///
    /// # Errors
    /// If the file cannot be written. An existing file is left unchanged.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), FileError> {
        self.content()?.write(path.as_ref())
    }

    /// Returns the bytes of the file that [`save`](Self::save) writes.
    ///
    /// # Errors
    /// If the summary of a custom layer does not list all of its parameters.
    pub fn to_bytes(&self) -> Result<Vec<u8>, FileError> {
        self.content()?.to_bytes()
    }

    fn content(&self) -> Result<Content, FileError> {
        weights::join_members(self.members().iter().map(|member| member.checkpoint()))
    }

    /// Loads the checkpoints of all members, and returns the number of epochs that each had completed. The training of each
    /// member continues bit for bit, as after [`Compiled::load`](crate::Compiled::load).
    ///
    /// # Errors
    /// If the file cannot be read, has another number of members, or does not match them. All members are left unchanged.
    pub fn load(&mut self, path: impl AsRef<Path>) -> Result<[usize; K], WeightsError> {
        self.load_with(path, LoadOptions::default())
    }

    /// Loads the checkpoints of all members with options: limits for a file that is not trusted, and accepted differences.
    ///
    /// # Errors
    /// Those of [`load`](Self::load), but for accepted differences. All members are left unchanged.
    pub fn load_with(&mut self, path: impl AsRef<Path>, options: LoadOptions) -> Result<[usize; K], WeightsError> {
        self.restore(Source::File(path.as_ref()), options)
    }

    /// Loads the checkpoints of all members from the bytes of their file, as [`load`](Self::load) does.
    ///
    /// # Errors
    /// If the bytes do not match the members. All members are left unchanged.
    pub fn load_bytes(&mut self, bytes: &[u8]) -> Result<[usize; K], WeightsError> {
        self.restore(Source::Bytes(bytes), LoadOptions::default())
    }

    fn restore(&mut self, source: Source<'_>, options: LoadOptions) -> Result<[usize; K], WeightsError> {
        let contents = weights::split_members(source, options.limits, K)?;
        let read = self
            .members()
            .iter()
            .zip(&contents)
            .map(|(member, content)| member.read_checkpoint(content.source(), options));
        let checkpoints = weights::join_results(read, source)?;
        let mut epochs = [0; K];
        for ((member, checkpoint), epochs) in self.members_mut().iter_mut().zip(checkpoints).zip(&mut epochs) {
            *epochs = member.resume(checkpoint);
        }
        Ok(epochs)
    }
}
