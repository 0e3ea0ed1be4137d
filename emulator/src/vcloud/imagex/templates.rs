//! Templates: how pictures may be shown. Kept as they were sent; nothing is made after them.

use std::{collections::BTreeMap, io};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use yunmei_core::Timestamp;

use super::{ImageX, invalid, limit, needed};
use crate::{
    random,
    storage::{Documents, Storage},
    vcloud::{answer::Refusal, asked::Asked, time},
};

/// The most templates, and the longest of their names; no source has a bound.
const LIMIT: usize = 1000;
const NAME_LIMIT: usize = 128;
/// The most templates on a page, and how many it has if nobody says.
const PAGES: (i64, i64) = (100, 10);

#[derive(Clone, Deserialize, Serialize)]
struct Template {
    name: String,
    /// In seconds.
    created: u64,
    document: Map<String, Value>,
}

pub(super) struct Templates {
    documents: Documents,
    /// By name.
    all: BTreeMap<String, Template>,
}

impl Templates {
    pub(super) fn open(storage: &Storage) -> io::Result<Templates> {
        let documents = storage.documents("vcloud", "image-templates")?;
        let all = documents.load::<Template>()?.into_iter();
        Ok(Templates {
            all: all
                .map(|template| (template.name.clone(), template))
                .collect(),
            documents,
        })
    }
}

impl Template {
    fn document(&self, service: &str) -> Value {
        let mut document = self.document.clone();
        let created = time::spaced(Timestamp::from_seconds(self.created));
        document.insert("ServiceId".into(), service.into());
        document.insert("TemplateName".into(), self.name.as_str().into());
        document.insert("CreateAt".into(), created.into());
        document.into()
    }
}

impl ImageX {
    pub(super) fn create_template(&self, asked: &Asked) -> Result<Value, Refusal> {
        let template = self.drawn(asked)?;
        let mut templates = self.templates();
        if templates.all.contains_key(&template.name) {
            return Err(invalid("TemplateName", "another template has this name"));
        }
        if templates.all.len() >= LIMIT {
            return Err(invalid(
                "TemplateName",
                "there is no room for another template",
            ));
        }
        templates.documents.put(&template.name, &template)?;
        let name = template.name.clone();
        templates.all.insert(name.clone(), template);
        Ok(json!({"ServiceId": self.service, "TemplateName": name}))
    }

    /// What a template would be.
    pub(super) fn preview_template(&self, asked: &Asked) -> Result<Value, Refusal> {
        Ok(self.drawn(asked)?.document(&self.service))
    }

    pub(super) fn template(&self, asked: &Asked) -> Result<Value, Refusal> {
        let name = needed(asked, "TemplateName")?;
        let templates = self.templates();
        let found = templates.all.get(name);
        found
            .map(|template| template.document(&self.service))
            .ok_or_else(|| Refusal::not_found("there is no template of this name"))
    }

    pub(super) fn all_templates(&self, asked: &Asked) -> Result<Value, Refusal> {
        let limit = limit(asked, PAGES.0, PAGES.1)?;
        let offset = asked.number("Offset")?.unwrap_or_default();
        let offset = usize::try_from(offset).map_err(|_| invalid("Offset", "it is below 0"))?;
        let templates = self.templates();
        let page = templates.all.values().skip(offset).take(limit);
        let page: Vec<_> = page
            .map(|template| template.document(&self.service))
            .collect();
        Ok(json!({
            "ServiceId": self.service,
            "TemplateInfos": page,
            "Total": templates.all.len(),
        }))
    }

    /// Those that are not there are passed over.
    pub(super) fn delete_templates(&self, asked: &Asked) -> Result<Value, Refusal> {
        #[derive(Deserialize)]
        struct Delete {
            #[serde(rename = "TemplateNames")]
            names: Vec<String>,
        }
        let Delete { names } = asked.document()?;
        if names.is_empty() {
            return Err(invalid("TemplateNames", "there are none"));
        }
        let mut templates = self.templates();
        let mut deleted = Vec::new();
        for name in names {
            if templates.all.contains_key(&name) {
                templates.documents.remove(&name)?;
                templates.all.remove(&name);
                deleted.push(name);
            }
        }
        Ok(json!({"ServiceId": self.service, "TemplateNames": deleted}))
    }

    /// The template of a call, with a name.
    fn drawn(&self, asked: &Asked) -> Result<Template, Refusal> {
        let document: Map<String, Value> = asked.document()?;
        let text = |name| {
            document
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let name = match (text("TemplateName"), text("TemplateNamePrefix")) {
            ("", "") => return Err(Refusal::missing("TemplateName").numbered(600_003)),
            ("", prefix) => format!("{prefix}-{}", random::hex::<4>()?),
            (name, _) => name.to_owned(),
        };
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        match name.len() <= NAME_LIMIT && name.bytes().all(plain) {
            true => Ok(Template {
                name,
                created: asked.now.seconds(),
                document,
            }),
            false => Err(invalid("TemplateName", "it has letters, digits, - and _")),
        }
    }
}
