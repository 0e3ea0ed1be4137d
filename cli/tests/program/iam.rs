//! `yunmei iam`.

use yunmei_emulator::{Emulator, Faults};

use crate::support::Stage;

#[test]
fn users_are_created_and_listed_page_by_page() {
    let stage = Stage::new();
    assert_eq!(stage.run(&["iam", "users"]).ends_with(0).stdout, "");
    for number in 0..3 {
        let name = format!("user-{number}");
        let run = stage
            .run(&["iam", "add", &name, "--display-name", "某人"])
            .ends_with(0);
        assert_eq!(run.stdout, format!("created {name}\n"));
    }
    let all = stage.run(&["--json", "iam", "users"]).ends_with(0);
    assert_eq!(all.objects().len(), 3);
    assert_eq!(all.objects()[0]["display_name"], "某人");
    let some = stage
        .run(&["iam", "users", "--limit", "1", "--offset", "1"])
        .ends_with(0);
    assert_eq!(some.stdout.lines().count(), 1, "{}", some.stdout);
}

#[test]
fn a_name_that_is_taken_is_3_and_none_is_2() {
    let stage = Stage::new();
    stage.run(&["iam", "add", "bob"]).ends_with(0);
    let run = stage.run(&["iam", "add", "bob"]).ends_with(3);
    assert!(run.stderr.contains("UserAlreadyExists"), "{}", run.stderr);
    stage.run(&["iam", "add", ""]).ends_with(2);
    stage.run(&["iam", "users", "--limit", "0"]).ends_with(2);
}

#[test]
fn a_lost_answer_is_in_doubt() {
    let lost = "[[fault]]\nop = \"iam.CreateUser\"\naction = \"drop\"\nwhen = \"after\"\nnth = 1\n";
    let faults = Faults::from_toml(lost).expect("faults");
    let stage = Stage::with(Emulator::builder().faults(faults));
    let run = stage.run(&["iam", "add", "bob"]).ends_with(8);
    assert!(run.stderr.contains("list the users"), "{}", run.stderr);
}
