use proptest::test_runner::TestRunner;
use yunmei_auth_server::{
    policy::{Operation, Service},
    sign::{Accounts, WanxiangAccount},
};
use yunmei_core::wanxiang::{self, sign::Call};
use yunmei_emulator::{WanxiangAccount as Account, WanxiangJudge};

use super::{
    claims::APP,
    drafts::{self, world},
    rules::{BUCKETS, Leave},
    run::{NOW, count, later, run, turn},
};

const CALLS: [Call; 6] = [
    Call::Upload,
    Call::Stat,
    Call::Copy,
    Call::Delete,
    Call::Download,
    Call::Detection,
];

/// A judge for each bucket.
pub(crate) struct Judges([WanxiangJudge; 2]);

pub(crate) fn account() -> WanxiangAccount {
    WanxiangAccount {
        app: wanxiang::AppId::new(APP).expect("an account"),
        credentials: wanxiang::Credentials::new("AKIDEXAMPLE", "the secret key").expect("keys"),
        enhanced: true,
        endpoint: None,
    }
}

impl Judges {
    pub(crate) fn new() -> Judges {
        let WanxiangAccount {
            app, credentials, ..
        } = account();
        Judges(BUCKETS.map(|bucket| {
            let bucket = wanxiang::BucketName::new(bucket).expect("a bucket");
            let account = Account::new(app, credentials.clone(), bucket);
            WanxiangJudge::new(account, NOW).expect("a judge")
        }))
    }

    fn serves(&self, signature: &str, bucket: &str, call: Call, file_id: &str) -> bool {
        let mut judges = BUCKETS.iter().zip(&self.0);
        let judge = judges.find(|(its, _)| **its == bucket);
        judge.is_some_and(|(_, judge)| judge.judge(signature, call, file_id).is_ok())
    }

    fn set_time(&self, seconds: u64) {
        for judge in &self.0 {
            judge.set_time(later(seconds));
        }
    }
}

impl Leave {
    /// Whether this may be done with the signature of a picture. Copying binds where from, and never
    /// where to: that no signature can change. One for a single use serves for a download, too (dossier
    /// of Wanxiang, section 3.5).
    fn lets_call(&self, call: Call) -> bool {
        match self.operation {
            Operation::Delete => matches!(call, Call::Delete | Call::Copy | Call::Download),
            _ => matches!(call, Call::Upload | Call::Stat | Call::Download),
        }
    }

    /// Asserts that a signature serves for nothing that the rules do not let be done, and that it
    /// serves for what was asked for, until its end.
    pub(crate) fn check_picture(&self, judges: &Judges, signature: &str, number: usize) {
        let (own, bucket) = (&self.path[1..], self.rule.bucket);
        for (index, path) in self.attempts(number).into_iter().enumerate() {
            let file_id = path.strip_prefix('/').unwrap_or(&path);
            // An id with a slash in front is another one.
            for file_id in [file_id, &path].into_iter().filter(|id| **id != *own) {
                let call = turn(&CALLS, number + index);
                let serves = judges.serves(signature, bucket, call, file_id);
                assert!(!serves, "{self:?} serves for {call:?} of {file_id:?}");
            }
        }
        for (call, place) in CALLS
            .into_iter()
            .flat_map(|call| BUCKETS.map(|one| (call, one)))
        {
            let serves = judges.serves(signature, place, call, own);
            let expected = place == bucket && self.lets_call(call);
            assert!(
                expected || !serves,
                "{self:?} serves for {call:?} in {place}"
            );
        }
        self.check_picture_control(judges, signature);
    }

    fn check_picture_control(&self, judges: &Judges, signature: &str) {
        let call = match self.operation {
            Operation::Upload => Call::Upload,
            Operation::Stat => Call::Stat,
            Operation::Download => Call::Download,
            _ => Call::Delete,
        };
        let serves = |seconds| {
            judges.set_time(seconds);
            let serves = judges.serves(signature, self.rule.bucket, call, &self.path[1..]);
            judges.set_time(0);
            serves
        };
        // One for a single use has no other end.
        let is_once = call == Call::Delete;
        let uses = [self.lifetime - 1, self.lifetime].map(serves);
        assert_eq!(uses, [true, is_once], "uses of {self:?}, and their end");
    }
}

#[test]
fn no_signature_of_a_picture_serves_for_another() {
    let number = count() / 4;
    let accounts = Accounts {
        wanxiang: Some(account()),
        ..Accounts::default()
    };
    let world = |runner: &mut TestRunner| (world(Service::Image, &accounts, runner), Judges::new());
    let draft = || drafts::request(Service::Image);
    let signed = run(number, draft, world, |(world, judges), draft, number| {
        let signed = world.signed(draft, number);
        if let Some((signature, leave)) = &signed {
            leave.check_picture(judges, signature, number);
        }
        signed.is_some()
    });
    assert!(signed > number / 10, "{signed} of {number} were signed");
}
