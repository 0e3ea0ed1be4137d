//! What a client is told when it gets nothing: a status, a code for programs, and a sentence for
//! people, in both languages. None of it holds a token, a signature or a key.

use std::{borrow::Cow, fmt, time::Duration};

use http::{HeaderValue, Response, StatusCode, header};
use serde::Serialize;

use super::reply::Body;
use crate::{path::PathRefusal, policy::Denial, sign::SignError, token::TokenRefusal};

/// How much of a name that is not known is repeated, in characters.
const NAME_LIMIT: usize = 40;

/// A refusal, as it is sent.
#[derive(Clone, Debug)]
pub(super) struct Refused {
    status: StatusCode,
    code: &'static str,
    message: Cow<'static, str>,
    message_zh: Cow<'static, str>,
    /// After how many seconds there is room again.
    retry_after: Option<u64>,
}

#[derive(Serialize)]
struct Written<'a> {
    error: WrittenError<'a>,
}

#[derive(Serialize)]
struct WrittenError<'a> {
    code: &'a str,
    message: &'a str,
    message_zh: &'a str,
}

impl Refused {
    fn new(
        status: StatusCode,
        code: &'static str,
        message: impl Into<Cow<'static, str>>,
        message_zh: impl Into<Cow<'static, str>>,
    ) -> Refused {
        Refused {
            status,
            code,
            message: message.into(),
            message_zh: message_zh.into(),
            retry_after: None,
        }
    }

