use std::fmt;

use serde_json::{Map, Value};

use crate::vcloud::upload_host::StorageClass;

/// So many addresses one request takes at Volcengine (section 16.3).
pub const URL_LIMIT: usize = 20;

/// A video that is somewhere else, and what is to be said of it. Made of its address; all else is for
/// Volcengine only.
#[derive(Clone, PartialEq)]
pub struct UrlSource {
    url: String,
    further: Map<String, Value>,
}

impl UrlSource {
    /// The video at this address.
    pub fn new(url: impl Into<String>) -> UrlSource {
        UrlSource {
            url: url.into(),
            further: Map::new(),
        }
    }

    /// The address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The title.
    pub fn title(self, text: impl Into<String>) -> UrlSource {
        self.set("Title", text.into())
    }

    /// The description.
    pub fn description(self, text: impl Into<String>) -> UrlSource {
        self.set("Description", text.into())
    }

    /// Tags, joined by commas.
    pub fn tags(self, text: impl Into<String>) -> UrlSource {
        self.set("Tags", text.into())
    }

    /// The category.
    pub fn category(self, text: impl Into<String>) -> UrlSource {
        self.set("Category", text.into())
    }

    /// The name under which it is to be stored.
    pub fn file_name(self, name: impl Into<String>) -> UrlSource {
        self.set("FileName", name.into())
    }

    /// What the name ends in, where that is not what the format says.
    pub fn file_extension(self, extension: impl Into<String>) -> UrlSource {
        self.set("FileExtension", extension.into())
    }

    /// The MD5 that it must have.
    pub fn md5(self, hex: impl Into<String>) -> UrlSource {
        self.set("Md5", hex.into())
    }

    /// The template by which it is to be processed.
    pub fn template_id(self, template: impl Into<String>) -> UrlSource {
        self.set("TemplateId", template.into())
    }

    /// The class that it belongs to.
    pub fn classification(self, id: i64) -> UrlSource {
        self.set("ClassificationId", id)
    }

    /// How it is to be kept.
    pub fn storage_class(self, class: StorageClass) -> UrlSource {
        self.set("StorageClass", class.number())
    }

    /// A text that comes back with the service's callback.
    pub fn callback_args(self, text: impl Into<String>) -> UrlSource {
        self.set("CallbackArgs", text.into())
    }

    /// Another member, by its name.
    pub fn with(self, name: impl Into<String>, value: Value) -> UrlSource {
        self.set(name, value)
    }

    fn set(mut self, name: impl Into<String>, value: impl Into<Value>) -> UrlSource {
        self.further.insert(name.into(), value.into());
        self
    }

    /// Whether there is nothing but the address.
    pub(super) fn is_bare(&self) -> bool {
        self.further.is_empty()
    }

    /// Something that there is beside the address.
    pub(super) fn further_name(&self) -> &str {
        self.further.keys().next().map_or("", String::as_str)
    }

    /// As it is sent.
    pub(super) fn written(&self, extension: &str, callback_args: Option<&str>) -> Value {
        let mut members = Map::new();
        members.insert("SourceUrl".into(), self.url.as_str().into());
        members.insert("FileExtension".into(), extension.into());
        if let Some(text) = callback_args {
            members.insert("CallbackArgs".into(), text.into());
        }
        members.extend(self.further.clone());
        Value::Object(members)
    }
}

/// Addresses often carry permissions: only how many members there are is shown.
impl fmt::Debug for UrlSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bare = self.url.split(['?', '#']).next().unwrap_or_default();
        let bare = bare.rsplit('@').next().unwrap_or_default();
        f.debug_struct("UrlSource")
            .field("url", &bare)
            .field("further", &self.further.len())
            .finish()
    }
}

impl From<String> for UrlSource {
    fn from(url: String) -> UrlSource {
        UrlSource::new(url)
    }
}

impl From<&String> for UrlSource {
    fn from(url: &String) -> UrlSource {
        UrlSource::new(url.as_str())
    }
}

impl From<&str> for UrlSource {
    fn from(url: &str) -> UrlSource {
        UrlSource::new(url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permission_in_an_address_is_not_shown() {
        let source = UrlSource::new("http://user:canary@a/b?sign=canary");
        assert_eq!(
            format!("{source:?}"),
            r#"UrlSource { url: "a/b", further: 0 }"#
        );
    }
}
