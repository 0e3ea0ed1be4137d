//! The error codes of COS v4: dossier section 11.
//!
//! The vendor documents an HTTP status for few of them. The others carry the status that section
//! 16 of the dossier presumes where it plainly applies: 403 for the signature codes (-5x to -9x),
//! 404 for what is missing, 409 for conflicts, 400 for parameters, 503 for internal faults; else
//! none.
//!
//! Of the codes known only as "internal error" (section 11.5), those named one by one are in the
//! table; those known only as a range are answered by one entry for the range, whose `code` is
//! the first code of the range as documented.

use std::ops::RangeInclusive;

use crate::error::{
    ErrorCode,
    RetryClass::{self, Backoff, Never, Resign, State},
    ServiceErrorKind::{
        self, Denied, Exists, Invalid, Mismatch, NotFound, Other, Replayed, Signature, Unavailable,
        Unfinished,
    },
    row,
};

/// The code for a file or folder that is not there.
pub(super) const MISSING: i64 = -197;

/// What is documented of `code`; `None` if it is neither in the table nor in a documented range.
///
/// For a code known only by its range, the entry's own `code` is the first one of that range.
pub fn lookup(code: i64) -> Option<&'static ErrorCode> {
    match CODES.binary_search_by_key(&code, |entry| entry.code) {
        Ok(at) => CODES.get(at),
        Err(_) => RANGES
            .iter()
            .find(|(range, _)| range.contains(&code))
            .map(|(_, entry)| entry),
    }
}

/// What to say of codes that only a range documents; asked after the table.
#[rustfmt::skip]
static RANGES: [(RangeInclusive<i64>, ErrorCode); 4] = [
    (-6999..=-6991, row(-6991, "", "storing error of 2016", "存储错误（2016 年版）", 503, Backoff, Unavailable)),
    (-29175..=-29000, row(-29000, "", "internal error", "内部错误", 503, Backoff, Unavailable)),
    (-29993..=-29991, row(-29991, "", "internal error", "内部错误", 503, Backoff, Unavailable)),
    (-46313..=-46001, row(-46001, "", "internal error", "内部错误", 503, Backoff, Unavailable)),
];