    pub(super) fn code(&self) -> &'static str {
        self.code
    }

    #[cfg(test)]
    pub(super) fn message(&self) -> &str {
        &self.message
    }

    /// A parameter that is not known. Its name is repeated, and never a value.
    pub(super) fn unknown_parameter(name: &str) -> Refused {
        let shown: String = name.chars().take(NAME_LIMIT).collect();
        let shown = shown.escape_default();
        let rest = if name.chars().nth(NAME_LIMIT).is_some() {
            "…"
        } else {
            ""
        };
        Refused::new(
            StatusCode::BAD_REQUEST,
            "bad_request",
            format!("the parameter \"{shown}{rest}\" is not known here"),
            format!("无法识别参数 \"{shown}{rest}\""),
        )
    }

    /// A word without an equals sign. It may be the rest of a value, and is not repeated.
    pub(super) fn stray_word() -> Refused {
        Refused::new(
            StatusCode::BAD_REQUEST,
            "bad_request",
            "the query has a word that is no parameter: an & in a value is written %26",
            "请求中有无法识别的参数；参数值中的 & 须写成 %26",
        )
    }

    /// A parameter that cannot be read.
    pub(super) fn parameter(name: &'static str, problem: impl fmt::Display) -> Refused {
        Refused::new(
            StatusCode::BAD_REQUEST,
            "bad_request",
            format!("the parameter {name} {problem}"),
            format!("参数 {name} 缺失或不正确"),
        )
    }

    /// A path that is none, or one with a trick in it.
    pub(super) fn path(refusal: PathRefusal) -> Refused {
        Refused::new(
            StatusCode::BAD_REQUEST,
            "path_malformed",
            format!("the path is not taken: {refusal}"),
            "路径或文件名不符合要求",
        )
    }

    /// Too many requests of one subject, or of one address.
    pub(super) fn too_many(pause: Duration) -> Refused {
        // Rounded up: whoever comes at that time finds room.
        let seconds = pause.as_secs() + u64::from(pause.subsec_nanos() != 0);
        let seconds = seconds.max(1);
        let unit = if seconds == 1 { "second" } else { "seconds" };
        Refused {
            retry_after: Some(seconds),
            ..Refused::new(
                StatusCode::TOO_MANY_REQUESTS,
                "too_many_requests",
                format!("too many requests: try again after {seconds} {unit}"),
                format!("请求过于频繁，请 {seconds} 秒后重试"),
            )
        }
    }

    /// No such route.
    pub(super) fn not_found() -> Refused {
        let text = "there is nothing at this address";
        Refused::new(StatusCode::NOT_FOUND, "not_found", text, "此地址不存在")
    }

    /// A route that is only read.
    pub(super) fn method() -> Refused {
        Refused::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            "only GET is answered here",
            "此地址只支持 GET 请求",
        )
    }

    /// A request with a body.
    pub(super) fn body() -> Refused {
        Refused::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "body_not_allowed",
            "no request has a body here",
            "请求不能带有正文",
        )
    }

    /// An address that is too long.
    pub(super) fn target() -> Refused {
        Refused::new(
            StatusCode::URI_TOO_LONG,
            "address_too_long",
            "the address of the request is too long",
            "请求地址过长",
        )
    }

    /// Headers that are too large.
    pub(super) fn headers() -> Refused {
        Refused::new(
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            "headers_too_large",
            "the headers of the request are too large, or too many",
            "请求头过大或过多",
        )
    }

    /// A head that is too large to be read at all.
    pub(super) fn head() -> Refused {
        Refused::new(
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            "head_too_large",
            "the address and the headers of the request are too large",
            "请求地址和请求头过大",
        )
    }

    /// What is no request.
    pub(super) fn malformed() -> Refused {
        Refused::new(
            StatusCode::BAD_REQUEST,
            "malformed_request",
            "this is no request of HTTP/1.1, or a broken one",
            "不是有效的 HTTP/1.1 请求",
        )
    }

    /// A request that does not say for which host it is, or says it twice.
    pub(super) fn host() -> Refused {
        Refused::new(
            StatusCode::BAD_REQUEST,
            "malformed_request",
            "a request has the header Host, once",
            "请求必须带有且只带有一个 Host 请求头",
        )
    }

    /// A denial of the article's route, where nothing but a folder can be named: what a rule wants
    /// beyond that, it has to go without.
    pub(super) fn article(denial: Denial) -> Refused {
        let (denial, message, chinese) = match denial {
            Denial::Unnamed | Denial::Prefix => (
                Denial::Prefix,
                "here all of a folder is signed for: its rule needs prefix = true",
                "此地址只为整个文件夹签名：策略中的规则须设置 prefix = true",
            ),
            Denial::Undeclared => (
                denial,
                "size and type cannot be said here: its rule may have neither size_limit nor types",
                "此地址无法说明文件大小和类型：策略中的规则不能设置 size_limit 或 types",
            ),
            denial => return denial.into(),
        };
        Refused {
            message: message.into(),
            message_zh: chinese.into(),
            ..denial.into()
        }
    }

    /// A head that took too long.
    pub(super) fn slow() -> Refused {
        Refused::new(
            StatusCode::REQUEST_TIMEOUT,
            "request_timeout",
            "the request took too long to arrive",
            "请求发送过慢",
        )
    }

    /// What is decided cannot be written down.
    pub(super) fn no_audit() -> Refused {
        Refused::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "busy",
            "nothing can be signed at the moment",
            "暂时无法签名，请稍后重试",
        )
    }

    /// A server that was set up without a page.
    pub(super) fn no_page() -> Refused {
        Refused::new(
            StatusCode::FORBIDDEN,
            "no_page",
            "this server does not offer an upload page",
            "本服务未开放上传页面",
        )
    }

    /// The answer.
    pub(super) fn into_response(self) -> Response<Body> {
        let written = Written {
            error: WrittenError {
                code: self.code,
                message: &self.message,
                message_zh: &self.message_zh,
            },
        };
        let json = serde_json::to_vec(&written).expect("texts are JSON");
        let mut response = super::reply::json(json);
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        match self.status {
            StatusCode::UNAUTHORIZED => {
                let value = HeaderValue::from_static("Bearer");
                headers.insert(header::WWW_AUTHENTICATE, value);
            }
            StatusCode::METHOD_NOT_ALLOWED => {
                headers.insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
            }
            _ => {}
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

impl From<TokenRefusal> for Refused {
    fn from(refusal: TokenRefusal) -> Refused {
        let chinese = match refusal {
            TokenRefusal::Missing => "缺少访问令牌：请放在请求头 Authorization 中，前面加 Bearer",
            TokenRefusal::Header => "请求头 Authorization 须为 JWT 或 Bearer、一个空格和令牌",
            TokenRefusal::Malformed => "访问令牌无法读取，或没有签名",
            TokenRefusal::Algorithm => "访问令牌的签名算法不符",
            TokenRefusal::Critical => "访问令牌带有无法识别的关键头部",
            TokenRefusal::Signature => "访问令牌不是用本服务的密钥签名的",
            TokenRefusal::Expired => "访问令牌已过期",
            TokenRefusal::Early => "访问令牌尚未生效",
            TokenRefusal::Issuer => "访问令牌的签发者不符",
            TokenRefusal::Audience => "访问令牌不是签发给本服务的",
            TokenRefusal::Subject => "访问令牌没有可读的用户名",
            TokenRefusal::UnknownClaim => "访问令牌带有策略中没有列出的声明",
        };
        let (status, code) = (StatusCode::UNAUTHORIZED, refusal.code());
        Refused::new(status, code, refusal.to_string(), chinese)
    }
}

impl From<Denial> for Refused {
    fn from(denial: Denial) -> Refused {
        let status = match denial {
            Denial::Unnamed | Denial::Undeclared | Denial::Type => StatusCode::BAD_REQUEST,
            Denial::Size(_) => StatusCode::PAYLOAD_TOO_LARGE,
            _ => StatusCode::FORBIDDEN,
        };
        let chinese: Cow<'static, str> = match denial {
            Denial::Service | Denial::Claims => "您的令牌不能使用此服务".into(),
            Denial::Operation => "您的令牌不允许此操作".into(),
            Denial::Place => "存储空间不存在或不允许使用".into(),
            Denial::Path => "此路径不在您可以使用的范围内".into(),
            Denial::Unnamed => "请说明文件路径".into(),
            Denial::Prefix => {
                "不能为整个文件夹签名：请指定文件，或在策略的规则中设置 prefix = true".into()
            }
            Denial::Video => "您不能访问此视频".into(),
            Denial::Lifetime(limit) => format!("签名有效期须为 1 到 {limit} 秒").into(),
            Denial::Undeclared => "请用参数 size 和 type 说明要上传的文件大小和类型".into(),
            Denial::Type => "不允许上传这种类型的文件".into(),
            Denial::Size(limit) => format!("文件太大，最多允许 {limit} 字节").into(),
        };
        Refused::new(status, denial.code(), denial.to_string(), chinese)
    }
}

impl From<SignError> for Refused {
    fn from(error: SignError) -> Refused {
        match error {
            SignError::Ambiguous | SignError::Ampersand | SignError::Input(_) => Refused::new(
                StatusCode::BAD_REQUEST,
                "not_signable",
                format!("this cannot be signed: {error}"),
                "无法为此请求签名",
            ),
            SignError::NoSuchRule => Refused::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal",
                "the server failed at this request",
                "服务器内部错误",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_waits_as_long_as_told_finds_room() {
        for (pause, told) in [(0, "1"), (1, "1"), (1000, "1"), (1001, "2"), (10_000, "10")] {
            let refused = Refused::too_many(Duration::from_millis(pause));
            let response = refused.into_response();
            assert_eq!(response.headers()[header::RETRY_AFTER], told, "{pause}");
        }
    }
}
