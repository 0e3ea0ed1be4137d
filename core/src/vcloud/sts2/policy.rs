use serde::{Deserialize, Deserializer, Serialize};

use super::json::{push_text, push_texts};

/// What temporary keys may be used for (section 6.4).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
// A part that is not known might have been meant to forbid something.
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// What is allowed or denied; what is in none of them is denied.
    #[serde(rename = "Statement")]
    pub statements: Vec<Statement>,
}

/// One rule of a policy.
///
/// In actions and resources, `*` stands for anything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
// As above.
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// Actions, such as `vod:GetPlayInfo`.
    #[serde(rename = "Action", deserialize_with = "list")]
    pub actions: Vec<String>,
    /// A condition of the service's, in its own form; it is not judged here.
    #[serde(rename = "Condition", default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// What it does to them.
    #[serde(rename = "Effect")]
    pub effect: Effect,
    /// Resources, such as `trn:vod::*:video_id/…`; none means all.
    #[serde(rename = "Resource", default, deserialize_with = "list")]
    pub resources: Vec<String>,
}

/// What a statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Effect {
    /// It lets through what no other statement denies.
    Allow,
    /// It denies, whatever else is allowed.
    Deny,
}

impl Statement {
    /// Allows these actions on these resources, or on all if there are none.
    pub fn allow<A: Into<String>, R: Into<String>>(
        actions: impl IntoIterator<Item = A>,
        resources: impl IntoIterator<Item = R>,
    ) -> Statement {
        Statement {
            actions: actions.into_iter().map(Into::into).collect(),
            condition: None,
            effect: Effect::Allow,
            resources: resources.into_iter().map(Into::into).collect(),
        }
    }

    /// Denies these actions on these resources, or on all if there are none.
    pub fn deny<A: Into<String>, R: Into<String>>(
        actions: impl IntoIterator<Item = A>,
        resources: impl IntoIterator<Item = R>,
    ) -> Statement {
        Statement {
            effect: Effect::Deny,
            ..Statement::allow(actions, resources)
        }
    }

