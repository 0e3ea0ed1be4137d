//! The error codes, `errno`: dossier, "errno". The vendor documents no HTTP status for any.

use crate::error::{
    self, ErrorCode,
    RetryClass::{self, Backoff, Never, Resign},
    ServiceErrorKind::{self, Exhausted, Invalid, NotFound, Other, Signature, Unavailable},
};

/// What is documented of `code`; `None` if it is not in the table.
pub fn lookup(code: i64) -> Option<&'static ErrorCode> {
    CODES.iter().find(|entry| entry.code == code)
}

/// One line of the table.
const fn row(
    code: i64,
    english: &'static str,
    chinese: &'static str,
    retry: RetryClass,
    kind: ServiceErrorKind,
) -> ErrorCode {
    error::row(code, "", english, chinese, 0, retry, kind)
}

/// All codes that are documented, in ascending order.
///
/// 9006 is of no kind that leaves a doubt: a failed upload is not charged.
#[rustfmt::skip]
pub static CODES: &[ErrorCode] = &[
    row(500, "any other error", "其他错误", Backoff, Unavailable),
    row(9001, "a parameter is wrong", "参数错误", Never, Invalid),
    row(9002, "the picture, or the partner's record, does not exist or has expired", "图片或合作方记录不存在，或已过期", Never, NotFound),
    row(9005, "file type not supported", "不支持的文件类型", Never, Invalid),
    row(9006, "upload failed", "上传失败", Backoff, Other),
    row(9009, "the picture is bad and could not be processed", "图片有问题，无法处理", Never, Invalid),
    row(9101, "no uploads left", "上传次数已用完", Never, Exhausted),
    row(9999, "the token is not valid: wrong secret key, or its time too far off (check the clock)", "token 无效：密钥错误，或时间偏差过大（请检查本机时钟）", Resign, Signature),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_says_in_both_languages_what_it_means() {
        assert!(CODES.is_sorted_by(|one, next| one.code < next.code));
        for entry in CODES {
            assert!(!entry.english.is_empty() && entry.english.is_ascii());
            assert!(!entry.chinese.is_ascii(), "{}", entry.code);
        }
    }

    #[test]
    fn facts_of_the_dossier() {
        let known = |code| lookup(code).map(|entry| (entry.retry, entry.kind));
        assert_eq!(known(9999), Some((Resign, Signature)));
        assert_eq!(known(9101), Some((Never, Exhausted)));
        for wrong in [9001, 9005, 9009] {
            assert_eq!(known(wrong), Some((Never, Invalid)));
        }
        assert_eq!(known(9006), Some((Backoff, Other)));
        assert_eq!(known(9002), Some((Never, NotFound)));
        assert_eq!(known(500), Some((Backoff, Unavailable)));
        for none in [0, 200, 9000, -1] {
            assert_eq!(known(none), None);
        }
    }
}
