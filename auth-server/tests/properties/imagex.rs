//! Temporary keys to upload pictures with.

use http::Method;
use proptest::{option::weighted, sample::select, strategy::Strategy, test_runner::TestRunner};
use yunmei_auth_server::{
    path::SafePath,
    policy::{Asked, Operation, Policy, Service},
    sign::{Accounts, Signatory},
};
use yunmei_core::vcloud::{self, Dialect};
use yunmei_emulator::{VcloudJudge, VcloudLeave};

use super::{
    claims::{self, Who},
    keys::{Attack, Holder, call},
    paths,
    rules::{self, Part, TEMPLATES, filled, policy},
    run::{count, run, stamp, turn},
    videos,
};

/// How many policies there are.
const POLICIES: usize = 36;

/// A rule with a folder, or without one: those of TTVcloud know none.
pub(crate) struct Rule {
    service: &'static str,
    template: Option<&'static [Part]>,
    dialect: Dialect,
    pub(crate) lifetime: u64,
}

struct World {
    policies: Vec<(Rule, Policy, Signatory)>,
    judge: VcloudJudge,
}

#[derive(Debug)]
pub(crate) struct Asking {
    policy: usize,
    pub(crate) who: Who,
    path: Option<paths::Draft>,
    pub(crate) service: Option<&'static str>,
    pub(crate) lifetime: Option<u64>,
}

fn world(_: &mut TestRunner) -> World {
    let policies = (0..POLICIES).map(|number| {
        let rule = Rule::of(number, turn(&Dialect::ALL, number));
        let policy = policy(&rule.toml());
        let accounts = Accounts {
            vcloud: Some(videos::account(rule.dialect)),
            ..Accounts::default()
        };
        let signatory = Signatory::new(&policy, &accounts).expect("a signatory");
        (rule, policy, signatory)
    });
    World {
        policies: policies.collect(),
        judge: videos::judge(),
    }
}

pub(crate) fn asking() -> impl Strategy<Value = Asking> {
    let asking = (
        0..POLICIES,
        claims::who(),
        weighted(0.6, paths::path()),
        weighted(0.2, select(&["example-service", "other-service", "*"][..])),
        weighted(0.2, select(vec![0_u64, 1, 60, 61, 86_400, 86_401])),
    );
    asking.prop_map(|(policy, who, path, service, lifetime)| Asking {
        policy,
        who,
        path,
        service,
        lifetime,
    })
}

#[test]
fn no_keys_for_pictures_reach_another_service_or_another_folder() {
    let number = count() / 20;
    let signed = run(number, asking, world, |world, asking, number| {
        let (rule, policy, signatory) = &world.policies[asking.policy];
        let raw = rule.raw(&asking);
        let mut asked = Asked::new(Service::ImageX, Operation::UploadKeys);
        let Ok(path) = raw.as_deref().map(SafePath::from_query).transpose() else {
            return false;
        };
        asked.path = path;
        asked.place = asking.service.map(str::to_owned);
        asked.lifetime = asking.lifetime;
        let Ok(granted) = policy.decide(&asking.who.claims(), &asked) else {
            return false;
        };
        let answer = signatory.sign(&granted, &stamp(number)).expect("signed");
        let meant = raw.as_deref().and_then(paths::meant);
        let folder = rule.folder(&asking, meant.as_deref());
        let folder = folder.unwrap_or_else(|| panic!("{asking:?}, {raw:?} is signed"));
        let holder = Holder::new(answer.keys.as_ref().expect("keys"), rule.dialect);
        let lifetime = asking.lifetime.unwrap_or(rule.lifetime);
        rule.check(&holder, &folder, lifetime, &world.judge, number);
        true
    });
    assert!(signed > number / 10, "{signed} of {number} were signed");
}

impl Rule {
    /// One of the rules for this dialect: with a folder, mostly, if it has them.
    pub(crate) fn of(number: usize, dialect: Dialect) -> Rule {
        let templates = TEMPLATES.map(Some).into_iter().chain([None, None]);
        let templates: Vec<_> = templates.collect();
        Rule {
            service: turn(&["example-service", "other-service"], number / 2),
            template: match dialect {
                Dialect::TtvCloud => None,
                Dialect::Volcengine => turn(&templates, number / 2),
            },
            dialect,
            lifetime: turn(&[60, 600, 86_400], number),
        }
    }

    pub(crate) fn toml(&self) -> String {
        let path = self.template.map_or(String::new(), |template| {
            format!("path = {:?}\n", rules::named(template))
        });
        format!(
            "[[rules]]\nname = \"pictures\"\nservice = \"imagex\"\nservice_id = {:?}\n\
             operations = [\"upload-keys\"]\nlifetime = {}\nrequests_a_minute = 4000000000\n{path}\n",
            self.service, self.lifetime
        )
    }

    /// The path, as it stands in a query.
    pub(crate) fn raw(&self, asking: &Asking) -> Option<String> {
        asking.path.as_ref().map(|path| match self.template {
            Some(template) => path.of(template).raw(&asking.who),
            None => path.raw(&asking.who),
        })
    }