    fn push_json(&self, out: &mut Vec<u8>) {
        out.extend(br#"{"Action":"#);
        push_texts(out, &self.actions);
        if let Some(condition) = &self.condition {
            out.extend(br#","Condition":"#);
            push_text(out, condition);
        }
        out.extend(match self.effect {
            Effect::Allow => &br#","Effect":"Allow","Resource":"#[..],
            Effect::Deny => br#","Effect":"Deny","Resource":"#,
        });
        push_texts(out, &self.resources);
        out.push(b'}');
    }

    fn is_about(&self, action: &str, resource: &str) -> bool {
        // Whether a condition is met cannot be told: it never widens what is allowed.
        let judged =
            self.effect == Effect::Deny || self.condition.as_deref().unwrap_or("").is_empty();
        let mut actions = self.actions.iter();
        let mut resources = self.resources.iter();
        let is_about = self.resources.is_empty()
            || resources.any(|pattern| matches_resource(pattern, resource));
        judged && actions.any(|pattern| matches_pattern(pattern, action)) && is_about
    }
}

impl Policy {
    /// A policy of these statements.
    pub fn new(statements: impl IntoIterator<Item = Statement>) -> Policy {
        Policy {
            statements: statements.into_iter().collect(),
        }
    }

    /// The text that is signed: names sorted, no blanks between parts, ASCII only (section 6.2).
    pub fn to_json(&self) -> String {
        let mut out = Vec::with_capacity(256);
        out.extend(br#"{"Statement":["#);
        for (index, statement) in self.statements.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            statement.push_json(&mut out);
        }
        out.extend(b"]}");
        String::from_utf8(out).expect("ASCII")
    }

    /// Whether this action may be done with this resource: a statement allows it, and none denies it
    /// (section 15, 4).
    ///
    /// For an action that is about nothing in particular, the resource is the empty text.
    pub fn allows(&self, action: &str, resource: &str) -> bool {
        let says = |effect| {
            let mut of_effect = self.statements.iter().filter(|s| s.effect == effect);
            of_effect.any(|statement| statement.is_about(action, resource))
        };
        !says(Effect::Deny) && says(Effect::Allow)
    }
}

/// A list, or `null` for an empty one, as a client in Go writes it.
fn list<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// The same for resources, field by field: an asterisk for an account stands for no colon. Else a name
/// with `:space/` in it would fit a pattern for the space behind that.
fn matches_resource(pattern: &str, text: &str) -> bool {
    match (fields(pattern), fields(text)) {
        (Some(patterns), Some(texts)) => {
            let mut pairs = patterns.into_iter().zip(texts);
            pairs.all(|(pattern, text)| matches_pattern(pattern, text))
        }
        _ => matches_pattern(pattern, text),
    }
}

/// `trn`, service, region, account, and the name, which may have colons; `None` for another form.
fn fields(resource: &str) -> Option<[&str; 5]> {
    let mut fields = resource.splitn(5, ':');
    let fields = [(); 5].map(|()| fields.next());
    let [
        Some("trn"),
        Some(service),
        Some(region),
        Some(account),
        Some(name),
    ] = fields
    else {
        return None;
    };
    Some(["trn", service, region, account, name])
}

/// Whether `text` fits, where `*` in `pattern` stands for any text, an empty one too.
fn matches_pattern(pattern: &str, text: &str) -> bool {
    let Some((front, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut text) = text.strip_prefix(front) else {
        return false;
    };
    let mut pieces = rest.split('*');
    let last = pieces.next_back().unwrap_or_default();
    for piece in pieces {
        // The first place will do: what follows has the most room behind it.
        match text.find(piece) {
            Some(at) => text = &text[at + piece.len()..],
            None => return false,
        }
    }
    text.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: [&str; 0] = [];

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, text, fits) in [
            ("vod:GetPlayInfo", "vod:GetPlayInfo", true),
            ("vod:GetPlayInfo", "vod:GetPlayInfos", false),
            ("", "", true),
            ("", "x", false),
            ("*", "", true),
            ("*", "trn:vod::*:video_id/v1", true),
            ("vod:*", "vod:", true),
            ("vod:*", "iam:ListUsers", false),
            ("*:Get*Info", "vod:GetPlayInfo", true),
            ("*:Get*Info", "vod:GetPlayInfos", false),
            ("trn:vod::*:video_id/*", "trn:vod::*:video_id/v1", true),
            ("trn:vod::*:video_id/v1", "trn:vod::123:video_id/v1", true),
            ("trn:vod::*:video_id/v1", "trn:vod::*:video_id/v12", false),
            ("a*a", "a", false),
            ("a*a", "aa", true),
            ("a**b*", "a-bb-", true),
            ("*ab*ab", "abab", true),
            ("*ab*ab", "aba", false),
        ] {
            assert_eq!(matches_pattern(pattern, text), fits, "{pattern} {text}");
        }
    }

    #[test]
    fn a_star_for_an_account_reaches_no_name() {
        for (pattern, text, fits) in [
            ("*", "trn:vod::*:video_id/v1", true),
            ("trn:*", "trn:vod::*:video_id/v1", true),
            ("trn:vod::*:video_id/v1", "trn:vod::123:video_id/v1", true),
            ("trn:vod::*:video_id/*", "trn:vod::*:video_id/a:b", true),
            ("trn:vod:*:*:space/a", "trn:vod:cn-north-1:*:space/a", true),
            (
                "trn:vod:*:*:space/a",
                "trn:vod:cn-north-1:*:space/b:space/a",
                false,
            ),
            (
                "trn:ImageX:*:*:StoreKeys/a/*",
                "trn:ImageX:*:*:StoreKeys/b/x:StoreKeys/a/y",
                false,
            ),
            (
                "trn:vod::*:watermark/*",
                "trn:vod::*:video_id/v:watermark/x",
                false,
            ),
        ] {
            assert_eq!(matches_resource(pattern, text), fits, "{pattern} {text}");
        }
    }

    #[test]
    fn a_denial_wins_and_what_is_not_mentioned_is_denied() {
        let policy = Policy::new([
            Statement::allow(["vod:*"], ["trn:vod::*:video_id/a*"]),
            Statement::allow(["iam:ListUsers"], NONE),
            Statement::deny(["vod:Delete*"], NONE),
        ]);
        let video = "trn:vod::*:video_id/a1";
        assert!(policy.allows("vod:GetPlayInfo", video));
        assert!(!policy.allows("vod:DeleteVideo", video));
        assert!(!policy.allows("vod:GetPlayInfo", "trn:vod::*:video_id/b1"));
        assert!(!policy.allows("vod:GetPlayInfo", ""));
        assert!(policy.allows("iam:ListUsers", ""));
        assert!(!policy.allows("iam:CreateUser", ""));
        assert!(!Policy::default().allows("iam:ListUsers", ""));
    }

    #[test]
    fn a_condition_that_cannot_be_judged_never_widens() {
        let conditional = |statement: Statement| Statement {
            condition: Some("{}".into()),
            ..statement
        };
        let allow = conditional(Statement::allow(["vod:*"], NONE));
        let deny = conditional(Statement::deny(["vod:Delete*"], NONE));
        assert!(!Policy::new([allow]).allows("vod:GetPlayInfo", ""));
        let policy = Policy::new([Statement::allow(["vod:*"], NONE), deny]);
        assert!(policy.allows("vod:GetPlayInfo", ""));
        assert!(!policy.allows("vod:DeleteVideo", ""));
    }

    #[test]
    fn a_policy_is_written_sorted_and_read_in_any_order() {
        let policy = Policy::new([Statement::allow(["vod:Get Play"], ["影"])]);
        let json =
            r#"{"Statement":[{"Action":["vod:Get Play"],"Effect":"Allow","Resource":["\u5f71"]}]}"#;
        assert_eq!(policy.to_json(), json);
        let other = r#"{ "Statement": [ {"Effect":"Allow", "Resource":["影"],
            "Action":["vod:Get Play"]} ] }"#;
        for text in [json, other] {
            assert_eq!(serde_json::from_str(text).ok().as_ref(), Some(&policy));
        }
        let null = r#"{"Statement":[{"Effect":"Deny","Action":["x"],"Resource":null}]}"#;
        let read: Policy = serde_json::from_str(null).expect("a policy");
        assert_eq!(read, Policy::new([Statement::deny(["x"], NONE)]));
        let unknown = r#"{"Statement":[{"Effect":"Allow","Action":["x"],"NotResource":["y"]}]}"#;
        assert!(serde_json::from_str::<Policy>(unknown).is_err());
    }
}
