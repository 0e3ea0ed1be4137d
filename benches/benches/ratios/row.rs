//! One line of the table.

use std::io::{self, Write};

use yunmei_benches::interleaved::{self, Effort, Pair};

/// One comparison.
pub(crate) struct Row {
    name: &'static str,
    pair: Pair,
    bound: Option<f64>,
    allocations: u64,
    allowed: Option<u64>,
}

impl Row {
    /// With the ratio that it must keep.
    pub(crate) fn within(self, bound: f64) -> Row {
        let bound = Some(bound);
        Row { bound, ..self }
    }

    /// With the number of allocations that it may make.
    pub(crate) fn allocating(self, allowed: u64) -> Row {
        let allowed = Some(allowed);
        Row { allowed, ..self }
    }

    pub(crate) fn is_over(&self) -> bool {
        self.bound.is_some_and(|bound| self.pair.ratio > bound) || self.allocates_too_much()
    }

    pub(crate) fn allocates_too_much(&self) -> bool {
        self.allowed
            .is_some_and(|allowed| self.allocations > allowed)
    }
}

/// Times both, and counts what ours allocates.
pub(crate) fn compare(
    name: &'static str,
    effort: Effort,
    mut ours: impl FnMut(),
    limit: impl FnMut(),
) -> Row {
    let allocations = allocation_counter::measure(&mut ours).count_total;
    let mut pair = None;
    // Counting would add the same to both, and bring them closer than they are.
    allocation_counter::opt_out(|| pair = Some(interleaved::measure(effort, ours, limit)));
    Row {
        name,
        pair: pair.expect("it was measured"),
        bound: None,
        allocations,
        allowed: None,
    }
}

/// Prints the table.
pub(crate) fn print(rows: &[Row]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{:24} {:>12} {:>12} {:>7} {:>12}  bounds",
        "name", "ours_ns", "limit_ns", "ratio", "allocations"
    )?;
    for row in rows {
        let Row { name, pair, .. } = row;
        write!(
            out,
            "{name:24} {:12.1} {:12.1} {:7.3} {:12} ",
            pair.ours, pair.limit, pair.ratio, row.allocations
        )?;
        if let Some(bound) = row.bound {
            write!(out, " ratio <= {bound}")?;
        }
        if let Some(allowed) = row.allowed {
            write!(out, " allocations <= {allowed}")?;
        }
        match (row.bound, row.allowed) {
            (None, None) => writeln!(out, " none")?,
            _ => writeln!(out, " {}", if row.is_over() { "over" } else { "ok" })?,
        }
    }
    Ok(())
}
