//! Times as texts. Years have four digits: later ones cannot be written, and are refused.

use std::fmt;

use crate::{Timestamp, error::InputError};

const DAY: u64 = 86_400;

/// The first second of the year 10 000.
const END: u64 = 253_402_300_800;

/// A time as signatures have it: `20200304T050607Z`, UTC (section 4).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct BasicTime([u8; 16]);

impl BasicTime {
    pub(super) fn new(time: Timestamp) -> Result<BasicTime, InputError> {
        let date = BasicDate::new(Day::of(time)?);
        Ok(date.at(time))
    }

    pub(super) fn as_str(&self) -> &str {
        str::from_utf8(&self.0).expect("digits")
    }

    /// Reads exactly what is written above, and only what the calendar has.
    pub(super) fn parse(text: &str) -> Option<Timestamp> {
        let text: &[u8; 16] = text.as_bytes().try_into().ok()?;
        if text[8] != b'T' || text[15] != b'Z' {
            return None;
        }
        let (year, month, of_month) = (
            number(&text[..4])?,
            number(&text[4..6])?,
            number(&text[6..8])?,
        );
        let (hour, minute, second) = (
            number(&text[9..11])?,
            number(&text[11..13])?,
            number(&text[13..15])?,
        );
        let day = Day::from_civil(year, month, of_month)?;
        let real = hour < 24 && minute < 60 && second < 60;
        real.then(|| Timestamp::from_seconds(day.0 * DAY + hour * 3600 + minute * 60 + second))
    }
}

/// A day as signatures have it, ready to have times added.
#[derive(Clone, Copy)]
pub(super) struct BasicDate([u8; 8]);

impl BasicDate {
    pub(super) fn new(day: Day) -> BasicDate {
        let (year, month, of_month) = day.civil();
        let mut text = [0; 8];
        text[..2].copy_from_slice(&two_digits(year / 100));
        text[2..4].copy_from_slice(&two_digits(year % 100));
        text[4..6].copy_from_slice(&two_digits(month));
        text[6..].copy_from_slice(&two_digits(of_month));
        BasicDate(text)
    }

    pub(super) fn as_str(&self) -> &str {
        str::from_utf8(&self.0).expect("digits")
    }

    /// The time on that day.
    pub(super) fn at(self, time: Timestamp) -> BasicTime {
        let [hour, minute, second] = clock(time.seconds());
        let mut text = *b"00000000T000000Z";
        text[..8].copy_from_slice(&self.0);
        text[9..11].copy_from_slice(&two_digits(hour));
        text[11..13].copy_from_slice(&two_digits(minute));
        text[13..15].copy_from_slice(&two_digits(second));
        BasicTime(text)
    }
}

/// Days since 1970 began, before the year 10 000.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Day(u64);

impl Day {
    pub(super) fn of(time: Timestamp) -> Result<Day, InputError> {
        match time.seconds() {
            seconds @ 0..END => Ok(Day(seconds / DAY)),
            _ => Err(InputError::Time),
        }
    }

    /// Year, month, day of the month.
    ///
    /// The year is taken to begin in March, so that the leap day is its last; 146 097 days are 400
    /// years.
    fn civil(self) -> (u64, u64, u64) {
        let shifted = self.0 + 719_468;
        let (era, of_era) = (shifted / 146_097, shifted % 146_097);
        let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let of_month = of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        (era * 400 + year + u64::from(month <= 2), month, of_month)
    }

    /// The inverse; `None` for a date that is in no calendar, or before 1970.
    fn from_civil(year: u64, month: u64, of_month: u64) -> Option<Day> {
        if !(1970..10_000).contains(&year) || !(1..=12).contains(&month) || of_month == 0 {
            return None;
        }
        let shifted = if month > 2 { year } else { year - 1 };
        let (era, of_era) = (shifted / 400, shifted % 400);
        let from_march = if month > 2 { month - 3 } else { month + 9 };
        let of_year = (153 * from_march + 2) / 5 + of_month - 1;
        let day = Day(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468);
        // The 31st of a short month would come out as a day of the next.
        (day.civil() == (year, month, of_month)).then_some(day)
    }
}

/// How far the clocks of a place are ahead of UTC; behind, if negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UtcOffset(i32);

impl UtcOffset {
    /// UTC itself.
    pub const UTC: UtcOffset = UtcOffset(0);

    /// An offset, cut to whole minutes.
    ///
    /// # Errors
    ///
    /// [`InputError::Time`] for a day or more.
    pub fn from_seconds(seconds: i32) -> Result<UtcOffset, InputError> {
        match seconds.unsigned_abs() {
            0..86_400 => Ok(UtcOffset(seconds / 60)),
            _ => Err(InputError::Time),
        }
    }
}

