//! Dates as the services write them, in UTC: no source says in which zone.

use yunmei_core::Timestamp;

/// `20200304T050607Z`, as in signatures.
pub(super) fn compact(time: Timestamp) -> String {
    written(time).replace(['-', ':'], "")
}

/// `2020-03-04 05:06:07`.
pub(super) fn spaced(time: Timestamp) -> String {
    written(time).replace("T", " ").replace("Z", "")
}

fn written(time: Timestamp) -> String {
    let seconds = i64::try_from(time.seconds()).ok();
    let time = seconds.and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    // Behind the year 9999, nobody is there to read it.
    time.unwrap_or(jiff::Timestamp::MAX).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_in_both_ways() {
        let time = Timestamp::from_seconds(1_583_298_367);
        assert_eq!(compact(time), "20200304T050607Z");
        assert_eq!(spaced(time), "2020-03-04 05:06:07");
        assert!(spaced(Timestamp::from_seconds(u64::MAX)).starts_with("9999-12-3"));
    }
}
