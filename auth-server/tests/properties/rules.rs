//! Made-up rules for paths, and what follows from them.

use proptest::{
    collection::vec,
    sample::{select, subsequence},
    strategy::Strategy,
};
use yunmei_auth_server::policy::{Operation, Policy, Service};

use super::{
    claims::{APP, Named, Who},
    paths,
    run::turn,
};

/// The bucket of most rules, and another one of the same account.
pub(crate) const BUCKETS: [&str; 2] = ["examplebucket", "otherbucket"];

/// A part of a template.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Part {
    Text(&'static str),
    Claim(Claim),
}

/// A claim that a template may name.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Claim {
    Sub,
    Team,
}

use Part::{Claim as C, Text as T};

/// Some are what a careful owner would not write: names at the top of the bucket.
pub(crate) const TEMPLATES: [&[Part]; 10] = [
    &[T("users"), C(Claim::Sub)],
    &[T("users"), C(Claim::Sub)],
    &[T("users"), C(Claim::Sub), T("in")],
    &[C(Claim::Sub)],
    &[T("teams"), C(Claim::Team), C(Claim::Sub)],
    &[C(Claim::Team), T("in"), C(Claim::Sub)],
    &[T("teams"), C(Claim::Team)],
    &[C(Claim::Sub), C(Claim::Sub)],
    &[T("图"), C(Claim::Sub)],
    &[T("shared")],
];

impl Claim {
    pub(crate) fn of(self, who: &Who) -> &Named {
        match self {
            Claim::Sub => &who.sub,
            Claim::Team => &who.team,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Claim::Sub => "{sub}",
            Claim::Team => "{team}",
        }
    }
}

/// A template with texts for its claims.
pub(crate) fn filled<'a>(template: &[Part], text: impl Fn(Claim) -> &'a str) -> String {
    template.iter().fold("/".to_owned(), |path, part| {
        let part = match part {
            Part::Text(text) => text,
            Part::Claim(claim) => text(*claim),
        };
        format!("{path}{part}/")
    })
}

/// A template as it stands in a policy.
pub(crate) fn named(template: &[Part]) -> String {
    filled(template, Claim::name)
}

/// A rule about paths in a bucket.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) bucket: &'static str,
    pub(crate) template: &'static [Part],
    pub(crate) prefix: bool,
    pub(crate) operations: Vec<Operation>,
    pub(crate) lifetime: u64,
    /// Whether it is only for those with the scope `open`.
    pub(crate) is_demanding: bool,
}

impl Rule {
    /// The folder that it is about, for them; none if it is not for them.
    pub(crate) fn folder(&self, who: &Who) -> Option<String> {
        let is_claim_plain = |part: &Part| match part {
            Part::Text(_) => true,
            Part::Claim(claim) => claim.of(who).folder().is_some(),
        };
        let fits = self.template.iter().all(is_claim_plain)
            && (!self.is_demanding || who.has_scope("open"));
        fits.then(|| filled(self.template, |claim| claim.of(who).text()))
    }

    fn has(&self, operation: Operation) -> bool {
        self.operations.contains(&operation)
    }

    fn toml(&self, service: Service, number: usize) -> String {
        let Rule {
            bucket, lifetime, ..
        } = self;
        let path = named(self.template);
        let names: Vec<_> = self.operations.iter().map(|one| one.as_str()).collect();
        let prefix = match (service, self.prefix) {
            (Service::Cos, true) => "prefix = true\n",
            _ => "",
        };
        let claims = match self.is_demanding {
            true => "claims = { scopes = \"open\" }\n",
            false => "",
        };
        format!(
            "[[rules]]\nname = \"{service} {number}\"\nservice = \"{service}\"\nbucket = \"{bucket}\"\n\
             path = \"{path}\"\noperations = {names:?}\nlifetime = {lifetime}\n\
             requests_a_minute = 4000000000\n{prefix}{claims}\n"
        )
    }
}

/// What is asked for, by whom.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) who: Who,
    /// As it is meant; none if it is the folder of the rule.
    pub(crate) path: Option<String>,
    pub(crate) operation: Operation,
    pub(crate) bucket: Option<&'static str>,
    pub(crate) lifetime: Option<u64>,
}

/// What the first rule that lets a request through says of it.
#[derive(Clone, Debug)]
pub(crate) struct Leave {
    pub(crate) who: Who,
    pub(crate) rule: Rule,
    /// The file, or the folder.
    pub(crate) path: String,
    pub(crate) operation: Operation,
    pub(crate) lifetime: u64,
}

