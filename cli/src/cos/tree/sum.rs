use crate::{cos::Session, exit::Failure, output::say};

/// How many came to which end: the first kind in any case, of the others those that there were.
pub(in crate::cos) fn sum<const KINDS: usize>(counts: [(usize, &str); KINDS]) -> String {
    let kinds = counts.iter().enumerate();
    let named: Vec<String> = kinds
        .filter(|(at, (count, _))| *at == 0 || *count > 0)
        .map(|(_, (count, what))| format!("{count} {what}"))
        .collect();
    named.join(", ")
}

/// Ends with the sum; programs are told it only where there is more to it than their objects say.
pub(in crate::cos) fn conclude(
    session: &Session,
    result: Result<(), Failure>,
    sum: &str,
    all_is_well: bool,
) -> Result<(), Failure> {
    if session.output.is_json() && all_is_well {
        return result;
    }
    say(format_args!("yunmei: {sum}"));
    result.map_err(|failure| Failure::Told(Box::new(failure)))
}

#[cfg(test)]
mod tests {
    use super::sum;

    #[test]
    fn the_sum_tells_what_there_was_and_no_more() {
        let of = |copied, failed| sum([(copied, "copied"), (failed, "failed")]);
        assert_eq!(of(0, 0), "0 copied");
        assert_eq!(of(1, 0), "1 copied");
        assert_eq!(of(0, 2), "0 copied, 2 failed");
    }
}