/// A time as RFC 3339 has it, with a numeric offset: `2020-03-04T13:06:07+08:00`; never `Z`
/// (section 6.3).
pub(super) struct Rfc3339(pub(super) Timestamp, pub(super) UtcOffset);

impl fmt::Display for Rfc3339 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Rfc3339(time, UtcOffset(minutes)) = *self;
        let local = (time.seconds()).saturating_add_signed(i64::from(minutes) * 60);
        let (year, month, day) = Day(local / DAY).civil();
        let [hour, minute, second] = clock(local);
        let sign = if minutes < 0 { '-' } else { '+' };
        let (ahead_hours, ahead_minutes) = (minutes.abs() / 60, minutes.abs() % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T")?;
        write!(f, "{hour:02}:{minute:02}:{second:02}")?;
        write!(f, "{sign}{ahead_hours:02}:{ahead_minutes:02}")
    }
}

/// Hour, minute, second of the day.
fn clock(seconds: u64) -> [u64; 3] {
    [seconds / 3600 % 24, seconds / 60 % 60, seconds % 60]
}

fn two_digits(number: u64) -> [u8; 2] {
    let digit = |number: u64| b'0' + (number % 10) as u8;
    [digit(number / 10), digit(number)]
}

fn number(digits: &[u8]) -> Option<u64> {
    let plain = digits.iter().all(u8::is_ascii_digit);
    let digits = digits.iter().map(|digit| u64::from(digit & 15));
    plain.then(|| digits.fold(0, |number, digit| number * 10 + digit))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn basic(seconds: u64) -> Result<String, InputError> {
        let time = BasicTime::new(Timestamp::from_seconds(seconds))?;
        Ok(time.as_str().to_owned())
    }

    fn rfc3339(seconds: u64, offset: i32) -> String {
        let offset = UtcOffset::from_seconds(offset).expect("an offset");
        Rfc3339(Timestamp::from_seconds(seconds), offset).to_string()
    }

    #[test]
    fn times_are_written_in_utc_with_leap_days() {
        assert_eq!(basic(0).as_deref(), Ok("19700101T000000Z"));
        assert_eq!(basic(1_583_298_367).as_deref(), Ok("20200304T050607Z"));
        assert_eq!(basic(951_827_696).as_deref(), Ok("20000229T123456Z"));
        assert_eq!(basic(1_582_934_400).as_deref(), Ok("20200229T000000Z"));
        assert_eq!(basic(4_107_542_400).as_deref(), Ok("21000301T000000Z"));
        assert_eq!(basic(END - 1).as_deref(), Ok("99991231T235959Z"));
        assert_eq!(basic(END), Err(InputError::Time));
        assert_eq!(basic(u64::MAX), Err(InputError::Time));
    }

    #[test]
    fn what_is_written_is_read_back() {
        let days = (0..END / DAY).step_by(97).chain(18_300..18_700);
        for seconds in days.map(|day| day * DAY + day % DAY) {
            let text = basic(seconds).expect("a time");
            let read = BasicTime::parse(&text).map(Timestamp::seconds);
            assert_eq!(read, Some(seconds), "{text}");
        }
    }

    #[test]
    fn what_no_calendar_has_is_not_read() {
        for bad in [
            "",
            "20200304T050607",
            "2020-03-04T05:06:07Z",
            "20200304t050607Z",
            "20200230T000000Z",
            "20190229T000000Z",
            "20200431T000000Z",
            "20201301T000000Z",
            "20200001T000000Z",
            "20200100T000000Z",
            "20200304T240000Z",
            "20200304T006000Z",
            "20200304T000060Z",
            "19691231T235959Z",
            "+2020304T050607Z",
            "2020影4T050607Z",
        ] {
            assert_eq!(BasicTime::parse(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn local_times_carry_their_offset_east_and_west() {
        assert_eq!(rfc3339(1_583_298_367, 0), "2020-03-04T05:06:07+00:00");
        assert_eq!(rfc3339(1_583_298_367, 28_800), "2020-03-04T13:06:07+08:00");
        // The reference cuts these at the first hyphen of the date (section 14, 7).
        assert_eq!(rfc3339(1_583_298_367, -18_000), "2020-03-04T00:06:07-05:00");
        assert_eq!(rfc3339(1_583_298_367, -34_200), "2020-03-03T19:36:07-09:30");
        assert_eq!(rfc3339(1_583_298_367, 20_700), "2020-03-04T10:51:07+05:45");
        assert_eq!(UtcOffset::from_seconds(86_400), Err(InputError::Time));
        assert_eq!(UtcOffset::from_seconds(i32::MIN), Err(InputError::Time));
    }
}
