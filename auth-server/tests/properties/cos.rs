use proptest::test_runner::TestRunner;
use yunmei_auth_server::{
    path::SafePath,
    policy::{Asked, Operation, Service},
    sign::{Accounts, CosAccount, Signatory},
    token::Claims,
};
use yunmei_core::cos;
use yunmei_emulator::{CosAccount as Account, CosCall, CosJudge};

use super::{
    claims::APP,
    drafts::{self, world},
    rules::{self, BUCKETS, Leave, Rule},
    run::{NOW, count, later, run, stamp, turn},
};

/// What needs a signature for one use.
const ONCE: [&str; 2] = ["update", "delete"];

/// Everything that can be called; without a name, a download. Moving, as copying, binds where from, and
/// never where to: that no signature can change.
const CALLS: [Option<&str>; 13] = [
    None,
    Some("upload"),
    Some("delete"),
    Some("stat"),
    Some("move"),
    Some("list"),
    Some("update"),
    Some("create"),
    Some("copy"),
    Some("upload_slice_init"),
    Some("upload_slice_data"),
    Some("upload_slice_finish"),
    Some("upload_slice_list"),
];

/// A judge for each bucket.
pub(crate) struct Judges([CosJudge; 2]);

pub(crate) fn account() -> CosAccount {
    CosAccount {
        app: cos::AppId::new(APP).expect("an account"),
        credentials: cos::Credentials::new("AKIDEXAMPLE", "the secret key").expect("keys"),
        region: cos::Region::new("gz").expect("a region"),
        endpoint: None,
    }
}

impl Judges {
    pub(crate) fn new() -> Judges {
        let CosAccount {
            app,
            credentials,
            region,
            ..
        } = account();
        Judges(BUCKETS.map(|bucket| {
            let bucket = cos::BucketName::new(bucket).expect("a bucket");
            let account = Account::new(app, credentials.clone(), bucket, region.clone());
            CosJudge::new(account, NOW).expect("a judge")
        }))
    }

    /// What of this a signature serves for.
    fn served<'a>(&self, signature: &str, calls: &[CosCall<'a>]) -> Vec<CosCall<'a>> {
        let mut served = Vec::new();
        for (bucket, judge) in BUCKETS.iter().zip(&self.0) {
            let calls: Vec<_> = (calls.iter())
                .filter(|call| call.bucket == *bucket)
                .cloned()
                .collect();
            let verdicts = judge.judge(signature, &calls);
            let pairs = calls.into_iter().zip(verdicts);
            served.extend(pairs.filter_map(|(call, verdict)| verdict.is_ok().then_some(call)));
        }
        served
    }

    fn set_time(&self, seconds: u64) {
        for judge in &self.0 {
            judge.set_time(later(seconds));
        }
    }
}

impl Leave {
    /// Whether this may be done with the signature. One for a single use serves for any call to the API,
    /// as the emulator has it (dossier of COS, section 4.8): who may delete may do something else once.
    ///
    /// One for a call is read by downloads as one for a path with account and bucket in front (section
    /// 4.3): nobody's, since none that begins like this is ever signed.
    fn lets(&self, call: &CosCall<'_>) -> bool {
        let bound = format!("/{APP}/{}", self.rule.bucket);
        let (path, serves) = match (self.operation, call.op) {
            (Operation::Download, op) => (Some(call.path), op.is_none()),
            (_, None) => (call.path.strip_prefix(&bound), true),
            (_, Some(op)) => (Some(call.path), self.is_once() || !ONCE.contains(&op)),
        };
        let is_alone = self.path.ends_with('/') && !self.rule.prefix || self.is_once();
        let reaches = path.is_some_and(|path| match is_alone {
            true => path == self.path,
            false => path.starts_with(&self.path),
        });
        call.bucket == self.rule.bucket && reaches && serves
    }

    fn is_once(&self) -> bool {
        matches!(self.operation, Operation::Update | Operation::Delete)
    }

    /// Asserts that a signature serves for nothing that the rules do not let be done, and that it
    /// serves for what was asked for: once, or until its end.
    pub(crate) fn check(&self, judges: &Judges, signature: &str, number: usize) {
        // One for a single use is spent by what it serves for first.
        let is_attacked = (number / 7).is_multiple_of(2);
        if is_attacked || !self.is_once() {
            self.check_attempts(judges, signature, number);
        }
        if !is_attacked || !self.is_once() {
            self.check_control(judges, signature);
        }
    }

