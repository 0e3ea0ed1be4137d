//! The error codes of Wanxiang: dossier section 10. There are three tables: of photos and videos,
//! of porn detection, and of the download host.
//!
//! Of photos and videos, the codes from -47 to -197 and -4016 are those of the sister product; that
//! this service uses them too is likely, not documented (section 10.1). The statuses are those of
//! the sister product there, and 400 for the service's own, as its pages say.

use crate::error::{
    self, ErrorCode,
    RetryClass::{self, Backoff, Never, Resign, State, Throttled},
    ServiceErrorKind::{
        self, Denied, Exists, Invalid, Mismatch, NotFound, Other, Replayed, Signature, Unavailable,
        Unfinished,
    },
};

/// The code for a picture or video that is not there.
pub(super) const MISSING: i64 = -197;

/// The code for a file id that is taken.
pub(super) const TAKEN: i64 = -177;

/// The code for an upload by slices that the service does not know.
pub(super) const UNKNOWN_SESSION: i64 = -5983;

/// What is documented of `code` for photos and videos.
pub fn lookup(code: i64) -> Option<&'static ErrorCode> {
    find(CODES, code)
}

/// What is documented of `code` for porn detection.
pub fn lookup_detection(code: i64) -> Option<&'static ErrorCode> {
    find(DETECTION_CODES, code)
}

/// What is documented of `code` for downloads.
pub fn lookup_download(code: i64) -> Option<&'static ErrorCode> {
    find(DOWNLOAD_CODES, code)
}

