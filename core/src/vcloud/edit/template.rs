use serde::Serialize;
use serde_json::Value;

use crate::error::InputError;

/// A kind of task: after a template for music videos.
const MUSIC_VIDEO: i64 = 2;

/// Videos to be made after a template.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct TemplateTask {
    r#type: i64,
    template_id: String,
    space: String,
    video_name: Vec<String>,
    params: Vec<Vec<TemplateItem>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    extra_params: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    priority: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    callback_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    callback_args: Option<String>,
}

impl TemplateTask {
    /// A task after this template for music videos, with its outcome in this space.
    pub fn new(template_id: impl Into<String>, space: impl Into<String>) -> TemplateTask {
        TemplateTask {
            r#type: MUSIC_VIDEO,
            template_id: template_id.into(),
            space: space.into(),
            video_name: Vec::new(),
            params: Vec::new(),
            extra_params: Vec::new(),
            priority: None,
            callback_uri: None,
            callback_args: None,
        }
    }

    /// Another kind of template than one for music videos.
    pub fn kind(mut self, number: i64) -> TemplateTask {
        self.r#type = number;
        self
    }

    /// One more video of this title, with these items in the places of the template.
    pub fn video(
        mut self,
        name: impl Into<String>,
        items: impl IntoIterator<Item = TemplateItem>,
    ) -> TemplateTask {
        self.video_name.push(name.into());
        self.params.push(items.into_iter().collect());
        self
    }

    /// One more object among `ExtraParams`, of which nothing is documented.
    pub fn extra(mut self, parameters: Value) -> TemplateTask {
        self.extra_params.push(parameters);
        self
    }

    /// How urgent it is; what the numbers mean is the service's affair.
    pub fn priority(mut self, priority: i64) -> TemplateTask {
        self.priority = Some(priority);
        self
    }

    /// The address that is called when it is done, and a text that is handed to it.
    pub fn callback(mut self, uri: impl Into<String>, args: impl Into<String>) -> TemplateTask {
        self.callback_uri = Some(uri.into());
        self.callback_args = Some(args.into());
        self
    }

    pub(super) fn check(&self) -> Result<(), InputError> {
        let wrong = [
            ("TemplateId", self.template_id.is_empty()),
            ("Space", self.space.is_empty()),
            ("VideoName", self.video_name.is_empty()),
            (
                "ExtraParams",
                !self.extra_params.iter().all(Value::is_object),
            ),
        ];
        match wrong.into_iter().find(|(_, wrong)| *wrong) {
            Some((name, _)) => Err(InputError::Parameter { name: name.into() }),
            None => Ok(()),
        }
    }
}

/// What stands in a place of a template.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct TemplateItem {
    name: String,
    r#type: TemplateItemType,
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    self_start_time: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_time: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration: Option<f64>,
}

/// What kind of thing it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum TemplateItemType {
    /// Sound.
    Audio,
    /// A video.
    Video,
    /// A picture.
    Image,
    /// Words.
    Text,
}

impl TemplateItem {
    /// Words.
    pub fn text(name: impl Into<String>, text: impl Into<String>) -> TemplateItem {
        TemplateItem {
            text: Some(text.into()),
            ..TemplateItem::new(name.into(), TemplateItemType::Text)
        }
    }

    /// A medium that is at this source.
    pub fn medium(
        name: impl Into<String>,
        kind: TemplateItemType,
        source: impl Into<String>,
    ) -> TemplateItem {
        TemplateItem {
            source: Some(source.into()),
            ..TemplateItem::new(name.into(), kind)
        }
    }

    fn new(name: String, r#type: TemplateItemType) -> TemplateItem {
        TemplateItem {
            name,
            r#type,
            position: None,
            text: None,
            source: None,
            self_start_time: None,
            start_time: None,
            duration: None,
        }
    }

    /// The place in the template.
    pub fn position(mut self, position: impl Into<String>) -> TemplateItem {
        self.position = Some(position.into());
        self
    }

    /// From where on the medium is played: `SelfStartTime`.
    pub fn from(mut self, time: f64) -> TemplateItem {
        self.self_start_time = Some(time);
        self
    }

    /// When it begins in the outcome, and how long it lasts: `StartTime` and `Duration`, which only
    /// one of the vendor's clients knows.
    pub fn during(mut self, start: f64, duration: f64) -> TemplateItem {
        self.start_time = Some(start);
        self.duration = Some(duration);
        self
    }
}
