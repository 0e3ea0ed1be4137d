//! The error codes of actions: dossier section 13. A refusal has a number, a text, or both; a text may
//! carry a detail behind a dot.
//!
//! The tables of IAM and ImageX are incomplete in the sources.

use crate::error::{
    ErrorCode,
    RetryClass::{Backoff, Never, Resign, Throttled},
    ServiceErrorKind::{
        self, Denied, Exhausted, Exists, Invalid, NotFound, Other, Signature, Unavailable,
    },
    row,
};

/// What is documented of a refusal: by its number, else by its text up to the first dot.
pub fn lookup(number: Option<i64>, symbol: &str) -> Option<&'static ErrorCode> {
    let by_number = number.and_then(|number| numbered(CODES, number));
    by_number.or_else(|| {
        let name = symbol.split('.').next().filter(|name| !name.is_empty())?;
        let mut all = CODES.iter().chain(SYMBOLS);
        all.find(|entry| entry.symbol == name)
    })
}

/// What is documented of a number that the old gateway of uploads gives (section 13.3).
pub fn old_upload_gateway(number: i64) -> Option<&'static ErrorCode> {
    numbered(CODES, number).filter(|entry| (10_401..=10_503).contains(&entry.code))
}

/// What is documented of why a task of Edit failed, by the first number in the message of its result
/// (section 13.7).
pub fn edit_failure(message: &str) -> Option<&'static ErrorCode> {
    let mut words = message.split(|character: char| !character.is_ascii_digit());
    words.find_map(|digits| numbered(EDIT_FAILURES, digits.parse().ok()?))
}

