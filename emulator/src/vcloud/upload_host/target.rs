//! Which of the requests of an upload it is (sections 8.1 and 8.2).

use http::request::Parts;
use yunmei_core::vcloud::Parameters;

use super::answer::Rejection;

/// What is to be done at the upload host.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Task {
    /// An object, in one piece.
    Put,
    /// An upload in parts begins.
    Open,
    /// A part of it.
    Part { upload: String, number: u32 },
    /// It ends.
    Merge {
        upload: String,
        content_type: String,
    },
}

impl Task {
    /// What the query says.
    pub(super) fn of(parts: &Parts) -> Result<Task, Rejection> {
        let query = parts.uri.query().unwrap_or_default();
        let query =
            Parameters::decode(query).ok_or_else(|| Rejection::request("the query is no UTF-8"))?;
        let upload = query.value("uploadID").map(str::to_owned);
        match (query.value("uploads"), query.value("partNumber"), upload) {
            (None, None, None) => Ok(Task::Put),
            (Some(_), None, None) => Ok(Task::Open),
            (None, Some(number), Some(upload)) => {
                let digits = number.bytes().all(|byte| byte.is_ascii_digit());
                let number = number.parse().ok().filter(|_| digits);
                let number = number.ok_or_else(|| Rejection::request("partNumber is no number"))?;
                Ok(Task::Part { upload, number })
            }
            (None, None, Some(upload)) => {
                let content_type = query.value("ObjectContentType").unwrap_or_default();
                let content_type = content_type.to_owned();
                Ok(Task::Merge {
                    upload,
                    content_type,
                })
            }
            _ => Err(Rejection::request(
                "the query is neither uploads, nor partNumber and uploadID, nor uploadID",
            )),
        }
    }

    /// Its name in the log, and in the rules of faults.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Task::Put => "upload.put",
            Task::Open => "upload.open",
            Task::Part { .. } => "upload.part",
            Task::Merge { .. } => "upload.merge",
        }
    }
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn task(query: &str) -> Option<Task> {
        let request = Request::builder().uri(format!("/tos-cn-v-0/a{query}"));
        let (parts, ()) = request.body(()).expect("a request").into_parts();
        Task::of(&parts).ok()
    }

    #[test]
    fn the_query_tells_the_requests_of_an_upload_apart() {
        assert_eq!(task(""), Some(Task::Put));
        assert_eq!(task("?uploads"), Some(Task::Open));
        let upload = || "a b".to_owned();
        assert_eq!(
            task("?partNumber=7&uploadID=a+b"),
            Some(Task::Part {
                upload: upload(),
                number: 7
            })
        );
        assert_eq!(
            task("?uploadID=a+b&ObjectContentType=video%2Fmp4"),
            Some(Task::Merge {
                upload: upload(),
                content_type: "video/mp4".into()
            })
        );
        for bad in [
            "?partNumber=1",
            "?partNumber=+1&uploadID=x",
            "?uploads&uploadID=x",
        ] {
            assert_eq!(task(bad), None, "{bad}");
        }
    }
}
