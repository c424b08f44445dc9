//! The table as Keras 3 prints it on a terminal of 80 columns.

use core::fmt::{Formatter, Result};

use super::{Row, Summary};

/// Borders of one line: left, between the columns, right, and the line itself.
type Borders = [char; 4];

const TOP: Borders = ['┏', '┳', '┓', '━'];
const UNDER_HEADER: Borders = ['┡', '╇', '┩', '━'];
const BETWEEN: Borders = ['├', '┼', '┤', '─'];
const BOTTOM: Borders = ['└', '┴', '┘', '─'];
/// Column with numbers, which are aligned to the right.
const NUMBERS: usize = 2;

/// Writes the table.
pub(super) fn write(summary: &Summary, formatter: &mut Formatter<'_>) -> Result {
    let connected = summary.rows.iter().any(|row| row.connected_to.is_some());
    // Widths between the borders.
    let widths: &[usize] = if connected { &[21, 19, 12, 19] } else { &[33, 24, 15] };
    writeln!(formatter, "Model: \"{}\"", summary.model_name)?;
    write_border(formatter, widths, TOP)?;
    let header = ["Layer (type)", "Output Shape", "Param #", "Connected to"].map(str::to_owned);
    write_cells(formatter, widths, &header, '┃')?;
    for (index, row) in summary.rows.iter().enumerate() {
        write_border(formatter, widths, if index == 0 { UNDER_HEADER } else { BETWEEN })?;
        let name = format!("{} ({})", row.name, row.kind);
        let cells = [name, output_shape(row), with_commas(row.parameters()), connections(row)];
        write_cells(formatter, widths, &cells, '│')?;
    }
    write_border(formatter, widths, BOTTOM)?;
    let totals = [
        ("Total", summary.parameters()),
        ("Trainable", summary.trainable()),
        ("Non-trainable", summary.non_trainable()),
    ];
    for (index, (name, count)) in totals.into_iter().enumerate() {
        let size = readable_size((count * summary.scalar_bytes) as f64);
        let line_break = if index == 0 { "" } else { "\n" };
        write!(formatter, "{line_break} {name} params: {} ({size})", with_commas(count))?;
    }
    Ok(())
}

fn write_border(formatter: &mut Formatter<'_>, widths: &[usize], [left, between, right, line]: Borders) -> Result {
    let columns: Vec<_> = widths.iter().map(|&width| line.to_string().repeat(width)).collect();
    writeln!(formatter, "{left}{}{right}", columns.join(&between.to_string()))
}

/// Writes as many lines as the longest cell needs.
fn write_cells(formatter: &mut Formatter<'_>, widths: &[usize], cells: &[String], border: char) -> Result {
    let wrapped: Vec<_> = widths.iter().zip(cells).map(|(&width, cell)| wrap(cell, width - 2)).collect();
    let lines = wrapped.iter().map(Vec::len).max().unwrap_or(0);
    for line in 0..lines {
        write!(formatter, "{border}")?;
        for (column, (&width, cell)) in widths.iter().zip(&wrapped).enumerate() {
            let text = cell.get(line).map_or("", String::as_str);
            let width = width - 2;
            match column {
                NUMBERS => write!(formatter, " {text:>width$} {border}")?,
                _ => write!(formatter, " {text:<width$} {border}")?,
            }
        }
        writeln!(formatter)?;
    }
    Ok(())
}

/// Breaks a text between words. A word that is wider than the column ends with an ellipsis.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let shortened = match word.char_indices().nth(width) {
            Some(_) => word.chars().take(width - 1).chain(['…']).collect(),
            None => word.to_owned(),
        };
        let line = lines.last_mut().expect("there is a line");
        if line.is_empty() {
            line.push_str(&shortened);
        } else if line.chars().count() + 1 + shortened.chars().count() <= width {
            line.push(' ');
            line.push_str(&shortened);
        } else {
            lines.push(shortened);
        }
    }
    lines
}

/// Returns the shape without the brackets of a list of one.
fn output_shape(row: &Row) -> String {
    let shape = &row.output_shape;
    match shape.strip_prefix('[').and_then(|shape| shape.strip_suffix(']')) {
        Some(single) if !single.contains("), (") => single.to_owned(),
        _ => shape.clone(),
    }
}

/// Returns a row's connections, `-` for an input.
fn connections(row: &Row) -> String {
    let names = row.connected_to.as_deref().unwrap_or(&[]);
    if names.is_empty() { "-".to_owned() } else { names.join(", ") }
}

/// Returns a number with a comma between thousands.
fn with_commas(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Returns a number of bytes with two digits and a unit.
fn readable_size(mut bytes: f64) -> String {
    for unit in ["B", "KB", "MB", "GB", "TB"] {
        if bytes < 1024.0 {
            return format!("{bytes:.2} {unit}");
        }
        bytes /= 1024.0;
    }
    format!("{bytes:.2} PB")
}
