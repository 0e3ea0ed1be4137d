//! The policy file: read, and checked as a whole.

use std::{collections::BTreeMap, num::NonZeroU32};

use serde::Deserialize;
use toml::Spanned;
use yunmei_core::{cos, vcloud::imagex::ServiceId, wanxiang};

use super::{
    Cors, LIFETIME_LIMIT, Limits, Operation, PageSettings, Policy, PolicyError, Proxies, Rule,
    Scope, Service, Videos, checks,
};
use crate::{path::Template, token::TokenRules};

const REQUESTS_A_MINUTE: NonZeroU32 = NonZeroU32::new(60).expect("not zero");
/// What the page's uploads are asked for at a time.
const PARALLEL: u32 = 3;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    token: Spanned<TokenRules>,
    #[serde(default)]
    limits: Limits,
    #[serde(default)]
    proxies: Proxies,
    cors: Option<Spanned<Cors>>,
    page: Option<Spanned<PageTable>>,
    #[serde(default)]
    rules: Vec<Spanned<RuleTable>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PageTable {
    rule: String,
    parallel: Option<NonZeroU32>,
    picture_origin: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleTable {
    name: String,
    #[serde(default)]
    claims: BTreeMap<String, String>,
    service: Service,
    bucket: Option<String>,
    path: Option<Template>,
    prefix: Option<bool>,
    space: Option<String>,
    videos: Option<Vec<String>>,
    service_id: Option<String>,
    operations: Vec<Operation>,
    lifetime: Option<u64>,
    size_limit: Option<u64>,
    types: Option<Vec<String>>,
    requests_a_minute: Option<NonZeroU32>,
}

pub(super) fn read(text: &str) -> Result<Policy, PolicyError> {
    let file: File = toml::from_str(text).map_err(|error| {
        let offset = error.span().map(|span| span.start);
        PolicyError::at(text, offset, error.message())
    })?;
    let at = |offset: usize, message: String| PolicyError::at(text, Some(offset), message);
    let token_at = file.token.span().start;
    (file.token.get_ref().check()).map_err(|message| at(token_at, message.into()))?;
    let cors_at = file.cors.as_ref().map_or(0, |cors| cors.span().start);
    let cors = file.cors.map(Spanned::into_inner).unwrap_or_default();
    for origin in &cors.origins {
        checks::origin(origin).map_err(|message| at(cors_at, format!("{origin:?} {message}")))?;
    }
    let mut rules: Vec<Rule> = Vec::new();
    for table in file.rules {
        let start = table.span().start;
        let table = table.into_inner();
        let name = table.name.clone();
        if rules.iter().any(|rule| rule.name == name) {
            return Err(at(start, format!("there are two rules {name:?}")));
        }
        let rule = rule(table)
            .and_then(|rule| checks::claims(&rule, file.token.get_ref()).map(|()| rule))
            .map_err(|message| at(start, format!("rule {name:?}: {message}")))?;
        rules.push(rule);
    }
    let page = file.page.map(|page| {
        let start = page.span().start;
        self::page(page.into_inner(), &rules).map_err(|message| at(start, message))
    });
    Ok(Policy {
        token: file.token.into_inner(),
        limits: file.limits,
        proxies: file.proxies,
        cors,
        page: page.transpose()?,
        rules,
    })
}

fn rule(mut table: RuleTable) -> Result<Rule, String> {
    check_operations(table.service, &table.operations)?;
    let lifetime = table.lifetime.unwrap_or(60);
    if !(1..=LIFETIME_LIMIT).contains(&lifetime) {
        return Err(format!("lifetime must be 1 to {LIFETIME_LIMIT} seconds"));
    }
    checks::name(&table.name)?;
    // To some that would be all types, to others none.
    if table.types.as_ref().is_some_and(Vec::is_empty) {
        return Err("types must name one at least; for all types, leave it out".into());
    }
    let types = table.types.take().unwrap_or_default();
    checks::types(table.service, &types)?;
    if table.size_limit == Some(0) {
        return Err("size_limit must be 1 at least; without one, leave it out".into());
    }
    let has_limits = table.size_limit.is_some() || !types.is_empty();
    if has_limits && !table.operations.iter().any(|one| one.is_upload()) {
        return Err("size_limit and types are for uploads, of which there are none here".into());
    }
    if table.service == Service::Photo && table.lifetime.is_some() {
        return Err("photo has no lifetime: how long a token serves is up to the service".into());
    }
    let scope = scope(&mut table)?;
    checks::scope(&scope, &table.operations)?;
    Ok(Rule {
        name: table.name,
        claims: table.claims.into_iter().collect(),
        scope,
        operations: table.operations,
        lifetime,
        size_limit: table.size_limit,
        types,
        requests_a_minute: table.requests_a_minute.unwrap_or(REQUESTS_A_MINUTE),
    })
}

fn check_operations(service: Service, operations: &[Operation]) -> Result<(), String> {
    if operations.is_empty() {
        return Err("operations must name one at least".into());
    }
    for operation in operations {
        let known = service.operations();
        if !known.contains(operation) {
            let names: Vec<_> = known.iter().map(|one| one.as_str()).collect();
            return Err(format!(
                "{service} has no operation {operation}; it has {names:?}"
            ));
        }
        match service.comes_with(*operation) {
            Some(stronger) if !operations.contains(&stronger) => {
                return Err(format!(
                    "a signature for {operation} serves for {stronger}, too: name that as well, or neither"
                ));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Takes what the service has out of the table, and refuses what is left.
fn scope(table: &mut RuleTable) -> Result<Scope, String> {
    let scope = match table.service {
        Service::Cos => Scope::Cos {
            bucket: parsed("bucket", table.bucket.take(), |name| {
                cos::BucketName::new(name)
            })?,
            path: needed("path", table.path.take())?,
            prefix: table.prefix.take().unwrap_or(false),
        },
        Service::Image => Scope::Image {
            bucket: parsed("bucket", table.bucket.take(), |name| {
                wanxiang::BucketName::new(name)
            })?,
            path: needed("path", table.path.take())?,
        },
        Service::Vod => vod(table)?,
        Service::ImageX => Scope::ImageX {
            service: parsed("service_id", table.service_id.take(), |id| {
                ServiceId::new(id)
            })?,
            path: table.path.take(),
        },
        Service::Photo => Scope::Photo,
    };
    let left = [
        ("bucket", table.bucket.is_some()),
        ("path", table.path.is_some()),
        ("prefix", table.prefix.is_some()),
        ("space", table.space.is_some()),
        ("videos", table.videos.is_some()),
        ("service_id", table.service_id.is_some()),
    ];
    match left.iter().find(|(_, is_left)| *is_left) {
        Some((name, _)) => Err(format!("{} has no {name}", table.service)),
        None => Ok(scope),
    }
}

fn vod(table: &mut RuleTable) -> Result<Scope, String> {
    let has = |one| table.operations.contains(&one);
    let space = table.space.take();
    let uploads = has(Operation::Upload) || has(Operation::UploadKeys);
    // An asterisk would be any space in the policy of temporary keys.
    let is_plain = |space: &String| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        !space.is_empty() && space.bytes().all(plain)
    };
    if uploads != space.as_ref().is_some_and(is_plain) {
        return Err("space is needed to upload, and only then: letters, digits and - _ .".into());
    }
    let mut videos = Videos::default();
    for text in table.videos.take().unwrap_or_default() {
        let claim = text
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'));
        match claim {
            Some(claim) => videos.claims.push(claim.to_owned()),
            None if text == "*" => videos.any = true,
            None => videos.ids.push(text),
        }
    }
    checks::videos(&videos)?;
    let plays = has(Operation::Play) || has(Operation::PlayKeys);
    if plays == videos.is_empty() {
        return Err(
            "videos is needed to play, and only then: ids, claims in braces, or \"*\"".into(),
        );
    }
    Ok(Scope::Vod { space, videos })
}

fn needed<T>(name: &str, value: Option<T>) -> Result<T, String> {
    value.ok_or_else(|| format!("{name} is missing"))
}

fn parsed<T, E: std::fmt::Display>(
    name: &str,
    text: Option<String>,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Result<T, String> {
    parse(&needed(name, text)?).map_err(|error| format!("{name}: {error}"))
}

fn page(table: PageTable, rules: &[Rule]) -> Result<PageSettings, String> {
    let Some(rule) = rules.iter().position(|rule| rule.name == table.rule) else {
        return Err(format!("there is no rule {:?}", table.rule));
    };
    let service = rules[rule].service();
    if !matches!(service, Service::Cos | Service::Image)
        || !rules[rule].operations.contains(&Operation::Upload)
    {
        return Err("the page needs a rule with upload, of cos or image".into());
    }
    if let Some(origin) = &table.picture_origin {
        checks::origin(origin).map_err(|message| format!("picture_origin {message}"))?;
    }
    Ok(PageSettings {
        rule,
        parallel: table.parallel.map_or(PARALLEL, NonZeroU32::get),
        picture_origin: table.picture_origin,
    })
}
