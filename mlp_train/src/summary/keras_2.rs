//! The table as Keras 2 prints it, without trailing blanks: Keras fills every line up to the width of the table.

use core::fmt::{Formatter, Result};

use super::{Row, Summary};

/// Writes the table.
pub(super) fn write(summary: &Summary, formatter: &mut Formatter<'_>) -> Result {
    // Ends of the columns: 0.45, 0.85 and 1 of 65, or 0.3, 0.6, 0.7 and 1 of 98, as in Keras.
    let connected = summary.rows.iter().any(|row| row.connected_to.is_some());
    let ends: &[usize] = if connected { &[29, 58, 68, 98] } else { &[29, 55, 65] };
    let width = ends[ends.len() - 1];
    writeln!(formatter, "Model: \"{}\"\n{:_<width$}", summary.model_name, "")?;
    write_row(formatter, ends, ["Layer (type)", "Output Shape", "Param #", "Connected to"])?;
    writeln!(formatter, "{:=<width$}", "")?;
    for row in &summary.rows {
        let name = format!("{} ({})", row.name, row.kind);
        let parameters = row.parameters().to_string();
        write_row(formatter, ends, [&name, &row.output_shape, &parameters, &connections(row)])?;
        writeln!(formatter)?;
    }
    writeln!(formatter, "{:=<width$}", "")?;
    writeln!(formatter, "Total params: {}", summary.parameters())?;
    writeln!(formatter, "Trainable params: {}", summary.trainable())?;
    writeln!(formatter, "Non-trainable params: {}", summary.non_trainable())?;
    write!(formatter, "{:_<width$}", "")
}

/// Returns a row's connections as a Python list.
fn connections(row: &Row) -> String {
    let names: Vec<_> = row.connected_to.iter().flatten().map(|name| format!("'{name}'")).collect();
    format!("[{}]", names.join(", "))
}

/// Writes as many lines as the longest field needs. Fields beyond the last column are ignored.
fn write_row(formatter: &mut Formatter<'_>, ends: &[usize], mut fields: [&str; 4]) -> Result {
    let last = ends.len() - 1;
    while fields[..=last].iter().any(|field| !field.is_empty()) {
        let mut line = String::from(" ");
        let mut start = 0;
        for (column, (&end, field)) in ends.iter().zip(&mut fields).enumerate() {
            // Three characters stay blank between a field and the next one.
            let width = end - start - if column == last { 0 } else { 3 };
            let (part, rest) = field.split_at(line_break(field, width));
            line.push_str(part);
            let missing = end.saturating_sub(line.chars().count());
            line.extend(core::iter::repeat_n(' ', missing));
            *field = rest;
            start = end;
        }
        writeln!(formatter, "{}", line.trim_end())?;
    }
    Ok(())
}

/// Returns the byte at which to break a field: after a tuple or an item of a list, as Keras does, or at the column's end.
fn line_break(field: &str, width: usize) -> usize {
    let fits = field.char_indices().nth(width).map_or(field.len(), |(position, _)| position);
    let after_item = ["),", "},", "],", "',"].iter().filter_map(|mark| Some(field[..fits].find(mark)? + mark.len()));
    after_item.min().unwrap_or(fits)
}