    fn check_attempts(&self, judges: &Judges, signature: &str, number: usize) {
        let foreign = self.attempts(number);
        let mut calls = Vec::new();
        for (index, path) in foreign.iter().enumerate() {
            for op in [turn(&CALLS, number + index), turn(&CALLS, number / 13 + 5)] {
                calls.push(self.call(op, path));
            }
        }
        let ops = CALLS.into_iter().cycle().skip(number % CALLS.len());
        calls.extend((ops.take(CALLS.len())).map(|op| self.call(op, &self.path)));
        let bucket = if self.rule.bucket == BUCKETS[0] {
            BUCKETS[1]
        } else {
            BUCKETS[0]
        };
        for op in [turn(&CALLS, number), turn(&CALLS, number / 13)] {
            let path = &self.path;
            calls.push(CosCall { op, bucket, path });
        }
        for call in judges.served(signature, &calls) {
            assert!(self.lets(&call), "{self:?} serves for {call:?}");
        }
    }

    fn check_control(&self, judges: &Judges, signature: &str) {
        let op = match self.operation {
            Operation::Download => None,
            operation => Some(operation.as_str()),
        };
        let served = |seconds| {
            judges.set_time(seconds);
            let served = judges.served(signature, &[self.call(op, &self.path)]);
            judges.set_time(0);
            served.len()
        };
        match self.is_once() {
            true => assert_eq!([served(0), served(0)], [1, 0], "uses of {self:?}"),
            false => {
                let uses = [self.lifetime, self.lifetime + 1].map(served);
                assert_eq!(uses, [1, 0], "uses of {self:?}, and their end");
            }
        }
    }

    fn call<'a>(&self, op: Option<&'a str>, path: &'a str) -> CosCall<'a> {
        let bucket = self.rule.bucket;
        CosCall { op, bucket, path }
    }
}

#[test]
fn no_signature_of_cos_reaches_beyond_the_folder_of_its_owner() {
    let accounts = Accounts {
        cos: Some(account()),
        ..Accounts::default()
    };
    let world = |runner: &mut TestRunner| (world(Service::Cos, &accounts, runner), Judges::new());
    let draft = || drafts::request(Service::Cos);
    let signed = run(count(), draft, world, |(world, judges), draft, number| {
        let signed = world.signed(draft, number);
        if let Some((signature, leave)) = &signed {
            leave.check(judges, signature, number);
        }
        signed.is_some()
    });
    // Else it would show nothing.
    assert!(signed > count() / 5, "{signed} of {} were signed", count());
}

/// The attack that the number of the account as a name would be.
#[test]
fn a_download_that_reads_as_a_call_is_not_signed() {
    let rule = Rule {
        bucket: BUCKETS[0],
        template: rules::TEMPLATES[3],
        prefix: false,
        operations: vec![Operation::Download],
        lifetime: 60,
        is_demanding: false,
    };
    let policy = rules::policy(&rules::written(Service::Cos, &[rule]));
    let accounts = Accounts {
        cos: Some(account()),
        ..Accounts::default()
    };
    let signatory = Signatory::new(&policy, &accounts).expect("a signatory");
    let sub = [("sub".to_owned(), APP.to_string().into())];
    let claims = Claims::new(sub.into_iter().collect());
    let mut asked = Asked::new(Service::Cos, Operation::Download);
    asked.path = SafePath::new(&format!("/{APP}/{}/users/bob/x.jpg", BUCKETS[0])).ok();
    let granted = policy.decide(&claims, &asked).expect("granted");
    assert!(signatory.sign(&granted, &stamp(0)).is_err());
}

/// Else the property would show nothing: without the slash at its end, a prefix reaches further.
#[test]
fn the_emulator_would_take_a_signature_that_reaches_too_far() {
    use yunmei_core::cos::sign::{Grant, Signer};
    let CosAccount {
        app, credentials, ..
    } = account();
    let bucket = cos::BucketName::new(BUCKETS[0]).expect("a bucket");
    let signer = Signer::new(app, &bucket, &credentials);
    let prefix = cos::PathPrefix::new("/users/alice").expect("a prefix");
    let grant = Grant::multi_use(prefix, cos::Expiry::after_seconds(60));
    let token = signer.sign(&grant, &stamp(0)).expect("signed");
    let call = |path| CosCall {
        op: Some("upload"),
        bucket: BUCKETS[0],
        path,
    };
    let calls = [call("/users/alice2/x.jpg"), call("/users/bob/x.jpg")];
    let served = Judges::new().served(token.expose(), &calls);
    let served: Vec<_> = served.iter().map(|call| call.path).collect();
    assert_eq!(served, ["/users/alice2/x.jpg"]);
}
