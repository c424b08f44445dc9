//! Prediction of the rows of a table, with the columns, fills and categories of the training.

use mlp_core::layers::Features;
use mlp_core::optimizers::Optimizer;
use mlp_data::{FileError, Table, TableEncoder};

use super::{Compiled, Network};
use crate::batch_shape::BatchShape;
use crate::error::TableError;

impl<N, O, L, M, const INPUTS: usize> Compiled<N, O, L, M>
where
    N: Network<Input = Features<INPUTS>>,
    O: Optimizer,
{
    /// Keeps the encoder that made the inputs from a table, for [`predict_table`](Self::predict_table). `save` and
    /// checkpoints write it, `load` reads it.
    ///
    /// # Errors
    /// If the encoder makes another number of features than the network has inputs.
    pub fn set_table_encoder(&mut self, encoder: &TableEncoder) -> Result<(), FileError> {
        encoder.check_width(INPUTS)?;
        self.learner.table_encoder = Some(encoder.to_text());
        Ok(())
    }

    /// Returns the encoder of tables, from [`set_table_encoder`](Self::set_table_encoder) or from the file that was loaded.
    ///
    /// # Errors
    /// If the model has none, or that of the file is damaged.
    pub fn table_encoder(&self) -> Result<TableEncoder, TableError> {
        let text = self.learner.table_encoder.as_deref().ok_or(TableError::NoEncoder)?;
        Ok(TableEncoder::from_text(text)?)
    }

    /// Returns the predictions for all rows of a table of raw values, one row each. The same columns, fills and categories
    /// apply as in the training.
    ///
    /// # Errors
    /// If the model has no encoder, or the table lacks a column or has an invalid field.
    pub fn predict_table(&self, table: &Table) -> Result<<N::Output as BatchShape>::Batch<N::Scalar>, TableError>
    where
        N::Output: BatchShape,
    {
        let x = self.table_encoder()?.transform::<N::Scalar, INPUTS>(table)?;
        Ok(self.predict(&x)?)
    }
}
