//! Requests for paths, and policies to make them under.

use proptest::{option::weighted, sample::select, strategy::Strategy, test_runner::TestRunner};
use yunmei_auth_server::{
    path::SafePath,
    policy::{Asked, Operation, Policy, Service},
    sign::{Accounts, Signatory},
};

use super::{
    claims::{self, Who},
    paths,
    rules::{self, Leave, Request, Rule},
    run::{made, stamp, turn},
};

/// How many policies are made up.
const POLICIES: usize = 150;

/// Policies for a service.
pub(crate) struct World {
    service: Service,
    policies: Vec<(Vec<Rule>, Policy, Signatory)>,
}

pub(crate) fn world(service: Service, accounts: &Accounts, runner: &mut TestRunner) -> World {
    let strategy = rules::rules(service);
    let policies = (0..POLICIES).map(|_| {
        let rules = made(&strategy, runner);
        let policy = rules::policy(&rules::written(service, &rules));
        let signatory = Signatory::new(&policy, accounts).expect("a signatory");
        (rules, policy, signatory)
    });
    World {
        service,
        policies: policies.collect(),
    }
}

impl World {
    /// The signature, if there is one, and what the rules say of it, which then have to say something.
    pub(crate) fn signed(&self, draft: Draft, number: usize) -> Option<(String, Leave)> {
        let (rules, policy, signatory) = &self.policies[draft.policy];
        let (request, raw) = draft.finish(rules, number);
        let mut asked = Asked::new(self.service, request.operation);
        let path = raw.as_deref().map(SafePath::from_query);
        asked.path = path.transpose().ok()?;
        asked.place = request.bucket.map(str::to_owned);
        asked.lifetime = request.lifetime;
        let granted = policy.decide(&request.who.claims(), &asked).ok()?;
        let answer = signatory.sign(&granted, &stamp(number)).ok()?;
        let leave = request.leave(self.service, rules);
        let leave = leave.unwrap_or_else(|| panic!("{request:?} is signed, under {rules:#?}"));
        Some((answer.signature.expose().to_owned(), leave))
    }
}

/// A request, and which of the policies it is made under.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) policy: usize,
    who: Who,
    path: Option<paths::Draft>,
    operation: Operation,
    bucket: Option<&'static str>,
    lifetime: Option<u64>,
}

/// Requests for one of these services.
pub(crate) fn request(service: Service) -> impl Strategy<Value = Draft> {
    let lifetimes = vec![0, 1, 29, 60, 61, 600, 86_400, 86_401, u64::MAX];
    let request = (
        0..POLICIES,
        claims::who(),
        weighted(0.95, paths::path()),
        select(service.operations()),
        weighted(0.2, select(&["examplebucket", "otherbucket", "third"][..])),
        weighted(0.1, select(lifetimes)),
    );
    request.prop_map(|(policy, who, path, operation, bucket, lifetime)| Draft {
        policy,
        who,
        path,
        operation,
        bucket,
        lifetime,
    })
}

impl Draft {
    /// The request, and its path as it stands in a query: mostly for what one of the rules is about,
    /// since little would be signed otherwise.
    pub(crate) fn finish(self, rules: &[Rule], number: usize) -> (Request, Option<String>) {
        let rule = &rules[number % rules.len()];
        let raw = self.path.map(|path| match number % 6 {
            0 => path.raw(&self.who),
            _ => path.of(rule.template).raw(&self.who),
        });
        let request = Request {
            path: raw
                .as_deref()
                .map(|raw| paths::meant(raw).unwrap_or_default()),
            operation: match number % 5 {
                0 => self.operation,
                _ => turn(&rule.operations, number / 5),
            },
            who: self.who,
            bucket: self.bucket,
            lifetime: self.lifetime,
        };
        (request, raw)
    }
}