/// All codes that are documented one by one, in ascending order.
#[rustfmt::skip]
pub static CODES: &[ErrorCode] = &[
    row(-50152, "", "size announced and size finished differ", "声明的文件大小与实际大小不一致", 400, Never, Mismatch),
    row(-50122, "", "internal error", "内部错误", 503, Backoff, Unavailable),
    row(-46659, "", "refused by this API because the bucket has versioning enabled", "Bucket 已开启版本控制，不允许使用该接口", 409, Never, Denied),
    row(-46646, "", "download of the file forbidden", "文件禁止下载", 451, Never, Denied),
    row(-46642, "", "appid unknown", "AppID 不存在", 404, Never, NotFound),
    row(-46641, "", "version missing", "版本不存在", 404, Never, NotFound),
    row(-46640, "", "internal error", "内部错误", 503, Backoff, Unavailable),
    row(-46639, "", "internal error", "内部错误", 503, Backoff, Unavailable),
    row(-46638, "", "internal error", "内部错误", 503, Backoff, Unavailable),
    row(-46637, "", "internal error", "内部错误", 503, Backoff, Unavailable),
    row(-46636, "", "internal error", "内部错误", 503, Backoff, Unavailable),
    row(-46635, "", "internal error", "内部错误", 503, Backoff, Unavailable),
    row(-46634, "", "internal error", "内部错误", 503, Backoff, Unavailable),
    row(-46632, "", "append of nothing", "追加的内容为空", 400, Never, Invalid),
    row(-46628, "", "file of the download missing", "下载的文件不存在", 404, Never, NotFound),
    row(-46627, "", "user on the black list", "用户在黑名单中", 0, Never, Denied),
    row(-46626, "", "internal error", "内部错误", 503, Backoff, Unavailable),
    row(-46622, "", "slice size illegal", "分片大小非法", 400, Never, Invalid),
    row(-46621, "", "file blocked", "文件已被封禁", 0, Never, Denied),
    row(-46620, "", "bucket blocked", "Bucket 已被封禁", 0, Never, Denied),
    row(-46619, "", "signature expired", "签名已过期", 403, Resign, Signature),
    row(-46618, "", "signature check failed (algorithm, disabled key or wrong pair)", "签名校验失败（算法错误、密钥已禁用或密钥不匹配）", 403, Never, Signature),
    row(-46617, "", "referer in the black list", "Referer 在黑名单中", 403, Never, Denied),
    row(-46616, "", "referer not in the white list", "Referer 不在白名单中", 403, Never, Denied),
    row(-46615, "", "access to the bucket forbidden (traffic, debt or policy)", "Bucket 禁止访问（流量、欠费或策略限制）", 0, Never, Denied),
    row(-46614, "", "file incomplete", "文件不完整", 0, Never, Unfinished),
    row(-46613, "", "attribute biz_attr longer than 4 KB", "biz_attr 属性超过 4KB", 400, Never, Invalid),
    row(-46607, "", "internal error", "内部错误", 503, Backoff, Unavailable),
    row(-46601, "", "internal error", "内部错误", 503, Backoff, Unavailable),
    row(-46209, "", "version id wrong", "版本号错误", 400, Never, Invalid),
    row(-46208, "", "folder of that name exists", "同名目录已存在", 409, Never, Exists),
    row(-46204, "", "bad CORS settings, or larger than 100 KB", "跨域（CORS）配置错误或超过 100KB", 400, Never, Invalid),
    row(-46203, "", "bad CORS settings, or larger than 100 KB", "跨域（CORS）配置错误或超过 100KB", 400, Never, Invalid),
    row(-46200, "", "more than 1000 deletes in one request", "单次删除的文件超过 1000 个", 400, Never, Invalid),
    row(-46199, "", "part tags wrong", "分块标签错误", 400, Never, Invalid),
    row(-46198, "", "file not appendable", "文件不支持追加上传", 0, Never, Invalid),
    row(-46197, "", "append position wrong", "追加上传的位置错误", 0, Never, Invalid),
    row(-46188, "", "bad CORS settings, or larger than 100 KB", "跨域（CORS）配置错误或超过 100KB", 400, Never, Invalid),
    row(-46187, "", "bad CORS settings, or larger than 100 KB", "跨域（CORS）配置错误或超过 100KB", 400, Never, Invalid),
    row(-46186, "", "bad CORS settings, or larger than 100 KB", "跨域（CORS）配置错误或超过 100KB", 400, Never, Invalid),
    row(-46185, "", "custom headers larger than 4 KB", "自定义头部超过 4KB", 400, Never, Invalid),
    row(-46181, "", "referer longer than 3 KB", "Referer 超过 3KB", 400, Never, Invalid),
    row(-46180, "", "signature longer than 2 KB", "签名长度超过 2KB", 0, Never, Signature),
    row(-46179, "", "blocking flag wrong", "封禁标志错误", 400, Never, Invalid),
    row(-46178, "", "list delimiter longer than 1 character", "列表分隔符超过 1 个字符", 400, Never, Invalid),
    row(-46177, "", "list position too long", "列表起始位置参数过长", 400, Never, Invalid),
    row(-46176, "", "attribute biz_attr longer than 4 KB", "biz_attr 属性超过 4KB", 400, Never, Invalid),
    row(-46170, "", "host of the download wrong", "下载域名错误", 400, Never, Invalid),
    row(-46157, "", "file name is not UTF-8", "文件名不是 UTF-8 编码", 400, Never, Invalid),
    row(-45086, "", "signature check of the download failed", "下载签名校验失败", 403, Never, Signature),
    row(-45062, "", "file of the download incomplete", "下载的文件不完整", 0, Never, Unfinished),
    row(-29302, "", "storage error", "存储后端错误", 503, Backoff, Unavailable),
    row(-29214, "", "service overloaded", "服务过载", 503, Backoff, ServiceErrorKind::Throttled),
    row(-29173, "", "fault in a multipart upload of the XML API", "XML API 分块上传错误", 0, Never, Other),
    row(-29166, "", "fault in a multipart upload of the XML API", "XML API 分块上传错误", 0, Never, Other),
    row(-29161, "", "fault in a multipart upload of the XML API", "XML API 分块上传错误", 0, Never, Other),
    row(-29159, "", "fault in a multipart upload of the XML API", "XML API 分块上传错误", 0, Never, Other),
    row(-29147, "", "slice read back differs (concurrent upload with MD5)", "回读的分片不一致（并发 MD5 上传）", 0, Backoff, Mismatch),
    row(-29144, "", "slice missing at the end of a slice upload", "结束分片上传时缺少分片", 400, State, Unfinished),
    row(-29143, "", "upload differs from its MD5", "上传文件的 MD5 校验不一致", 0, Backoff, Mismatch),
    row(-29141, "", "filesize wrong at the start of a slice upload", "初始化分片上传的 filesize 错误", 400, Never, Invalid),
    row(-29138, "", "data does not match its SHA", "数据与 SHA 值不一致", 400, Backoff, Mismatch),
    row(-29136, "", "offset not among uploadparts", "offset 不在 uploadparts 中", 400, Never, Invalid),
    row(-29134, "", "slices in uploadparts do not tile the file", "uploadparts 中的分片未能连续覆盖整个文件", 400, Never, Invalid),
    row(-29133, "", "parameter sha without uploadparts", "带 sha 但缺少 uploadparts", 400, Never, Invalid),
    row(-29129, "", "download before the upload was complete", "文件尚未上传完成，不能下载", 0, Never, Unfinished),
    row(-29126, "", "filesize missing at the start of a slice upload", "初始化分片上传缺少 filesize", 400, Never, Invalid),
    row(-29110, "", "malformed JSON", "JSON 格式错误", 400, Never, Invalid),
    row(-29105, "", "file larger than 64 GB", "文件超过 64GB", 400, Never, Invalid),
    row(-29104, "", "filesize missing at the end of a slice upload", "结束分片上传缺少 filesize", 400, Never, Invalid),
    row(-29103, "", "session id wrong", "session id 错误", 400, State, Unfinished),
    row(-29098, "", "offset is no multiple of the slice size", "offset 不是分片大小的整数倍", 400, Never, Invalid),
    row(-29096, "", "session check failed", "session 校验失败", 400, State, Unfinished),
    row(-29095, "", "offset is no multiple of 1048576 in an upload without SHA", "不带 SHA 上传时 offset 须为 1048576 的整数倍", 400, Never, Invalid),
    row(-29094, "", "session id wrong, or finish without sha", "session id 错误，或结束分片上传时缺少 sha", 400, State, Unfinished),
    row(-29093, "", "session id wrong", "session id 错误", 400, State, Unfinished),
    row(-29063, "", "slice differs from its MD5", "分片的 MD5 校验不一致", 0, Backoff, Mismatch),
    row(-29043, "", "file missing", "文件不存在", 404, Never, NotFound),
    row(-29037, "", "date header of the download malformed", "下载请求的日期头部格式错误", 400, Never, Invalid),
    row(-29036, "", "download before the upload was complete", "文件尚未上传完成，不能下载", 0, Never, Unfinished),
    row(-29034, "", "range of the download lies beyond the end", "下载的 Range 超出文件末尾", 0, Never, Invalid),
    row(-29033, "", "range of the download invalid", "下载的 Range 无效", 400, Never, Invalid),
    row(-29021, "", "session id wrong", "session id 错误", 400, State, Unfinished),
    row(-29015, "", "header Host missing or wrong", "Host 头部缺失或错误", 400, Never, Invalid),
    row(-21095, "", "storage error", "存储后端错误", 503, Backoff, Unavailable),
    row(-20034, "", "concurrent operation on the same file", "同一文件存在并发操作", 409, Backoff, Other),
    row(-9999, "", "unknown error", "未知错误", 0, Backoff, Other),
    row(-6996, "", "storing error of 2016: file too large", "存储错误（2016 年版）：文件过大", 400, Never, Invalid),
    row(-6992, "", "storing error of 2016: file missing", "存储错误（2016 年版）：文件不存在", 404, Never, NotFound),
    row(-6101, "", "file of the download missing", "下载的文件不存在", 404, Never, NotFound),
    row(-5999, "ERROR_CGI_PARAM", "parameter error", "参数错误", 400, Never, Invalid),
    row(-5998, "ERROR_CGI_AUTHORIZATION", "signature format broken", "签名格式错误", 0, Never, Signature),
    row(-5997, "ERROR_CGI_NETWORK", "backend network fault", "后端网络故障", 503, Backoff, Unavailable),
    row(-5996, "ERROR_CGI_REQ_METHOD", "wrong HTTP method", "HTTP 请求方法错误", 0, Never, Invalid),
    row(-5995, "ERROR_CGI_FILESIZE", "file size wrong", "文件大小错误", 400, Never, Invalid),
    row(-5994, "ERROR_CGI_URL_NOTMATCH", "path of the URL does not fit the pattern", "URL 路径格式不匹配", 400, Never, Invalid),
    row(-5993, "ERROR_CGI_FORM_ERR", "multipart body broken", "multipart 表单格式错误", 400, Never, Invalid),
    row(-5992, "ERROR_CGI_REQ_PARAM", "request parameter wrong", "请求参数错误", 400, Never, Invalid),
    row(-5991, "ERROR_CGI_SLICE", "slice too large, or append above 5 GB", "分片过大，或追加上传超过 5GB", 400, Never, Invalid),
    row(-5990, "ERROR_CGI_MISSING_FILECONTENT", "parameter filecontent missing", "缺少参数 filecontent", 400, Never, Invalid),
    row(-5989, "ERROR_CGI_UPLOAD_FAIL", "upload failed", "上传失败", 503, Backoff, Unavailable),
    row(-5988, "", "internal error", "内部错误", 503, Backoff, Unavailable),
    row(-5987, "", "internal error", "内部错误", 503, Backoff, Unavailable),
    row(-5986, "", "internal error", "内部错误", 503, Backoff, Unavailable),
    row(-5985, "ERROR_CGI_NETWORK_L5", "backend network fault: L5", "后端网络故障：L5 错误", 503, Backoff, Unavailable),
    row(-5984, "ERROR_CGI_SHA_NOT_MATCH", "content differs from its SHA-1", "文件内容与 SHA-1 值不一致", 0, Never, Mismatch),
    row(-5983, "ERROR_CGI_WRONG_SESSION", "session wrong", "session 错误", 400, State, Unfinished),
    row(-5982, "ERROR_CGI_SOCK_CREATE", "backend network fault: cannot create a socket", "后端网络故障：创建套接字失败", 503, Backoff, Unavailable),
    row(-5981, "ERROR_CGI_SOCK_CONNECT", "backend network fault: cannot connect", "后端网络故障：连接失败", 503, Backoff, Unavailable),
    row(-5980, "ERROR_CGI_PARAM_MISSING_OP", "parameter op missing", "缺少参数 op", 400, Never, Invalid),
    row(-5979, "ERROR_CGI_PARAM_MISSING_SHA", "parameter sha missing", "缺少参数 sha", 400, Never, Invalid),
    row(-5978, "", "internal error", "内部错误", 503, Backoff, Unavailable),
    row(-5977, "", "internal error", "内部错误", 503, Backoff, Unavailable),
    row(-5976, "ERROR_CGI_REQ_PARAM_FLAG_NOTMATCH", "flag does not fit the parameters", "flag 与请求参数不匹配", 400, Never, Invalid),
    row(-5975, "ERROR_CGI_JSON_PARSE_ERROR", "body is not JSON", "请求体不是合法的 JSON", 400, Never, Invalid),
    row(-5974, "ERROR_CGI_VIDEO_FORMAT", "video bit rate wrong", "视频码率错误", 400, Never, Invalid),
    row(-5973, "ERROR_CGI_CROSS_BUCKET_COPY", "target of the copy is in another bucket", "不支持跨 Bucket 复制", 400, Never, Invalid),
    row(-5972, "ERROR_CGI_UNSUPPORTED_METHOD", "not supported in this version", "当前版本不支持", 0, Never, Invalid),
    row(-5971, "ERROR_CGI_PARAM_MISSING_FILESIZE", "filesize missing at the start of a slice upload", "初始化分片上传缺少 filesize", 400, Never, Invalid),
    row(-5970, "", "more than 10 white-listed referers", "Referer 白名单超过 10 个", 400, Never, Invalid),
    row(-5969, "", "more than 10 cnames", "CNAME 数量超过 10 个", 400, Never, Invalid),
    row(-5968, "", "more than 10 black-listed referers", "Referer 黑名单超过 10 个", 400, Never, Invalid),
    row(-5967, "", "more than 10 keys", "Key 数量超过 10 个", 400, Never, Invalid),
    row(-5966, "", "list parameter not a number, or too large", "列表参数不是数字或超过上限", 400, Never, Invalid),
    row(-5965, "", "field uploadparts broken, or slice_size missing", "uploadparts 格式错误或缺少 slice_size", 400, Never, Invalid),
    row(-5964, "ERROR_CGI_PARAM_NO_SUCH_OP", "unknown op, or op does not fit a file or folder path", "op 不存在，或与文件、目录路径不匹配", 400, Never, Invalid),
    row(-5963, "", "reading the request body timed out", "读取请求体超时", 0, Backoff, Unavailable),
    row(-5962, "", "malformed XML", "XML 格式错误", 400, Never, Invalid),
    row(-5961, "", "body differs from its Content-MD5", "请求体与 Content-MD5 不一致", 0, Never, Mismatch),
    row(-5957, "", "bucket missing", "Bucket 不存在", 404, Never, NotFound),
    row(-5949, "", "cannot query the source of the copy", "复制时查询源文件失败", 0, Never, Other),
    row(-5947, "", "attribute biz_attr longer than 4 KB", "biz_attr 属性超过 4KB", 400, Never, Invalid),
    row(-5946, "", "header Content-MD5 missing", "缺少 Content-MD5 头部", 400, Never, Invalid),
    row(-5945, "", "internal error", "内部错误", 503, Backoff, Unavailable),
    row(-5939, "", "internal error", "内部错误", 503, Backoff, Unavailable),
    row(-5938, "", "internal error", "内部错误", 503, Backoff, Unavailable),
    row(-5937, "", "internal error", "内部错误", 503, Backoff, Unavailable),
    row(-4027, "ErrOffsetRedo", "index deleted or SHA differs, begin again", "索引已删除或 SHA 值不一致，需重新上传", 0, State, Unfinished),
    row(-4026, "ErrOffsetBackTooMuch", "index deleted or SHA differs, begin again", "索引已删除或 SHA 值不一致，需重新上传", 0, State, Unfinished),
    row(-4025, "ErrHttpTimeout", "storing timed out", "存储文件超时", 503, Backoff, Unavailable),
    row(-4024, "ErrOffGoBack", "offset went back", "offset 发生回退", 0, State, Unfinished),
    row(-4023, "", "size of the check-sum wrong", "校验值长度错误", 400, Never, Invalid),
    row(-4022, "", "path of the bucket unavailable", "无法获取 Bucket 路径", 0, Never, Unavailable),
    row(-4021, "", "cannot decode the session", "session 解码失败", 400, State, Unfinished),
    row(-4020, "", "unfinished upload with another SHA exists", "存在 SHA 不同的未完成上传", 409, State, Unfinished),
    row(-4019, "ErrOffsetToZero", "unfinished upload with the same SHA exists", "存在 SHA 相同的未完成上传", 409, State, Unfinished),
    row(-4018, "ErrSameFileUpload", "same file already complete", "相同文件已上传完成", 409, State, Exists),
    row(-4017, "ErrHttpSvr", "storing failed", "存储文件失败", 503, Backoff, Unavailable),
    row(-4016, "ErrNotSameSHA", "content differs from its SHA", "文件内容与 SHA 值不一致", 409, Never, Mismatch),
    row(-4015, "ErrTheSameOffset", "same offset returned repeatedly", "重复返回相同的 offset", 0, State, Unfinished),
    row(-4014, "ErrQueryOffset", "slice query failed", "查询分片失败", 503, Backoff, Unavailable),
    row(-4013, "ErrDecodeSession", "cannot decode the session", "session 解码失败", 400, State, Unfinished),
    row(-4012, "", "internal storing error", "内部存储错误", 503, Backoff, Unavailable),
    row(-4011, "", "internal storing error", "内部存储错误", 503, Backoff, Unavailable),
    row(-4010, "", "internal storing error", "内部存储错误", 503, Backoff, Unavailable),
    row(-4009, "", "internal storing error", "内部存储错误", 503, Backoff, Unavailable),
    row(-4008, "", "internal storing error", "内部存储错误", 503, Backoff, Unavailable),
    row(-4007, "", "internal storing error", "内部存储错误", 503, Backoff, Unavailable),
    row(-4006, "", "internal storing error", "内部存储错误", 503, Backoff, Unavailable),
    row(-4005, "", "internal storing error", "内部存储错误", 503, Backoff, Unavailable),
    row(-4004, "", "internal storing error", "内部存储错误", 503, Backoff, Unavailable),
    row(-4003, "ErrNoSetErrCode", "plug-in set no error code", "插件未设置错误码", 0, Never, Other),
    row(-4002, "ErrParamInvalid", "parameter invalid", "参数无效", 400, Never, Invalid),
    row(-4001, "ErrEncodeRsp", "cannot encode the answer", "响应编码失败", 503, Never, Unavailable),
    row(-4000, "ErrDecodeReq", "cannot decode the request body", "请求体解码失败", 400, Never, Invalid),
    row(-300, "ERROR_PROCESS_OVERLOAD", "service overloaded", "服务过载", 503, Backoff, ServiceErrorKind::Throttled),
    row(-299, "", "internal error: file cache, frame or packing", "内部错误：文件缓存、框架或打包失败", 503, Backoff, Unavailable),
    row(-298, "", "internal error: file cache, frame or packing", "内部错误：文件缓存、框架或打包失败", 503, Backoff, Unavailable),
    row(-297, "", "internal error: file cache, frame or packing", "内部错误：文件缓存、框架或打包失败", 503, Backoff, Unavailable),
    row(-296, "", "internal error: file cache, frame or packing", "内部错误：文件缓存、框架或打包失败", 503, Backoff, Unavailable),
    row(-295, "", "internal error: file cache, frame or packing", "内部错误：文件缓存、框架或打包失败", 503, Backoff, Unavailable),
    row(-294, "", "internal error: file cache, frame or packing", "内部错误：文件缓存、框架或打包失败", 503, Backoff, Unavailable),
    row(-293, "", "internal error: file cache, frame or packing", "内部错误：文件缓存、框架或打包失败", 503, Backoff, Unavailable),
    row(-292, "", "internal error: file cache, frame or packing", "内部错误：文件缓存、框架或打包失败", 503, Backoff, Unavailable),
    row(-291, "ERROR_PROCESS_ENCODE_SESSION", "cannot encode the session", "session 编码失败", 0, State, Unfinished),
    row(-290, "ERROR_PROCESS_OFFSET", "session invalid", "session 无效", 400, State, Unfinished),
    row(-289, "ERROR_PROCESS_DENY", "upload refused by a plug-in", "上传被插件拒绝", 0, Never, Denied),
    row(-288, "ERROR_PROCESS_ENCODE", "internal error: encoding", "内部错误：编码失败", 503, Backoff, Unavailable),
    row(-287, "ERROR_PROCESS_DECODE", "internal error: decoding", "内部错误：解码失败", 503, Backoff, Unavailable),
    row(-286, "ERROR_PROCESS_DECODE_SESSION", "cannot decode the session", "session 解码失败", 400, State, Unfinished),
    row(-285, "ERROR_PROCESS_FILE_TOO_LARGE", "file too large", "文件过大", 400, Never, Invalid),
    row(-284, "ERROR_PROCESS_WRONG_SLICE_SIZE", "slice size wrong, use 1048576", "分片大小错误，应为 1048576", 400, Never, Invalid),
    row(-283, "ERROR_PROCESS_SLICE_TOO_SMALL", "slice too small", "分片过小", 400, Never, Invalid),
    row(-282, "ERROR_PROCESS_ANALYZE", "image analysis failed", "图片分析失败", 0, Never, Other),
    row(-281, "", "slice larger than allowed", "分片大小超过限制", 400, Never, Invalid),
    row(-199, "ERROR_CMD_FILE_MOVE_ERROR", "bucket name illegal (2016: move failed)", "Bucket 名称非法（2016 年版：移动文件失败）", 400, Never, Invalid),
    row(-198, "ERROR_CMD_REDIRECT_ERROR", "redirect error", "重定向错误", 0, Never, Other),
    row(-197, "ERROR_CMD_FILE_NOTEXIST", "file or folder missing", "文件或目录不存在", 404, Never, NotFound),
    row(-196, "ERROR_CMD_BACKEND_NETWORK", "backend network fault, service unavailable", "后端网络故障，服务不可用", 503, Backoff, Unavailable),
    row(-195, "ERROR_CMD_BACKEND_RSP_DECODE", "storage backend error", "存储后端错误", 500, Backoff, Unavailable),
    row(-194, "ERROR_CMD_BACKEND_REQ_ENCODE", "internal error: cannot encode the request to the backend", "内部错误：后端请求编码失败", 503, Backoff, Unavailable),
    row(-193, "ERROR_CMD_RSP_ENCODE", "internal error: cannot encode the answer", "内部错误：响应编码失败", 503, Backoff, Unavailable),
    row(-192, "ERROR_CMD_REQ_DECODE", "internal error: cannot decode the request", "内部错误：请求解码失败", 503, Backoff, Unavailable),
    row(-191, "", "parameters of the URL do not fit", "URL 参数不匹配", 400, Never, Invalid),
    row(-190, "ERROR_CMD_FILE_DEL_ERROR", "delete failed", "删除文件失败", 0, Never, Other),
    row(-189, "", "download URL empty", "下载 URL 为空", 400, Never, Invalid),
    row(-187, "", "cannot parse the URL", "URL 解析失败", 400, Never, Invalid),
    row(-186, "ERROR_CMD_VIDEO_MOVE", "video files cannot be copied", "视频文件不支持复制", 0, Never, Invalid),
    row(-185, "ERROR_CMD_PRE_PROCESS", "internal error: pre-processing", "内部错误：前置处理失败", 503, Backoff, Unavailable),
    row(-184, "ERROR_CMD_POST_PROCESS", "internal error: post-processing", "内部错误：后置处理失败", 503, Backoff, Unavailable),
    row(-183, "ERROR_CMD_GET_ROUTE", "internal error: routing", "内部错误：获取路由失败", 503, Backoff, Unavailable),
    row(-182, "ERROR_CMD_PARAM_INVALID", "parameter check failed", "参数校验失败", 400, Never, Invalid),
    row(-181, "ERROR_CMD_COS_ERROR", "storage error", "存储后端错误", 503, Backoff, Unavailable),
    row(-180, "ERROR_CMD_COS_INVALID_PATH", "path illegal or too long", "路径非法或过长", 400, Never, Invalid),
    row(-179, "ERROR_CMD_COS_INVALID_MOD_FLAG", "bad update flag", "更新标志非法", 400, Never, Invalid),
    row(-178, "ERROR_CMD_COS_PATH_CONFLICT", "folder exists, or path conflict", "目录已存在或路径冲突", 409, Never, Exists),
    row(-177, "ERROR_CMD_COS_FILE_EXIST", "file exists with other content", "文件已存在且内容不同", 409, Never, Exists),
    row(-176, "ERROR_CMD_COS_BUCKET_EXIST", "bucket exists", "Bucket 已存在", 409, Never, Exists),
    row(-175, "ERROR_CMD_COS_FILE_SIZE_NOT_EQU", "size announced and size finished differ", "声明的文件大小与实际大小不一致", 400, Never, Mismatch),
    row(-174, "ERROR_CMD_COS_SHA_NOT_EQU", "content differs from its SHA", "文件内容与 SHA 值不一致", 0, Never, Mismatch),
    row(-173, "ERROR_CMD_COS_DIR_NOT_EMPTY", "folder or bucket not empty", "目录或 Bucket 非空", 409, Never, Exists),
    row(-172, "", "more than 200 buckets", "Bucket 数量超过 200 个", 400, Never, Invalid),
    row(-171, "", "bad app type", "应用类型非法", 400, Never, Invalid),
    row(-170, "", "bad list number", "列表数量非法", 400, Never, Invalid),
    row(-169, "", "bad query flag", "查询标志非法", 400, Never, Invalid),
    row(-168, "", "bad SHA", "SHA 值非法", 400, Never, Invalid),
    row(-167, "ERROR_CMD_COS_INVALID_CNAME", "bad cname", "CNAME 非法", 400, Never, Invalid),
    row(-166, "ERROR_CMD_COS_INDEX_ERROR", "index entry missing", "索引项不存在", 404, Never, NotFound),
    row(-165, "ERROR_CMD_COS_MAX_NUM", "list number above 199", "列表数量 num 超过 199", 400, Never, Invalid),
    row(-164, "", "path empty", "路径为空", 400, Never, Invalid),
    row(-163, "", "path elements missing", "路径要素缺失", 400, Never, Invalid),
    row(-162, "", "path elements do not fit", "路径要素不匹配", 400, Never, Invalid),
    row(-161, "ERROR_CMD_PARAM_PATH_DIR_MISSING_SLASH", "folder path lacks the final slash", "目录路径须以斜杠结尾", 400, Never, Invalid),
    row(-160, "ERROR_CMD_PARAM_PAHT_FILE_SURPLUS_SLASH", "file path ends in a slash", "文件路径不能以斜杠结尾", 400, Never, Invalid),
    row(-159, "", "more than 10 cnames", "CNAME 数量超过 10 个", 400, Never, Invalid),
    row(-158, "ERROR_CMD_PARAM_AUTH_TYPE", "kind of authorisation wrong", "鉴权类型参数错误", 400, Never, Invalid),
    row(-157, "ERROR_CMD_PARAM_MIN_NUM", "list number below 1", "列表数量 num 小于 1", 400, Never, Invalid),
    row(-156, "", "video parameters wrong", "视频参数错误", 400, Never, Invalid),
    row(-155, "", "video parameters wrong", "视频参数错误", 400, Never, Invalid),
    row(-154, "", "video parameters wrong", "视频参数错误", 400, Never, Invalid),
    row(-153, "", "video parameters wrong", "视频参数错误", 400, Never, Invalid),
    row(-152, "ERR_CMD_COS_TIMEOUT", "storage timed out", "存储后端超时", 503, Backoff, Unavailable),
    row(-151, "", "more than 10 referers", "Referer 数量超过 10 个", 400, Never, Invalid),
    row(-150, "", "origin path of the bucket is empty", "Bucket 的回源路径为空", 400, Never, Invalid),
    row(-149, "", "bad characters in the referer", "Referer 含有非法字符", 400, Never, Invalid),
    row(-148, "ERROR_CMD_INVALID_CNAME", "bad characters in the cname", "CNAME 含有非法字符", 400, Never, Invalid),
    row(-147, "ERROR_CMD_NOT_UTF8_ENCODING", "parameter is not UTF-8", "参数不是 UTF-8 编码", 400, Never, Invalid),
    row(-146, "", "bad origin host", "源站域名非法", 400, Never, Invalid),
    row(-145, "ERROR_CMD_INVALID_COVER", "bad cover flag", "覆盖标志非法", 400, Never, Invalid),
    row(-144, "ERROR_CMD_INDEX_NO_EXIST", "index missing", "索引不存在", 404, Never, NotFound),
    row(-143, "ERROR_CMD_INDEX_ERROR", "index error, or writes too fast in one directory", "索引错误，或同一目录下写入过快", 503, Backoff, Unavailable),
    row(-134, "", "bucket has no CORS rules", "Bucket 未配置跨域（CORS）规则", 404, Never, NotFound),
    row(-133, "", "bucket missing, or wrong region", "Bucket 不存在或地域错误", 404, Never, NotFound),
    row(-121, "", "no CORS rule fits the request", "没有匹配的跨域（CORS）规则", 403, Never, Denied),
    row(-120, "", "part numbers missing or not in sequence, or upload id unknown (XML API)", "分块编号缺失或不连续，或 UploadId 不存在（XML API）", 0, Never, Unfinished),
    row(-119, "", "internal error", "内部错误", 503, Backoff, Unavailable),
    row(-118, "", "part numbers missing or not in sequence, or upload id unknown (XML API)", "分块编号缺失或不连续，或 UploadId 不存在（XML API）", 0, Never, Unfinished),
    row(-117, "", "part numbers missing or not in sequence, or upload id unknown (XML API)", "分块编号缺失或不连续，或 UploadId 不存在（XML API）", 0, Never, Unfinished),
    row(-116, "", "part numbers missing or not in sequence, or upload id unknown (XML API)", "分块编号缺失或不连续，或 UploadId 不存在（XML API）", 0, Never, Unfinished),
    row(-101, "", "copy not needed", "无需复制", 0, Never, Other),
    row(-100, "", "copy preconditions conflict", "复制的前提条件冲突", 409, Never, Exists),
    row(-99, "", "internal error (2016: signing service, routing, packing or configuration)", "内部错误（2016 年版：签名服务、路由、打包或配置）", 503, Backoff, Unavailable),
    row(-98, "", "internal error (2016: signing service, routing, packing or configuration)", "内部错误（2016 年版：签名服务、路由、打包或配置）", 503, Backoff, Unavailable),
    row(-97, "ERROR_PROXY_AUTH_FAILED", "signature wrong", "签名校验失败", 403, Never, Signature),
    row(-96, "ERROR_PROXY_AUTH_EXPIRED", "signature expired", "签名已过期", 403, Resign, Signature),
    row(-95, "ERROR_PROXY_NO_SESSION", "session missing", "缺少 session", 0, Never, Unfinished),
    row(-94, "ERROR_PROXY_WRONG_SESSION", "wrong session", "session 错误", 0, Never, Unfinished),
    row(-89, "", "internal error (2016: signing service, routing, packing or configuration)", "内部错误（2016 年版：签名服务、路由、打包或配置）", 503, Backoff, Unavailable),
    row(-88, "", "internal error (2016: signing service, routing, packing or configuration)", "内部错误（2016 年版：签名服务、路由、打包或配置）", 503, Backoff, Unavailable),
    row(-87, "", "internal error (2016: signing service, routing, packing or configuration)", "内部错误（2016 年版：签名服务、路由、打包或配置）", 503, Backoff, Unavailable),
    row(-86, "", "internal error (2016: signing service, routing, packing or configuration)", "内部错误（2016 年版：签名服务、路由、打包或配置）", 503, Backoff, Unavailable),
    row(-85, "", "internal error (2016: signing service, routing, packing or configuration)", "内部错误（2016 年版：签名服务、路由、打包或配置）", 503, Backoff, Unavailable),
    row(-84, "", "internal error (2016: signing service, routing, packing or configuration)", "内部错误（2016 年版：签名服务、路由、打包或配置）", 503, Backoff, Unavailable),
    row(-83, "", "internal error (2016: signing service, routing, packing or configuration)", "内部错误（2016 年版：签名服务、路由、打包或配置）", 503, Backoff, Unavailable),
    row(-82, "ERROR_PROXY_AUTH_APPID_NOEXIST", "appid unknown", "AppID 不存在", 403, Never, Signature),
    row(-81, "ERROR_PROXY_AUTH_SIGN_EMPTY", "signature missing", "签名为空", 403, Never, Signature),
    row(-80, "ERROR_PROXY_INVALID_APPID", "appid invalid", "AppID 无效", 403, Never, Signature),
    row(-79, "ERROR_PROXY_AUTH_SECRETID_NOEXIST", "secret id unknown", "密钥 SecretId 不存在", 403, Never, Signature),
    row(-78, "ERROR_PROXY_INVALID_PROTOCOL", "protocol generation of the client does not fit", "客户端协议版本不匹配", 0, Never, Invalid),
    row(-77, "ERROR_PROXY_AUTH_REPLAY_ATTACH", "single-use signature used before", "单次签名已被使用，不能重复使用", 403, Resign, Replayed),
    row(-76, "ERROR_PROXY_AUTH_ONCESIGN_NOFILEID", "single-use signature without a file id", "单次签名缺少 fileid", 403, Never, Signature),
    row(-75, "ERROR_PROXY_AUTH_UNSUPPORTED_OP", "operation not supported", "不支持该操作", 0, Never, Invalid),
    row(-74, "ERROR_PROXY_AUTH_MULTISIGN_EXPIREDEMPTY", "operation needs a multi-use signature, whose expiry must not be 0", "该操作须使用多次签名，过期时间不能为 0", 403, Never, Signature),
    row(-73, "ERROR_PROXY_AUTH_ONCESIGN_EXPIREDNOTEMPTY", "operation needs a single-use signature, whose expiry must be 0", "该操作须使用单次签名，过期时间须为 0", 403, Never, Signature),
    row(-72, "ERROR_PROXY_APP_SIGN_FAILED", "signing failed", "生成签名失败", 403, Never, Signature),
    row(-71, "ERROR_PROXY_FREQ_CONTROL", "too many requests", "请求过于频繁，已被限频", 503, RetryClass::Throttled, ServiceErrorKind::Throttled),
    row(-70, "ERROR_PROXY_APPID_USERID_NOTMATCH", "appid in the signature differs from the URL", "签名中的 AppID 与 URL 中的不一致", 403, Never, Signature),
    row(-69, "", "internal error (2016: network, packing or empty download URL)", "内部错误（2016 年版：网络、打包或下载 URL 为空）", 503, Backoff, Unavailable),
    row(-68, "", "internal error (2016: network, packing or empty download URL)", "内部错误（2016 年版：网络、打包或下载 URL 为空）", 503, Backoff, Unavailable),
    row(-67, "", "internal error (2016: network, packing or empty download URL)", "内部错误（2016 年版：网络、打包或下载 URL 为空）", 503, Backoff, Unavailable),
    row(-66, "", "internal error (2016: network, packing or empty download URL)", "内部错误（2016 年版：网络、打包或下载 URL 为空）", 503, Backoff, Unavailable),
    row(-65, "ERROR_PROXY_CONTINUE_TRANSFER_WITH_DATA", "resume request must carry no data", "断点续传请求不能携带数据", 400, Never, Invalid),
    row(-64, "ERROR_PROXY_FORBID_APPID", "owner of the secret id differs from the appid (2016: account blocked)", "SecretId 所属账号与 AppID 不一致（2016 年版：账号被封禁）", 403, Never, Signature),
    row(-63, "ERROR_PROXY_FILEID_NOTMATCH", "file id in the signature does not fit the path", "签名中的 fileid 与请求路径不匹配", 403, Never, Signature),
    row(-62, "ERROR_PROXY_AUTH_APPID", "appid and secret id do not belong together", "AppID 与 SecretId 不匹配", 403, Never, Signature),
    row(-61, "ERROR_PROXY_SIGN_BUCKET_NOTMATCH", "bucket in the signature differs from the URL", "签名中的 Bucket 与 URL 中的不一致", 403, Never, Signature),
    row(-60, "ERROR_PROXY_AUTH_INVALID_TOKEN", "token invalid", "token 无效", 403, Never, Signature),
    row(-59, "", "signature expired", "签名已过期", 403, Resign, Signature),
    row(-58, "", "internal error", "内部错误", 503, Backoff, Unavailable),
    row(-57, "", "signature lacks a mandatory field", "签名缺少必填字段", 403, Never, Signature),
    row(-56, "", "header list in the signature is not sorted", "签名中的头部列表未按序排列", 403, Never, Signature),
    row(-55, "", "caller lacks the permission", "无访问权限", 403, Never, Denied),
    row(-53, "", "signature valid for too long", "签名有效期过长", 403, Never, Signature),
    row(-48, "", "signature computed wrongly", "签名计算错误", 403, Never, Signature),
    row(-47, "", "secret id unknown", "密钥 SecretId 不存在", 403, Never, Signature),
    row(100, "", "internal error", "内部错误", 503, Backoff, Unavailable),
    row(101, "", "internal error", "内部错误", 503, Backoff, Unavailable),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn known(code: i64) -> (Option<u16>, RetryClass, ServiceErrorKind) {
        let entry = lookup(code).expect("documented");
        assert_eq!(entry.code, code);
        (entry.status, entry.retry, entry.kind)
    }

    #[test]
    fn the_table_is_sorted_and_has_no_duplicates() {
        assert!(CODES.is_sorted_by(|a, b| a.code < b.code));
    }

    #[test]
    fn every_entry_says_in_both_languages_what_it_means() {
        for entry in CODES.iter().chain(RANGES.iter().map(|(_, entry)| entry)) {
            let (code, english, chinese) = (entry.code, entry.english, entry.chinese);
            assert!(english.is_ascii(), "{code}: {english}");
            assert!(
                english.starts_with(|c: char| c.is_ascii_lowercase()),
                "{code}: {english}"
            );
            assert!(!english.ends_with('.'), "{code}: {english}");
            assert!(
                chinese
                    .chars()
                    .any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)),
                "{code}"
            );
            assert!(
                !chinese.contains([',', '(', ')', '。']),
                "{code}: {chinese}"
            );
        }
    }

    #[test]
    fn symbols_are_identifiers_or_empty_and_belong_to_one_code() {
        let mut seen = std::collections::BTreeSet::new();
        for entry in CODES.iter().filter(|entry| !entry.symbol.is_empty()) {
            let symbol = entry.symbol;
            assert!(
                symbol.starts_with("ERR") || symbol.starts_with("Err"),
                "{symbol}"
            );
            assert!(
                symbol
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || c == '_'),
                "{symbol}"
            );
            assert!(seen.insert(symbol), "{symbol} twice");
        }
    }

    #[test]
    fn statuses_are_error_statuses_and_fit_the_kind() {
        for entry in CODES {
            let code = entry.code;
            assert!(
                entry
                    .status
                    .is_none_or(|status| (400..600).contains(&status)),
                "{code}"
            );
            match entry.kind {
                NotFound => assert_eq!(entry.status, Some(404), "{code}"),
                Exists => assert_eq!(entry.status, Some(409), "{code}"),
                Signature => assert!(matches!(entry.status, None | Some(403)), "{code}"),
                Invalid => assert!(matches!(entry.status, None | Some(400)), "{code}"),
                _ => {}
            }
        }
    }

    #[test]
    fn facts_of_the_dossier() {
        assert_eq!(known(-197), (Some(404), Never, NotFound));
        assert_eq!(known(-46628), (Some(404), Never, NotFound));
        assert_eq!(known(-133), (Some(404), Never, NotFound));
        assert_eq!(known(-177), (Some(409), Never, Exists));
        assert_eq!(known(-178), (Some(409), Never, Exists));
        assert_eq!(known(-97), (Some(403), Never, Signature));
        assert_eq!(known(-77), (Some(403), Resign, Replayed));
        for expired in [-59, -96, -46619] {
            assert_eq!(known(expired), (Some(403), Resign, Signature));
        }
        let throttled = (
            Some(503),
            RetryClass::Throttled,
            ServiceErrorKind::Throttled,
        );
        assert_eq!(known(-71), throttled);
        for overloaded in [-300, -29214] {
            assert_eq!(
                known(overloaded),
                (Some(503), Backoff, ServiceErrorKind::Throttled)
            );
        }
        assert_eq!(known(-195), (Some(500), Backoff, Unavailable));
        assert_eq!(known(-20034), (Some(409), Backoff, Other));
        assert_eq!(known(-4016), (Some(409), Never, Mismatch));
        assert_eq!(known(-29138), (Some(400), Backoff, Mismatch));
        assert_eq!(known(-4018), (Some(409), State, Exists));
        assert_eq!(known(-4019), (Some(409), State, Unfinished));
        assert_eq!(known(-4020), (Some(409), State, Unfinished));
        assert_eq!(known(-29096), (Some(400), State, Unfinished));
        assert_eq!(known(-29144), (Some(400), State, Unfinished));
        assert_eq!(known(-46646), (Some(451), Never, Denied));
        assert_eq!(
            lookup(-177).map(|entry| entry.symbol),
            Some("ERROR_CMD_COS_FILE_EXIST")
        );
    }

    #[test]
    fn only_the_codes_of_the_dossier_are_retried_with_a_new_signature() {
        let resign = CODES
            .iter()
            .filter(|entry| entry.retry == Resign)
            .map(|entry| entry.code);
        assert_eq!(resign.collect::<Vec<_>>(), [-46619, -96, -77, -59]);
        let throttled = CODES
            .iter()
            .filter(|entry| entry.retry == RetryClass::Throttled);
        assert_eq!(throttled.map(|entry| entry.code).collect::<Vec<_>>(), [-71]);
    }

    #[test]
    fn unnamed_internal_codes_are_known_by_their_range() {
        for (first, last) in [
            (-29000, -29175),
            (-29991, -29993),
            (-46001, -46313),
            (-6991, -6999),
        ] {
            for code in [first, last] {
                let entry = lookup(code).expect("documented");
                assert_eq!(
                    (entry.code, entry.retry, entry.kind),
                    (first, Backoff, Unavailable)
                );
            }
            assert_eq!(lookup(first + 1), None);
            assert_eq!(lookup(last - 1), None);
        }
        assert_eq!(lookup(-29050).map(|entry| entry.retry), Some(Backoff));
        assert_eq!(lookup(-46201).map(|entry| entry.retry), Some(Backoff));
        assert_eq!(known(-46200), (Some(400), Never, Invalid));
    }

    #[test]
    fn success_and_local_codes_of_sdks_are_no_errors_of_the_service() {
        for code in [0, 1, -1, -2, -3, -4, i64::MIN, i64::MAX] {
            assert_eq!(lookup(code), None);
        }
    }
}