fn numbered(table: &'static [ErrorCode], number: i64) -> Option<&'static ErrorCode> {
    let at = table.binary_search_by_key(&number, |entry| entry.code);
    table.get(at.ok()?)
}

/// Codes with a number, in ascending order: of Edit, of the old gateway of uploads, of the gateway, of
/// ImageX.
#[rustfmt::skip]
pub static CODES: &[ErrorCode] = &[
    row(1000, "", "edit: internal error", "内部错误", 500, Backoff, Unavailable),
    row(1001, "", "edit: writing to the database failed", "数据库写入失败", 500, Backoff, Unavailable),
    row(1010, "", "edit: bad parameter", "参数错误", 400, Never, Invalid),
    row(1014, "", "edit: a service behind it failed", "下游服务错误", 500, Backoff, Unavailable),
    row(10401, "", "upload gateway: the signature differs", "签名不匹配", 403, Never, Signature),
    row(10402, "", "upload gateway: unknown access key", "AccessKey 不存在", 403, Never, Signature),
    row(10403, "", "upload gateway: no Authorization", "缺少 Authorization", 403, Never, Signature),
    row(10404, "", "upload gateway: too many requests", "请求超过限流", 403, Throttled, ServiceErrorKind::Throttled),
    row(10405, "", "upload gateway: the action is not supported", "不支持该接口", 200, Never, NotFound),
    row(10406, "", "upload gateway: a parameter is missing", "缺少参数", 200, Never, Invalid),
    row(10407, "", "upload gateway: the parameters are not supported", "不支持该参数", 200, Never, Invalid),
    row(10501, "", "upload gateway: a service behind it failed", "后端服务失败", 200, Backoff, Unavailable),
    row(10502, "", "upload gateway: a service behind it failed briefly", "后端服务暂时失败", 200, Backoff, Unavailable),
    row(10503, "", "upload gateway: internal error", "内部错误", 200, Backoff, Unavailable),
    row(100001, "UndefinedError", "unclassified error", "未分类错误", 500, Backoff, Unavailable),
    row(100002, "MissingParameter", "a needed parameter is missing", "缺少必要参数", 400, Never, Invalid),
    row(100003, "MissingAuthenticationToken", "no signature", "缺少签名", 401, Never, Signature),
    row(100004, "MissingRequestInfo", "access key, service, region or date is missing", "缺少 AccessKey、服务、地域或日期", 400, Never, Signature),
    row(100005, "MissingSignature", "no signature value", "缺少签名值", 401, Never, Signature),
    row(100006, "InvalidTimestamp", "the signature has expired, or is of the future: check the clock", "签名已过期或时间超前，请检查时钟", 403, Resign, Signature),
    row(100007, "ServiceNotFound", "unknown service in the scope", "服务不存在", 404, Never, NotFound),
    row(100008, "InvalidActionOrVersion", "no such action of that version", "接口或版本不存在", 404, Never, NotFound),
    row(100009, "InvalidAccessKey", "the access key is unknown or disabled", "AccessKey 不存在或已禁用", 401, Never, Signature),
    row(100010, "SignatureDoesNotMatch", "the signature differs", "签名不匹配", 401, Never, Signature),
    row(100011, "ServiceShouldCallSelfApi", "keys of a service may only call its own actions", "服务密钥只能调用自身接口", 403, Never, Denied),
    row(100012, "LackPolicy", "the user has no policy", "子用户没有任何策略", 403, Never, Denied),
    row(100013, "AccessDenied", "the policy does not allow action or resource", "策略不允许该操作或资源", 403, Never, Denied),
    row(100014, "InternalError", "the service failed", "服务内部错误", 500, Backoff, Unavailable),
    row(100015, "FailToConnect", "the gateway did not reach the service", "网关无法连接服务", 502, Backoff, Unavailable),
    row(100016, "InternalServiceTimeout", "the service was too slow", "服务超时", 504, Backoff, Unavailable),
    row(100018, "FlowLimitExceeded", "too many requests", "请求超过限流", 429, Throttled, ServiceErrorKind::Throttled),
    row(100019, "ServiceUnavailableTemp", "briefly unavailable", "服务暂不可用", 503, Backoff, Unavailable),
    row(100020, "MethodNotAllowed", "wrong HTTP method", "请求方法不允许", 405, Never, Invalid),
    row(100024, "InvalidAuthorization", "the Authorization header is malformed", "Authorization 头格式错误", 400, Never, Signature),
    row(100025, "InvalidCredential", "the Credential part is malformed", "Credential 格式错误", 400, Never, Signature),
    row(100026, "InvalidSecretToken", "the session token is bad or has expired", "临时安全令牌无效或已过期", 401, Never, Signature),
    row(600003, "", "invalid parameter", "参数无效", 0, Never, Invalid),
    row(600005, "", "account id empty", "账号 ID 为空", 0, Never, Invalid),
    row(600006, "", "database error", "数据库错误", 0, Backoff, Unavailable),
    row(600007, "", "cache error", "缓存错误", 0, Backoff, Unavailable),
    row(600008, "", "service id empty", "服务 ID 为空", 0, Never, Invalid),
    row(600010, "", "redirect failed", "转发失败", 0, Backoff, Unavailable),
    row(600011, "", "internal error", "内部错误", 0, Backoff, Unavailable),
    row(600013, "", "the account is not opened", "账号未开通", 0, Never, Denied),
    row(600014, "", "too many requests", "请求过于频繁", 0, Throttled, ServiceErrorKind::Throttled),
    row(601000, "", "service error", "服务错误", 0, Never, Other),
    row(601001, "", "no subscription", "未订购", 0, Never, Denied),
    row(601002, "", "no such service", "服务不存在", 0, Never, NotFound),
    row(601003, "", "invalid service name", "服务名无效", 0, Never, Invalid),
    row(601004, "", "invalid service region", "服务地域无效", 0, Never, Invalid),
    row(601005, "", "making a service id failed", "服务 ID 生成失败", 0, Backoff, Unavailable),
    row(601006, "", "internal error of the service", "服务内部错误", 0, Backoff, Unavailable),
    row(601007, "", "signing key not found", "签名密钥不存在", 0, Never, NotFound),
    row(601008, "", "the service is not enabled", "服务未启用", 0, Never, Denied),
    row(601009, "", "service and account do not match", "服务与账号不匹配", 0, Never, Denied),
    row(601010, "", "the service is not ready", "服务未就绪", 0, Never, Unavailable),
    row(604015, "", "invalid STS parameters", "STS 参数无效", 0, Never, Invalid),
    row(641002, "", "an STS field is missing", "缺少 STS 字段", 0, Never, Invalid),
];

/// Codes without a number, in the order of the alphabet; their `code` is 0.
#[rustfmt::skip]
pub static SYMBOLS: &[ErrorCode] = &[
    row(0, "AccessDeniedException", "access is denied", "访问被拒绝", 400, Never, Denied),
    row(0, "AccessKeyIsExpire", "the access key has expired", "AccessKey 已过期", 400, Never, Signature),
    row(0, "AccessKeyLimitExceeded", "too many access keys", "AccessKey 数量超限", 409, Never, Exhausted),
    row(0, "AccessKeyNotExist", "no such access key", "AccessKey 不存在", 404, Never, NotFound),
    row(0, "AccountFlowLimitExceeded", "too many requests of the account", "账号请求超过限流", 429, Throttled, ServiceErrorKind::Throttled),
    row(0, "AccountNotExist", "no such account", "账号不存在", 404, Never, NotFound),
    row(0, "AccountNotVerified", "the account is not verified", "账号未认证", 400, Never, Denied),
    row(0, "Busy", "busy", "服务繁忙", 503, Backoff, Unavailable),
    row(0, "ErrorCreateAccessKey", "making the access key failed", "创建 AccessKey 失败", 400, Never, Other),
    row(0, "FailedOperation", "the operation failed", "操作失败", 0, Never, Other),
    row(0, "InnerApiNeedAccountInfo", "a service key was used without an account", "服务密钥缺少账号信息", 400, Never, Signature),
    row(0, "InternalServiceError", "an error behind the gateway", "网关后端错误", 502, Backoff, Unavailable),
    row(0, "InvalidAccessKeyId", "bad id of an access key", "AccessKeyId 无效", 400, Never, Invalid),
    row(0, "InvalidAccessKeyStatus", "bad status of an access key", "AccessKey 状态无效", 400, Never, Invalid),
    row(0, "InvalidAccountName", "bad name of an account", "账号名无效", 400, Never, Invalid),
    row(0, "InvalidAction", "no such action", "接口不存在", 404, Never, NotFound),
    row(0, "InvalidClientTokenId", "the access key is unknown or disabled", "AccessKey 不存在或已禁用", 401, Never, Signature),
    row(0, "InvalidDescription", "bad description", "描述无效", 400, Never, Invalid),
    row(0, "InvalidDisplayName", "bad name to show", "显示名无效", 400, Never, Invalid),
    row(0, "InvalidDomain", "bad domain", "域名无效", 400, Never, Invalid),
    row(0, "InvalidJsonStruct", "bad JSON", "JSON 结构无效", 400, Never, Invalid),
    row(0, "InvalidLimit", "bad limit", "Limit 无效", 400, Never, Invalid),
    row(0, "InvalidMobilePhone", "bad number of a mobile phone", "手机号无效", 400, Never, Invalid),
    row(0, "InvalidMobilePhoneIsVerify", "bad word on whether a mobile phone is verified", "手机号验证状态无效", 400, Never, Invalid),
    row(0, "InvalidNewDescription", "bad new description", "新描述无效", 400, Never, Invalid),
    row(0, "InvalidNewDisplayName", "bad new name to show", "新显示名无效", 400, Never, Invalid),
    row(0, "InvalidNewUserName", "bad new name of a user", "新用户名无效", 400, Never, Invalid),
    row(0, "InvalidOffset", "bad offset", "Offset 无效", 400, Never, Invalid),
    row(0, "InvalidParameter", "bad parameter", "参数无效", 400, Never, Invalid),
    row(0, "InvalidSite", "bad site", "站点无效", 400, Never, Invalid),
    row(0, "InvalidStatus", "bad status", "状态无效", 400, Never, Invalid),
    row(0, "InvalidTRN", "bad resource name", "TRN 无效", 400, Never, Invalid),
    row(0, "InvalidUserName", "bad name of a user", "用户名无效", 400, Never, Invalid),
    row(0, "InvalidVersion", "no such version", "版本不存在", 404, Never, NotFound),
    row(0, "LackProjectPolicy", "no permission for the project", "缺少项目权限", 401, Never, Denied),
    row(0, "OperationDenied", "the operation is denied", "操作被拒绝", 403, Never, Denied),
    row(0, "ParameterNotFound", "a parameter is missing", "缺少参数", 400, Never, Invalid),
    row(0, "QuotaInsufficient", "the quota is used up", "配额不足", 0, Never, Exhausted),
    row(0, "RequestForbidden", "the request is forbidden", "请求被禁止", 403, Never, Denied),
    row(0, "RequestLimitExceeded", "too many requests", "请求超过限制", 429, Throttled, ServiceErrorKind::Throttled),
    row(0, "ResourceInUse", "the resource is in use", "资源被占用", 409, Never, Exists),
    row(0, "ResourceInsufficient", "not enough resources", "资源不足", 0, Never, Exhausted),
    row(0, "ResourceNotFound", "no such resource", "资源不存在", 404, Never, NotFound),
    row(0, "ResourceUnavailable", "the resource is not available", "资源不可用", 0, Never, Other),
    row(0, "ServiceFailure", "the service failed", "服务失败", 500, Backoff, Unavailable),
    row(0, "ServiceTimeout", "the service was too slow", "服务超时", 504, Backoff, Unavailable),
    row(0, "ServiceUnavailable", "unavailable", "服务不可用", 503, Backoff, Unavailable),
    row(0, "SessionTokenInvalid", "the session token is not valid", "会话令牌无效", 400, Never, Signature),
    row(0, "Unauthorized", "not authorised", "未授权", 401, Never, Denied),
    row(0, "UnsupportedOperation", "the operation is not supported", "不支持该操作", 400, Never, Invalid),
    row(0, "UnsupportedProtocol", "the protocol is not supported", "不支持该协议", 400, Never, Invalid),
    row(0, "UnsupportedRegion", "the region is not supported", "不支持该地域", 400, Never, Invalid),
    row(0, "UserAlreadyExists", "the user exists", "用户已存在", 409, Never, Exists),
    row(0, "UserNotExist", "no such user", "用户不存在", 404, Never, NotFound),
];

/// Why a task of Edit failed, in ascending order of the numbers in its message.
#[rustfmt::skip]
pub static EDIT_FAILURES: &[ErrorCode] = &[
    row(12020003, "", "edit: the download was throttled", "下载被限流", 0, Throttled, ServiceErrorKind::Throttled),
    row(14090006, "", "edit: putting the pictures together failed", "视频合成失败", 0, Never, Other),
    row(14090007, "", "edit: putting the sound together failed", "音频合成失败", 0, Never, Other),
    row(15020010, "", "edit: uploading the outcome failed", "上传成品失败", 0, Backoff, Unavailable),
    row(17999903, "", "edit: unknown error", "未知错误", 0, Never, Other),
    row(19020005, "", "edit: unknown error", "未知错误", 0, Never, Other),
    row(21020004, "", "edit: a parameter has the wrong type", "参数类型错误", 0, Never, Invalid),
    row(22020001, "", "edit: the download failed", "下载失败", 0, Never, Other),
    row(22021001, "", "edit: the source is missing", "素材不存在", 0, Never, NotFound),
    row(29090001, "", "edit: there is no track", "没有轨道", 0, Never, Invalid),
    row(29090004, "", "edit: the track has no duration", "轨道时长不大于零", 0, Never, Invalid),
    row(52020002, "", "edit: the download took too long", "下载超时", 0, Backoff, Unavailable),
    row(55020009, "", "edit: the outcome is empty", "成品为空", 0, Never, Other),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_found_by_its_number_and_its_text() {
        assert!(CODES.is_sorted_by(|one, next| one.code < next.code));
        assert!(SYMBOLS.is_sorted_by(|one, next| one.symbol < next.symbol));
        for entry in CODES {
            assert_eq!(lookup(Some(entry.code), "whatever"), Some(entry));
        }
        for entry in CODES
            .iter()
            .chain(SYMBOLS)
            .filter(|entry| !entry.symbol.is_empty())
        {
            let detailed = format!("{}.Detail.More", entry.symbol);
            assert_eq!(lookup(None, &detailed), Some(entry));
            assert_eq!(lookup(Some(31_337), entry.symbol), Some(entry));
        }
        for unknown in ["", ".", "Nothing"] {
            assert_eq!(lookup(None, unknown), None);
        }
    }

    #[test]
    fn the_reason_of_a_failed_task_is_found_in_its_message() {
        assert!(EDIT_FAILURES.is_sorted_by(|one, next| one.code < next.code));
        let code = |message| edit_failure(message).map(|entry| entry.code);
        assert_eq!(code("22021001"), Some(22_021_001));
        assert_eq!(code("step 3: error 52020002, timeout"), Some(52_020_002));
        for unknown in ["", "timeout", "1", "99999999999999999999999", "122021001"] {
            assert_eq!(code(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn the_old_gateways_numbers_are_its_own() {
        assert!(old_upload_gateway(10_501).is_some());
        for other in [0, 2000, 10_014, 100_013] {
            assert_eq!(old_upload_gateway(other), None);
        }
    }
}
