//! What temporary keys may be used for (section 6.4).

use yunmei_core::vcloud::{
    sign,
    sts2::{Effect, Policy, SessionToken},
};

use super::{action::Action, answer::Refusal, asked::Asked};

/// Whether the policy in a token lets a call through.
///
/// The first resource of a call has to be allowed. Of the others only those are asked for whose kind
/// the policy speaks of: keys to upload pictures say nothing of their names, unless they limit them.
/// What is denied is denied for every resource.
pub(super) fn check(token: &SessionToken, asked: &Asked, row: &Action) -> Result<(), Refusal> {
    let policy = token.policy().map_err(|refusal| {
        Refusal::from(refusal).because("the policy in the session token cannot be read")
    })?;
    let Some(policy) = policy else {
        return Ok(());
    };
    let action = format!("{}:{}", asked.service, asked.action);
    let resources = (row.resources)(asked);
    for (index, resource) in resources.iter().enumerate() {
        let is_asked_for = index == 0 || speaks_of(&policy, resource);
        if is_asked_for && !policy.allows(&action, resource) || denies(&policy, &action, resource) {
            let refusal = Refusal::from(sign::Refusal::Policy);
            return Err(refusal.because(format!(
                "the policy of the session token does not allow {action} on {resource:?}"
            )));
        }
    }
    Ok(())
}

/// Whether some statement that allows something names a resource of the same kind.
fn speaks_of(policy: &Policy, resource: &str) -> bool {
    let kind = kind(resource);
    let allowing = (policy.statements.iter()).filter(|one| one.effect == Effect::Allow);
    allowing
        .flat_map(|statement| &statement.resources)
        .any(|named| self::kind(named) == kind)
}

fn denies(policy: &Policy, action: &str, resource: &str) -> bool {
    let denials = policy.statements.iter();
    let denials = denials.filter(|statement| statement.effect == Effect::Deny);
    // Allows all else, so what it does not allow is denied.
    let mut all = Policy::new(denials.cloned());
    let everything = yunmei_core::vcloud::sts2::Statement::allow(["*"], [""; 0]);
    all.statements.push(everything);
    !all.allows(action, resource)
}

/// `video_id` of `trn:vod::*:video_id/v1`.
fn kind(resource: &str) -> &str {
    let front = resource
        .split_once('/')
        .map_or(resource, |(front, _)| front);
    front.rsplit_once(':').map_or(front, |(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use yunmei_core::vcloud::sts2::Statement;

    #[test]
    fn the_kind_of_a_resource_stands_before_its_name() {
        assert_eq!(kind("trn:vod::*:video_id/v1"), "video_id");
        assert_eq!(kind("trn:ImageX:*:*:StoreKeys/a/b"), "StoreKeys");
        assert_eq!(kind("*"), "*");
    }

    #[test]
    fn a_denial_counts_whatever_is_allowed() {
        let policy = Policy::new([
            Statement::allow(["vod:*"], [""; 0]),
            Statement::deny(["vod:GetPlayInfo"], ["trn:vod:::stream_type/raw"]),
        ]);
        let denied = |resource| denies(&policy, "vod:GetPlayInfo", resource);
        assert!(denied("trn:vod:::stream_type/raw"));
        assert!(!denied("trn:vod:::stream_type/normal"));
        assert!(!speaks_of(&policy, "trn:vod:::stream_type/normal"));
    }
}
