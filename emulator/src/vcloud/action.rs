//! What there is to call.

use http::Method;
use yunmei_core::vcloud::Service;

use super::{asked::Asked, edit, iam, imagex, vod};

/// A row of the table: an action of a version, and how it is asked for.
pub(super) struct Action {
    pub(super) name: &'static str,
    pub(super) version: &'static str,
    pub(super) methods: &'static [Method],
    /// What it is about, as policies name it: the first of them has to be allowed, and of the
    /// others those of whose kind a policy speaks at all.
    pub(super) resources: fn(&Asked) -> Vec<String>,
}

/// Most actions take one method.
pub(super) const GET: &[Method] = &[Method::GET];
pub(super) const POST: &[Method] = &[Method::POST];

/// An action that is about nothing in particular.
pub(super) fn anything(_: &Asked) -> Vec<String> {
    vec![String::new()]
}

/// The actions of a service.
pub(super) fn actions(service: Service) -> &'static [Action] {
    match service {
        Service::Vod => vod::ACTIONS,
        Service::ImageX => imagex::ACTIONS,
        Service::Iam => iam::ACTIONS,
        Service::Edit => edit::ACTIONS,
        Service::Sts => &[],
    }
}

/// What begins the name of an operation in the log, and in the rules of faults.
pub(super) fn noun(service: Service) -> &'static str {
    match service {
        Service::ImageX => "imagex",
        other => other.signing_name(),
    }
}

/// The actions of this name and version: those of each service that has one.
pub(super) fn find(name: &str, version: &str) -> Vec<(Service, &'static Action)> {
    let mut found = Vec::new();
    for service in Service::ALL {
        let rows = actions(service).iter();
        let fitting = rows.filter(|row| row.name == name && row.version == version);
        found.extend(fitting.map(|row| (service, row)));
    }
    // The successor has them under both names (section 16.2).
    let lent = edit::ACTIONS.iter();
    let fitting = lent.filter(|row| row.name == name && row.version == version);
    found.extend(fitting.map(|row| (Service::Vod, row)));
    found
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_action_is_there_twice() {
        for service in Service::ALL {
            let mut seen = HashSet::new();
            for row in actions(service) {
                assert!(seen.insert((row.name, row.version)), "{}", row.name);
            }
        }
    }
}