    pub(crate) fn check(
        &self,
        holder: &Holder,
        folder: &str,
        lifetime: u64,
        judge: &VcloudJudge,
        number: usize,
    ) {
        let is_allowed = |allowed: &VcloudLeave| self.allows(folder, allowed);
        let (own, attacks) = (self.own(folder), self.attacks(folder));
        holder.check(&own, &attacks, lifetime, is_allowed, judge, number);
    }

    /// What the names of pictures have to begin with, if keys are given at all.
    pub(crate) fn folder(&self, asking: &Asking, path: Option<&str>) -> Option<String> {
        let lifetime = asking.lifetime.unwrap_or(self.lifetime);
        let fits = asking.service.is_none_or(|service| service == self.service)
            && (1..=self.lifetime).contains(&lifetime);
        let folder = match (self.template, path) {
            (None, None) => Some(String::new()),
            (None, Some(_)) => None,
            (Some(template), path) => {
                let of_who = |part: &Part| match part {
                    Part::Text(_) => true,
                    Part::Claim(claim) => claim.of(&asking.who).folder().is_some(),
                };
                let folder = filled(template, |claim| claim.of(&asking.who).text());
                let path = path.unwrap_or(&folder);
                let is_in = path.starts_with(&folder) && path.ends_with('/');
                (template.iter().all(of_who) && is_in).then(|| path[1..].to_owned())
            }
        };
        folder.filter(|_| fits)
    }

    /// A picture of a name that the service makes up is in no folder.
    fn allows(&self, folder: &str, allowed: &VcloudLeave) -> bool {
        let VcloudLeave {
            action, parameters, ..
        } = allowed;
        let values = |name| {
            let values = parameters.iter().filter(move |(its, _)| *its == name);
            values.map(|(_, value)| value.to_owned())
        };
        let is_service = parameters.value("ServiceId") == Some(self.service);
        let names: Vec<_> = match values("StoreKeys").count() {
            0 => values("Prefix").map(|prefix| prefix + "/").collect(),
            _ => values("StoreKeys").collect(),
        };
        let is_named = folder.is_empty()
            || !names.is_empty() && names.iter().all(|name| name.starts_with(folder));
        match action.as_str() {
            "ImageX:ApplyImageUpload" => is_service && is_named,
            "ImageX:CommitImageUpload" => is_service,
            _ => false,
        }
    }

    fn own(&self, folder: &str) -> Vec<Attack> {
        let [first, second] = ["x.png", "图/二.png"].map(|name| format!("{folder}{name}"));
        let service = ("ServiceId", self.service);
        let keys = [("StoreKeys", first.as_str()), ("StoreKeys", &second)];
        vec![
            apply(&[service, keys[0]]),
            apply(&[service, keys[0], keys[1], ("UploadNum", "2")]),
            commit(self.service),
        ]
    }

    fn attacks(&self, folder: &str) -> Vec<Attack> {
        let service = ("ServiceId", self.service);
        let own = format!("{folder}x.png");
        let bare = folder.trim_end_matches('/');
        // What would fit the pattern of a policy if an asterisk in it stood for more than a field.
        let long = format!("users/eve/x:StoreKeys/{folder}x");
        let long_service = format!("elsewhere:ServiceId/{}", self.service);
        let mut attacks = Vec::new();
        let sibling = format!("{bare}2/x.png");
        for name in [
            "x.png",
            "users/eve/x.png",
            "*",
            "",
            bare,
            &sibling,
            &long,
            "/",
        ] {
            attacks.push(apply(&[service, ("StoreKeys", name)]));
            attacks.push(apply(&[service, ("Prefix", name)]));
            let both = [("StoreKeys", own.as_str()), ("StoreKeys", name)];
            attacks.push(apply(&[service, both[0], both[1], ("UploadNum", "2")]));
            attacks.push(apply(&[service, both[0], ("Prefix", name)]));
        }
        for name in ["example-service", "other-service", "*", "", &long_service] {
            let id = ("ServiceId", name);
            attacks.push(apply(&[id, ("StoreKeys", &own)]));
            attacks.push(apply(&[id, service, ("StoreKeys", &own)]));
            attacks.push(commit(name));
        }
        let get = || (vcloud::Service::ImageX, Method::GET);
        let post = || (vcloud::Service::ImageX, Method::POST);
        attacks.extend([
            apply(&[service]),
            apply(&[service, ("UploadNum", "2")]),
            call(post(), "DeleteImageUploadFiles", "2018-08-01", &[service]),
            call(post(), "UpdateImageUploadFiles", "2018-08-01", &[service]),
            call(get(), "GetImageUploadFiles", "2018-08-01", &[service]),
            call(
                (vcloud::Service::Vod, Method::GET),
                "ApplyUploadInfo",
                "2020-08-01",
                &[("SpaceName", "example-space")],
            ),
        ]);
        attacks
    }
}

fn apply(pairs: &[(&'static str, &str)]) -> Attack {
    let get = (vcloud::Service::ImageX, Method::GET);
    call(get, "ApplyImageUpload", "2018-08-01", pairs)
}

fn commit(service: &str) -> Attack {
    let post = (vcloud::Service::ImageX, Method::POST);
    call(
        post,
        "CommitImageUpload",
        "2018-08-01",
        &[("ServiceId", service)],
    )
}
