//! Lengths of time, as people write them.

use std::time::Duration;

use jiff::{Span, SpanRelativeTo};

/// Reads `90s`, `10m`, `1h30m`, `7d`.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let problem = || "write it like 90s, 10m, 1h30m or 7d".to_owned();
    let span: Span = text.parse().map_err(|_| problem())?;
    let length = span
        .to_duration(SpanRelativeTo::days_are_24_hours())
        .map_err(|_| problem())?;
    Duration::try_from(length).map_err(|_| problem())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_have_units() {
        let seconds = |text| parse(text).map(|length| length.as_secs());
        assert_eq!(seconds("90s"), Ok(90));
        assert_eq!(seconds("10m"), Ok(600));
        assert_eq!(seconds("1h30m"), Ok(5400));
        assert_eq!(seconds("7d"), Ok(604_800));
        assert_eq!(seconds("0s"), Ok(0));
        for bad in ["", "90", "-1s", "soon", "1mo", "99999999999d"] {
            assert!(seconds(bad).is_err(), "{bad}");
        }
    }
}
