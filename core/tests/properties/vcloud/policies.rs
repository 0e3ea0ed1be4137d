//! What temporary keys may be used for (section 6.4).

use proptest::prelude::*;
use yunmei_core::vcloud::sts2::{Effect, Policy, Statement};

use super::{samples::texts, session_tokens::json};
use crate::tries;

/// Few letters, so that patterns often fit.
fn patterns() -> impl Strategy<Value = String> {
    prop_oneof![4 => "[ab:*]{0,6}", 1 => Just("*".to_owned()), 1 => texts()]
}

fn names() -> impl Strategy<Value = String> {
    "[ab:]{0,6}"
}

fn statements() -> impl Strategy<Value = Statement> {
    let list = || proptest::collection::vec(patterns(), 0..4);
    let condition = prop_oneof![
        4 => Just(None),
        1 => Just(Some(String::new())),
        1 => texts().prop_map(Some),
    ];
    (list(), list(), condition, any::<bool>()).prop_map(|(actions, resources, condition, allow)| {
        let statement = match allow {
            true => Statement::allow(actions, resources),
            false => Statement::deny(actions, resources),
        };
        Statement {
            condition,
            ..statement
        }
    })
}

pub(super) fn policies() -> impl Strategy<Value = Policy> {
    proptest::collection::vec(statements(), 0..4).prop_map(Policy::new)
}

/// Whether a text fits, tried at every place.
fn fits(pattern: &[char], text: &[char]) -> bool {
    match pattern {
        [] => text.is_empty(),
        ['*', rest @ ..] => (0..=text.len()).any(|at| fits(rest, &text[at..])),
        [first, rest @ ..] => text.first() == Some(first) && fits(rest, &text[1..]),
    }
}

fn one_fits(patterns: &[String], text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let mut patterns = patterns
        .iter()
        .map(|pattern| pattern.chars().collect::<Vec<_>>());
    patterns.any(|pattern| fits(&pattern, &text))
}

/// Section 15, step 4; an allowance on a condition counts as none.
fn allowed(policy: &Policy, action: &str, resource: &str) -> bool {
    let mut is_allowed = false;
    for statement in &policy.statements {
        let is_about = one_fits(&statement.actions, action)
            && (statement.resources.is_empty() || one_fits(&statement.resources, resource));
        let is_free = statement.condition.as_deref().is_none_or(str::is_empty);
        match statement.effect {
            Effect::Deny if is_about => return false,
            Effect::Allow => is_allowed |= is_about && is_free,
            Effect::Deny => {}
        }
    }
    is_allowed
}

/// A policy as the reference writes it: names sorted, no blanks between tokens (section 6.2).
fn written(policy: &Policy) -> String {
    let list = |texts: &[String]| {
        let texts: Vec<String> = texts.iter().map(|text| json(text)).collect();
        format!("[{}]", texts.join(","))
    };
    let statements = policy.statements.iter().map(|statement| {
        let condition = (statement.condition.as_deref())
            .map(|condition| format!("\"Condition\":{},", json(condition)))
            .unwrap_or_default();
        let effect = match statement.effect {
            Effect::Allow => "Allow",
            Effect::Deny => "Deny",
        };
        format!(
            "{{\"Action\":{},{condition}\"Effect\":\"{effect}\",\"Resource\":{}}}",
            list(&statement.actions),
            list(&statement.resources)
        )
    });
    format!(
        "{{\"Statement\":[{}]}}",
        statements.collect::<Vec<_>>().join(",")
    )
}

proptest! {
    #![proptest_config(tries(512))]

    #[test]
    fn a_policy_is_judged_as_the_dossier_has_it(
        policy in policies(),
        action in names(),
        resource in names(),
    ) {
        prop_assert_eq!(policy.allows(&action, &resource), allowed(&policy, &action, &resource));
    }

    #[test]
    fn a_denial_wins_wherever_it_stands_and_an_allowance_takes_nothing_away(
        policy in policies(),
        more in statements(),
        place in any::<proptest::sample::Index>(),
        action in names(),
        resource in names(),
    ) {
        let before = policy.allows(&action, &resource);
        let mut longer = policy.clone();
        longer.statements.insert(place.index(policy.statements.len() + 1), more.clone());
        let after = longer.allows(&action, &resource);
        match more.effect {
            Effect::Allow => prop_assert!(after || !before),
            Effect::Deny => prop_assert!(before || !after),
        }
        longer.statements.push(Statement::deny(["*"], ["*"]));
        prop_assert!(!longer.allows(&action, &resource));
    }

    #[test]
    fn a_policy_is_written_as_the_reference_writes_it_and_read_back(policy in policies()) {
        let text = policy.to_json();
        prop_assert_eq!(&text, &written(&policy));
        prop_assert!(text.bytes().all(|byte| matches!(byte, b' '..=b'~')));
        let read: Policy = serde_json::from_str(&text).expect("a policy");
        prop_assert_eq!(read, policy);
    }
}
