use bytes::Bytes;
use http::{Request, Response};
use serde::Deserialize;

use super::{ServiceId, action};
use crate::{
    Operation, Payload, Stamp,
    error::{Error, InputError},
    loose,
    vcloud::{caller::Caller, envelope},
};

/// How many files a page has at most.
pub const LIST_LIMIT: usize = 1000;

/// Lists files, a page at a time: [`ImageX::list`](super::ImageX::list).
///
/// ```text
/// GET /?Action=GetImageUploadFiles&Version=2018-08-01&ServiceId=…&Limit=…&Marker=…
/// ```
#[derive(Clone, Debug)]
pub struct ListImages {
    caller: Caller,
    service: ServiceId,
    limit: Option<u16>,
    marker: Option<String>,
}

/// What [`ListImages`] finds.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImagePage {
    /// The files of this page.
    #[serde(default, rename = "FileObjects", deserialize_with = "loose::list")]
    pub files: Vec<ListedImage>,
    /// What the service calls the state of the listing.
    #[serde(default, rename = "Status", deserialize_with = "loose::any_text")]
    pub status: Option<String>,
    #[serde(
        default,
        rename = "hasMore",
        alias = "HasMore",
        deserialize_with = "loose::flag"
    )]
    has_more: Option<bool>,
}

/// A file of a page. What the service did not say is empty.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListedImage {
    /// Its name.
    #[serde(rename = "StoreUri", deserialize_with = "loose::text")]
    pub uri: String,
    /// The name under which it was to be stored.
    #[serde(default, rename = "Key", deserialize_with = "loose::text_or_empty")]
    pub key: String,
    /// When it was last changed, as the service writes it.
    #[serde(
        default,
        rename = "LastModified",
        deserialize_with = "loose::text_or_empty"
    )]
    pub modified: String,
    /// The length in bytes.
    #[serde(
        default,
        rename = "FileSize",
        deserialize_with = "loose::optional_number"
    )]
    pub size: Option<u64>,
    /// Where a page begins that goes on behind it.
    #[serde(default, rename = "Marker", deserialize_with = "loose::text_or_empty")]
    pub marker: String,
}

impl ImagePage {
    /// Where the next page [begins](ListImages::marker); `None` if this is the last.
    pub fn next_marker(&self) -> Option<&str> {
        let last = self.files.last().filter(|_| self.has_more == Some(true))?;
        Some(&last.marker)
    }
}

impl ListImages {
    pub(super) fn new(caller: Caller, service: ServiceId) -> ListImages {
        ListImages {
            caller,
            service,
            limit: None,
            marker: None,
        }
    }

    /// At most this many, up to [`LIST_LIMIT`].
    pub fn limit(mut self, limit: u16) -> ListImages {
        self.limit = Some(limit);
        self
    }

    /// Those behind an earlier page: its [`ImagePage::next_marker`].
    pub fn marker(mut self, marker: impl Into<String>) -> ListImages {
        self.marker = Some(marker.into());
        self
    }
}

impl Operation for ListImages {
    type Output = ImagePage;

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        let mut query = action("GetImageUploadFiles", &self.service);
        if let Some(limit) = self.limit {
            let (name, count) = ("files on a page", usize::from(limit));
            if !(1..=LIST_LIMIT).contains(&count) {
                let limit = LIST_LIMIT;
                return Err(InputError::Count { name, count, limit }.into());
            }
            query = query.with_number("Limit", limit);
        }
        if let Some(marker) = &self.marker {
            query = query.with("Marker", marker.clone());
        }
        self.caller.get(&query, stamp)
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<ImagePage, Error> {
        let page: ImagePage = envelope::open_object(self.caller.name(), response)?;
        let next = page.next_marker().unwrap_or_default();
        // Whoever went on from there would begin again, and never come to an end.
        let stuck = next.is_empty() || self.marker.as_deref() == Some(next);
        match page.has_more == Some(true) && stuck {
            true => Err(envelope::unreadable(
                "in Result: more files, but no way to go on to them",
                response,
            )),
            false => Ok(page),
        }
    }

    fn repeatable(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vcloud::{
        imagex::{imagex, service},
        played::{play, query, stamp, success},
    };

    #[test]
    fn a_page_is_asked_for() {
        let list = imagex().list(&service());
        let request = list.clone().limit(1000).marker("a/b").request(&stamp());
        assert_eq!(
            query(&request.expect("a request")),
            "Action=GetImageUploadFiles&Version=2018-08-01&ServiceId=svcexample&Limit=1000\
             &Marker=a%2Fb"
        );
        assert!(list.clone().request(&stamp()).is_ok());
        for limit in [0, 1001] {
            let refused = list.clone().limit(limit).request(&stamp());
            assert!(matches!(
                refused,
                Err(Error::Input(InputError::Count { .. }))
            ));
        }
    }

    #[test]
    fn a_page_says_where_the_next_begins() {
        let reply = |more| {
            success(&format!(
                r#"{{"FileObjects":[{{"StoreUri":"a"}},{{"StoreUri":"b","Marker":"m",
                    "FileSize":"7"}}],"Status":1,"hasMore":{more}}}"#
            ))
        };
        let page = play(imagex().list(&service()), &[reply("true")]).result;
        let page = page.expect("a page");
        assert_eq!(
            (page.next_marker(), page.files[1].size),
            (Some("m"), Some(7))
        );
        for more in ["false", "null", "0"] {
            let last = play(imagex().list(&service()), &[reply(more)]).result;
            assert_eq!(last.expect("a page").next_marker(), None);
        }
        let empty = play(imagex().list(&service()), &[success("{}")]).result;
        assert!(empty.expect("a page").files.is_empty());
    }

    #[test]
    fn what_is_no_listing_is_not_taken_for_an_empty_one() {
        for bad in ["null", "[]", "7"] {
            let page = play(imagex().list(&service()), &[success(bad)]).result;
            assert!(matches!(page, Err(Error::Response(_))), "{bad}");
        }
    }

    #[test]
    fn a_listing_that_leads_nowhere_is_an_error() {
        for files in [
            "[]",
            r#"[{"StoreUri":"a"}]"#,
            r#"[{"StoreUri":"a","Marker":"m"}]"#,
        ] {
            let reply = success(&format!(r#"{{"FileObjects":{files},"hasMore":true}}"#));
            let page = play(imagex().list(&service()).marker("m"), &[reply]).result;
            assert!(matches!(page, Err(Error::Response(_))), "{files}");
        }
    }
}