fn find(codes: &'static [ErrorCode], code: i64) -> Option<&'static ErrorCode> {
    let at = codes.binary_search_by_key(&code, |entry| entry.code).ok()?;
    codes.get(at)
}

/// One line of a table; a `status` of 0 stands for none.
const fn row(
    code: i64,
    english: &'static str,
    chinese: &'static str,
    status: u16,
    retry: RetryClass,
    kind: ServiceErrorKind,
) -> ErrorCode {
    error::row(code, "", english, chinese, status, retry, kind)
}

/// Photos and videos (section 10.1), in ascending order.
#[rustfmt::skip]
pub static CODES: &[ErrorCode] = &[
    row(-5999, "bad parameter", "参数错误", 400, Never, Invalid),
    row(-5998, "signature malformed", "签名格式错误", 400, Never, Signature),
    row(-5997, "back-end network failure", "后端网络错误", 400, Backoff, Unavailable),
    row(-5996, "wrong HTTP method", "HTTP 请求方法错误", 400, Never, Invalid),
    row(-5995, "wrong file size", "文件大小错误", 400, Never, Invalid),
    row(-5994, "address of no known form", "URL 格式不匹配", 400, Never, Invalid),
    row(-5993, "bad form", "multipart/form-data 参数错误", 400, Never, Invalid),
    row(-5992, "bad request parameter", "请求参数错误", 400, Never, Invalid),
    row(-5991, "slice too large", "分片过大", 400, Never, Invalid),
    row(-5990, "no filecontent field", "找不到 filecontent 字段", 400, Never, Invalid),
    row(-5989, "upload failed", "上传失败", 400, Backoff, Other),
    row(-5988, "front end failed to start", "前端初始化失败", 400, Backoff, Unavailable),
    row(-5987, "internal encoding failed", "内部编码错误", 400, Backoff, Unavailable),
    row(-5986, "internal decoding failed", "内部解码错误", 400, Backoff, Unavailable),
    row(-5985, "no route to the back end", "获取后端路由错误", 400, Backoff, Unavailable),
    row(-5984, "SHA-1 does not match", "SHA-1 校验不一致", 400, Never, Mismatch),
    row(-5983, "unknown session: begin the upload by slices again", "会话错误，请重新开始分片上传", 400, State, Unfinished),
    row(-5982, "connection to the back end failed", "连接后端失败", 400, Backoff, Unavailable),
    row(-5981, "connection to the back end failed", "连接后端失败", 400, Backoff, Unavailable),
    row(-5062, "the picture is blocked as illegal", "图片违规，已被封禁", 0, Never, Denied),
    row(-4016, "SHA-1 check failed", "SHA-1 校验失败", 409, Never, Mismatch),
    row(-1886, "not documented; seen on uploads, where trying again did not help", "含义未公开；上传时出现，重试无效", 0, Never, Other),
    row(-197, "no such picture or video", "文件不存在", 404, Never, NotFound),
    row(-196, "unavailable", "服务不可用", 503, Backoff, Unavailable),
    row(-195, "storage failure", "存储失败", 500, Backoff, Unavailable),
    row(-177, "the file id is taken", "文件已存在", 409, Never, Exists),
    row(-133, "no such bucket", "Bucket 不存在", 404, Never, NotFound),
    row(-97, "the signature does not verify", "签名校验失败", 403, Never, Signature),
    row(-71, "too many requests", "请求过于频繁", 503, Throttled, ServiceErrorKind::Throttled),
    row(-70, "the appid in the signature differs", "签名中的 AppID 不一致", 403, Never, Signature),
    row(-63, "the file id in the signature differs", "签名中的 fileid 不一致", 403, Never, Signature),
    row(-61, "the bucket in the signature differs", "签名中的 Bucket 不一致", 403, Never, Signature),
    row(-59, "the signature has expired: check the clock", "签名已过期，请检查时钟", 403, Resign, Signature),
    row(-48, "the signature was computed wrongly", "签名计算错误", 403, Never, Signature),
    row(-47, "the secret id is not known", "SecretID 不存在", 403, Never, Signature),
];

/// Porn detection: the second of the two numberings (section 10.2), in ascending order.
#[rustfmt::skip]
pub static DETECTION_CODES: &[ErrorCode] = &[
    row(-5062, "the stored picture is blocked", "图片已被封禁", 0, Never, Denied),
    row(-1507, "the host of the picture was not reached", "图片源站不可达", 0, Backoff, Unavailable),
    row(-1506, "fetching the picture took too long", "下载图片超时", 0, Backoff, Unavailable),
    row(-1505, "bad address", "URL 格式错误", 0, Never, Invalid),
    row(-1404, "the format of the picture is not recognised", "无法识别图片格式", 0, Never, Invalid),
    row(-1403, "the address could not be fetched", "下载图片失败", 0, Backoff, Unavailable),
    row(-1400, "bad picture format", "图片格式错误", 0, Never, Invalid),
    row(-1308, "the address could not be fetched", "下载图片失败", 0, Backoff, Unavailable),
    row(-1301, "parameter empty", "参数为空", 0, Never, Invalid),
    row(-1300, "picture empty", "图片为空", 0, Never, Invalid),
    row(-1102, "the picture cannot be decoded", "图片解码失败", 0, Never, Invalid),
    row(3, "bad request, or the account is suspended for debt", "请求错误，或账号欠费停服", 0, Never, Invalid),
    row(4, "no signature", "签名为空", 401, Never, Signature),
    row(5, "signature malformed", "签名串错误", 401, Never, Signature),
    row(6, "appid, bucket or address do not match the signature", "签名中的 AppID、Bucket 或 URL 与请求不一致", 401, Never, Signature),
    row(7, "internal signature coding failed", "签名编码失败（内部错误）", 0, Backoff, Unavailable),
    row(8, "internal signature coding failed", "签名解码失败（内部错误）", 0, Backoff, Unavailable),
    row(9, "the signature has expired: check the clock", "签名过期，请检查时钟", 401, Resign, Signature),
    row(10, "no such appid", "AppID 不存在", 0, Never, NotFound),
    row(11, "no such secret id", "SecretID 不存在", 401, Never, Signature),
    row(12, "the appid does not match", "AppID 不匹配", 401, Never, Signature),
    // Not at once: signatures of one second are the same (section 3.2).
    row(13, "the signature was used before", "重放攻击", 0, Throttled, Replayed),
    row(14, "the signature does not verify", "签名校验失败", 401, Never, Signature),
    row(15, "too many requests", "操作太频繁", 0, Throttled, ServiceErrorKind::Throttled),
    row(16, "internal error; on a sister page: no such bucket", "内部错误（另一文档：Bucket 不存在）", 0, Never, Other),
    row(17, "unknown error; on a sister page: address empty", "未知错误（另一文档：URL 为空）", 0, Never, Other),
    row(18, "no picture and no address", "没有图片或 URL", 0, Never, Invalid),
    row(19, "more than 20 pictures", "图片数超过 20", 0, Never, Invalid),
    row(20, "picture too large", "图片过大", 0, Never, Invalid),
    row(21, "invalid parameter", "参数无效", 0, Never, Invalid),
    row(23, "request too large", "请求包体过大", 0, Never, Invalid),
    row(107, "authentication service failed", "鉴权服务内部错误", 0, Backoff, Unavailable),
    row(108, "authentication service unavailable", "鉴权服务不可用", 0, Backoff, Unavailable),
    row(200, "internal error: packing", "内部打包失败", 0, Backoff, Unavailable),
    row(201, "internal error: unpacking", "内部解包失败", 0, Backoff, Unavailable),
    row(202, "internal error: link", "内部链接失败", 0, Backoff, Unavailable),
    row(203, "internal error: time-out", "内部处理超时", 0, Backoff, Unavailable),
    row(213, "internal error", "内部错误", 0, Backoff, Unavailable),
];

/// The download host: codes in the header `X-ErrNo`, of a later era (section 10.3), in ascending
/// order.
#[rustfmt::skip]
pub static DOWNLOAD_CODES: &[ErrorCode] = &[
    row(-46646, "the picture is blocked", "图片已被封禁", 0, Never, Denied),
    row(-46642, "no such appid", "AppID 不存在", 404, Never, NotFound),
    row(-46628, "no such file", "文件不存在", 404, Never, NotFound),
    row(-46627, "the picture is blocked", "图片已被封禁", 0, Never, Denied),
    row(-46621, "the picture is blocked", "图片已被封禁", 0, Never, Denied),
    row(-46620, "the picture is blocked", "图片已被封禁", 0, Never, Denied),
    row(-46619, "the signature has expired: check the clock", "签名已过期，请检查时钟", 403, Resign, Signature),
    row(-46618, "the signature does not verify", "签名校验失败", 403, Never, Signature),
    row(-46617, "the picture is blocked", "图片已被封禁", 0, Never, Denied),
    row(-46614, "the upload is not finished", "文件未上传完成", 0, Backoff, Unavailable),
    row(-46154, "bad appid", "AppID 错误", 0, Never, Invalid),
    row(-46152, "bad bucket", "Bucket 错误", 0, Never, Invalid),
    row(-40168, "the original is empty", "原图为空", 0, Never, Mismatch),
    row(-29214, "too many requests", "请求频率受限", 0, Throttled, ServiceErrorKind::Throttled),
    row(-29034, "bad range", "Range 错误", 0, Never, Invalid),
    row(-29033, "bad range", "Range 错误", 0, Never, Invalid),
    row(-6101, "no such picture", "图片不存在", 404, Never, NotFound),
    row(-5062, "the picture is blocked as illegal", "图片违规，已被封禁", 0, Never, Denied),
    row(-902, "time-out", "处理超时", 0, Backoff, Unavailable),
    row(-901, "time-out", "处理超时", 0, Backoff, Unavailable),
    row(-447, "the picture cannot be processed", "图片无法处理", 0, Never, Invalid),
    row(-443, "the picture cannot be processed", "图片无法处理", 0, Never, Invalid),
    row(-442, "the picture cannot be processed", "图片无法处理", 0, Never, Invalid),
    row(-441, "the picture cannot be processed", "图片无法处理", 0, Never, Invalid),
    row(-167, "too large", "图片过大", 0, Never, Invalid),
    row(-166, "malformed", "格式错误", 0, Never, Invalid),
    row(-165, "too many requests", "请求受限", 0, Throttled, ServiceErrorKind::Throttled),
    row(-164, "too many requests", "请求受限", 0, Throttled, ServiceErrorKind::Throttled),
    row(-163, "no configuration", "没有配置", 0, Never, NotFound),
    row(-162, "suspended for debt", "欠费停服", 0, Never, Denied),
    row(-154, "originals are protected", "原图保护", 403, Never, Denied),
    row(-124, "bad range", "Range 错误", 0, Never, Invalid),
    row(-120, "the origin's reply cannot be used", "回源响应无效", 0, Backoff, Unavailable),
    row(-110, "blacklisted", "黑名单", 0, Never, Denied),
    row(-109, "the style has no data", "样式数据为空", 0, Never, NotFound),
    row(-108, "refused because of the Referer", "Referer 被拒绝", 403, Never, Denied),
    row(-107, "bad Host", "Host 错误", 0, Never, Invalid),
    row(-106, "bad address", "URL 错误", 0, Never, Invalid),
    row(-105, "unknown style", "样式不存在", 0, Never, NotFound),
    row(-104, "bad appid", "AppID 错误", 0, Never, Invalid),
    row(-103, "bad request", "请求错误", 0, Never, Invalid),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_found_once() {
        for (codes, lookup) in [
            (CODES, lookup as fn(i64) -> _),
            (DETECTION_CODES, lookup_detection),
            (DOWNLOAD_CODES, lookup_download),
        ] {
            assert!(codes.is_sorted_by(|one, next| one.code < next.code));
            for entry in codes {
                assert_eq!(lookup(entry.code), Some(entry));
                assert!(!entry.english.is_empty() && !entry.chinese.is_empty());
            }
            assert_eq!(lookup(-31_337), None);
        }
    }
}
