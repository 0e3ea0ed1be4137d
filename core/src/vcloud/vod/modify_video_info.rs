use bytes::Bytes;
use http::{Request, Response};
use serde::Serialize;

use crate::{
    Operation, Payload, Stamp,
    error::{Error, InputError},
    vcloud::{Dialect, Parameters, call::filled, caller::Caller, envelope},
};

/// Changes what is said of a video (section 7.8):
/// [`Vod::modify_video_info`](super::Vod::modify_video_info).
///
/// ```text
/// POST /?Action=ModifyVideoInfo&Version=2018-01-01                {"SpaceName", "Vid", "Info", "Tags"}
/// GET  /?Action=UpdateMediaInfo&Version=2020-08-01&Vid=…&Title=…     of Volcengine
/// ```
///
/// Only what is set is sent. Volcengine takes neither a category nor single tags.
#[derive(Clone, Debug)]
pub struct ModifyVideoInfo {
    caller: Caller,
    space: String,
    vid: String,
    info: Info,
    tags: Tags,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Info {
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    poster_uri: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Tags {
    #[serde(skip_serializing_if = "Option::is_none")]
    deletes: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    adds: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Body<'a> {
    space_name: &'a str,
    vid: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    info: Option<&'a Info>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<&'a Tags>,
}

impl ModifyVideoInfo {
    pub(super) fn new(caller: Caller, space: String, vid: String) -> ModifyVideoInfo {
        ModifyVideoInfo {
            caller,
            space,
            vid,
            info: Info::default(),
            tags: Tags::default(),
        }
    }

    /// Sets the title.
    pub fn title(mut self, title: impl Into<String>) -> ModifyVideoInfo {
        self.info.title = Some(title.into());
        self
    }

    /// Sets the description.
    pub fn description(mut self, description: impl Into<String>) -> ModifyVideoInfo {
        self.info.description = Some(description.into());
        self
    }

    /// Sets the category.
    pub fn category(mut self, category: impl Into<String>) -> ModifyVideoInfo {
        self.info.category = Some(category.into());
        self
    }

    /// Sets the poster, by the name under which it was stored.
    pub fn poster_uri(mut self, uri: impl Into<String>) -> ModifyVideoInfo {
        self.info.poster_uri = Some(uri.into());
        self
    }

    /// Adds tags, joined by commas.
    pub fn add_tags(mut self, tags: impl Into<String>) -> ModifyVideoInfo {
        self.tags.adds = Some(tags.into());
        self
    }

    /// Takes tags away, joined by commas.
    pub fn delete_tags(mut self, tags: impl Into<String>) -> ModifyVideoInfo {
        self.tags.deletes = Some(tags.into());
        self
    }

    fn original(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        let body = Body {
            space_name: &self.space,
            vid: &self.vid,
            info: Some(&self.info).filter(|info| **info != Info::default()),
            tags: Some(&self.tags).filter(|tags| **tags != Tags::default()),
        };
        let query = Parameters::of_action("ModifyVideoInfo", "2018-01-01");
        self.caller.post_json(&query, &body, stamp)
    }

    fn successor(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        for (name, set) in [
            ("Category", self.info.category.is_some()),
            ("Tags", self.tags != Tags::default()),
        ] {
            if set {
                let name = name.to_owned();
                return Err(InputError::Parameter { name }.into());
            }
        }
        let mut query =
            Parameters::of_action("UpdateMediaInfo", "2020-08-01").with("Vid", self.vid.clone());
        for (name, value) in [
            ("PosterUri", &self.info.poster_uri),
            ("Title", &self.info.title),
            ("Description", &self.info.description),
        ] {
            if let Some(value) = value {
                query.set(name, value.clone());
            }
        }
        self.caller.get(&query, stamp)
    }
}

impl Operation for ModifyVideoInfo {
    type Output = ();

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        filled("SpaceName", &self.space)?;
        filled("Vid", &self.vid)?;
        if self.info == Info::default() && self.tags == Tags::default() {
            return Err(InputError::NothingToDo.into());
        }
        match self.caller.dialect() {
            Dialect::TtvCloud => self.original(stamp),
            Dialect::Volcengine => self.successor(stamp),
        }
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<(), Error> {
        match self.caller.dialect() {
            Dialect::TtvCloud => envelope::done_inside(self.caller.name(), response),
            Dialect::Volcengine => envelope::done(self.caller.name(), response),
        }
    }

    fn repeatable(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::vcloud::{
        played::{answer, body, query, stamp, success},
        vod::tests::{successor, vod},
    };

    #[test]
    fn only_what_changes_is_sent() {
        let modify = vod().modify_video_info("s", "v1");
        let sent = |modify: &ModifyVideoInfo| body(&modify.request(&stamp()).expect("a request"));
        assert_eq!(
            sent(&modify.clone().poster_uri("p")),
            json!({"SpaceName": "s", "Vid": "v1", "Info": {"PosterUri": "p"}})
        );
        let rest = modify.title("t").description("").category("c");
        assert_eq!(
            sent(&rest.add_tags("a,b").delete_tags("c")),
            json!({"SpaceName": "s", "Vid": "v1",
                "Info": {"Title": "t", "Description": "", "Category": "c"},
                "Tags": {"Adds": "a,b", "Deletes": "c"}})
        );
    }

    #[test]
    fn the_successor_takes_it_in_the_query_and_knows_no_single_tags() {
        let modify = successor()
            .modify_video_info("s", "v1")
            .title("t")
            .poster_uri("p");
        let request = modify.request(&stamp()).expect("a request");
        assert_eq!(
            query(&request),
            "Action=UpdateMediaInfo&Version=2020-08-01&Vid=v1&PosterUri=p&Title=t"
        );
        assert!(modify.clone().category("c").request(&stamp()).is_err());
        assert!(modify.add_tags("a").request(&stamp()).is_err());
    }

    #[test]
    fn a_change_of_nothing_is_refused_and_a_status_inside_counts() {
        let modify = vod().modify_video_info("s", "v1");
        assert!(matches!(
            modify.request(&stamp()),
            Err(Error::Input(InputError::NothingToDo))
        ));
        let inside = |code| success(&format!(r#"{{"BaseResp":{{"StatusCode":{code}}}}}"#));
        assert!(modify.parse(&answer(200, &inside(0))).is_ok());
        let refused = modify.parse(&answer(200, &inside(5)));
        assert!(matches!(refused, Err(Error::Service(_))));
    }
}