impl Request {
    /// What the rules let be done, if they do.
    pub(crate) fn leave(&self, service: Service, rules: &[Rule]) -> Option<Leave> {
        rules.iter().find_map(|rule| self.leave_by(service, rule))
    }

    fn leave_by(&self, service: Service, rule: &Rule) -> Option<Leave> {
        let folder = rule.folder(&self.who)?;
        let path = self.path.as_ref().unwrap_or(&folder).clone();
        let lifetime = self.lifetime.unwrap_or(rule.lifetime);
        let once = matches!(self.operation, Operation::Update | Operation::Delete);
        // For all of a folder, only where the rule says so; of pictures, there are no folders, and an
        // ampersand might end an id.
        let is_shaped = match (service, path.ends_with('/')) {
            (Service::Image, false) => !path.contains('&'),
            (_, false) => true,
            (Service::Cos, true) => rule.prefix || once && self.path.is_some(),
            _ => false,
        };
        let fits = path.starts_with(&folder)
            && is_shaped
            && rule.has(self.operation)
            && self.bucket.is_none_or(|bucket| bucket == rule.bucket)
            && (1..=rule.lifetime).contains(&lifetime);
        fits.then(|| Leave {
            who: self.who.clone(),
            rule: rule.clone(),
            path,
            operation: self.operation,
            lifetime,
        })
    }
}

impl Leave {
    /// What its owner may try the signature with.
    pub(crate) fn attempts(&self, number: usize) -> Vec<String> {
        let name = self.who.sub.text();
        let other = if name == "bob" { "alice" } else { "bob" };
        let Leave { rule, path, .. } = self;
        let folder = filled(rule.template, |claim| claim.of(&self.who).text());
        let bare = folder.trim_end_matches('/');
        let bound = format!("/{APP}/{}", rule.bucket);
        let attempts = [
            filled(rule.template, |_| other) + "x.jpg",
            format!("{bare}2/x.jpg"),
            bare.to_owned(),
            turn(&["/", "/users/", "/users", ""], number).to_owned(),
            // In the same folder, and not what was asked for.
            format!("{folder}somewhere/else.jpg"),
            path.replacen(name, other, 1),
            paths::meant(path).unwrap_or_default(),
            format!("{path}/../x.jpg"),
            // What a download is bound to, read as what a call is bound to, and the other way round.
            path.strip_prefix(&bound).unwrap_or(path).to_owned(),
            format!("{bound}{path}"),
        ];
        let others = attempts.into_iter().filter(|attempt| attempt != path);
        others.collect()
    }
}

/// One to three rules for a service.
pub(crate) fn rules(service: Service) -> impl Strategy<Value = Vec<Rule>> {
    let all = service.operations();
    let rule = (
        select(&["examplebucket", "examplebucket", "otherbucket"][..]),
        select(&TEMPLATES[..]),
        proptest::bool::weighted(0.4),
        subsequence(all.to_vec(), 1..=all.len()),
        select(vec![1_u64, 30, 60, 60, 600, 86_400]),
        proptest::bool::weighted(0.3),
    );
    let rule = rule.prop_map(
        move |(bucket, template, prefix, operations, lifetime, is_demanding)| Rule {
            bucket,
            template,
            prefix,
            operations: usable(closed(service, operations), prefix),
            lifetime,
            is_demanding,
        },
    );
    vec(rule, 1..=3)
}

/// With the operations that come with these, without which a rule is none.
fn closed(service: Service, mut operations: Vec<Operation>) -> Vec<Operation> {
    for at in 0..operations.len() {
        let stronger = service.comes_with(operations[at]);
        operations.extend(stronger.filter(|one| !operations.contains(one)));
    }
    operations
}

/// Without making folders where none are signed for, which a rule may not name either.
fn usable(mut operations: Vec<Operation>, prefix: bool) -> Vec<Operation> {
    operations.retain(|one| prefix || *one != Operation::Create);
    operations
}

/// These rules as a policy.
pub(crate) fn written(service: Service, rules: &[Rule]) -> String {
    let rules = rules.iter().enumerate();
    rules
        .map(|(number, rule)| rule.toml(service, number))
        .collect()
}

/// A policy with these rules, and what every policy has.
pub(crate) fn policy(rules: &str) -> Policy {
    let text = format!(
        "[token]\nalgorithm = \"HS256\"\nissuer = \"i\"\naudience = \"a\"\n\
         claims = [\"team\", \"scopes\", \"videos\"]\n\
         [limits]\nrequests_a_minute = 4000000000\n{rules}"
    );
    Policy::parse(&text).unwrap_or_else(|problem| panic!("{problem} in {text}"))
}
