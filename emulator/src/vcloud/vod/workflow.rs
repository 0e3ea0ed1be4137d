//! Processing of videos (sections 7.9 and 16.3).

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Vod, store::Run};
use crate::{
    random,
    vcloud::{answer::Refusal, asked::Asked},
};

impl Vod {
    /// ```text
    /// POST /?Action=StartTranscode&Version=2018-01-01&TemplateId=…
    /// {"Vid": "…", "Priority": 0, "Input": {}, "CallbackArgs": "…", "CallbackUri": "…"}
    /// ```
    pub(super) fn transcode(&self, asked: &Asked) -> Result<Value, Refusal> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        #[expect(
            dead_code,
            reason = "they have to be of their form, and mean nothing here"
        )]
        struct Body {
            vid: String,
            #[serde(default)]
            priority: Option<i64>,
            #[serde(default)]
            input: Option<serde_json::Map<String, Value>>,
        }
        let template = asked.needed("TemplateId")?;
        let body: Body = asked.document()?;
        self.start(&body.vid, template)
    }

    /// `GET /?Action=StartWorkflow&Version=2020-08-01&Vid=…&TemplateId=…[&Input=…][&Priority=…]`
    pub(super) fn workflow(&self, asked: &Asked) -> Result<Value, Refusal> {
        asked.number("Priority")?;
        let input = asked.text("Input");
        if !input.is_empty() {
            serde_json::from_str::<serde_json::Map<String, Value>>(input)
                .map_err(|problem| Refusal::invalid("Input", problem))?;
        }
        self.start(asked.needed("Vid")?, asked.needed("TemplateId")?)
    }

    fn start(&self, vid: &str, template: &str) -> Result<Value, Refusal> {
        let run = self.run(template)?;
        let id = run.id.clone();
        self.store.change(vid, None, |video| {
            video.runs.push(run);
            Ok(())
        })?;
        Ok(json!({"RunId": id}))
    }

    /// Processing that begins now.
    pub(super) fn run(&self, template: &str) -> Result<Run, Refusal> {
        let now = self.now().seconds();
        Ok(Run {
            id: random::uuid()?,
            template: template.to_owned(),
            done: now.checked_add(self.transcode_delay.as_secs()),
        })
    }
}
