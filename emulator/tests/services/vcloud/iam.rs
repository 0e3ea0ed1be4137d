//! Users.

use crate::support::desk::{Desk, parameters, refused};
use yunmei_core::{
    error::ServiceErrorKind,
    vcloud::{Call, iam::User},
};

const VERSION: &str = "2018-01-01";

fn call(desk: &Desk, action: &'static str, pairs: &[(&'static str, &str)]) -> Call {
    desk.iam()
        .call(action, VERSION)
        .parameters(&parameters(pairs))
}

fn names(users: &[User]) -> Vec<&str> {
    users.iter().map(|user| user.name.as_str()).collect()
}

#[test]
fn a_user_is_created_found_listed_and_deleted() {
    let desk = Desk::new();
    let iam = desk.iam();
    let none = desk.run(&iam.list_users()).expect("users");
    assert_eq!(
        (none.total, none.limit, none.offset),
        (Some(0), Some(10), Some(0))
    );
    let create = (iam.create_user("example"))
        .display_name("例")
        .email("a@example.com");
    let user = desk
        .run(&create.mobile_phone("+86 100").description("d"))
        .expect("a user");
    assert_eq!(user.name, "example");
    assert_eq!(user.trn, "trn:iam::2100000001:user/example");
    assert_eq!(user.status, "active");
    assert_eq!(user.created, "20170829T061353Z");
    assert_eq!((user.email_verified, user.id), (Some(false), Some(1)));
    let found = desk.call(&call(&desk, "GetUser", &[("UserName", "example")]));
    let found = found.expect("a user");
    assert_eq!(found["User"]["DisplayName"], "例");
    assert_eq!(found["User"]["MobilePhone"], "+86 100");
    let all = desk.run(&iam.list_users()).expect("users");
    assert_eq!(all.users, [user]);

    let delete = call(&desk, "DeleteUser", &[("UserName", "example")]);
    assert!(desk.call(&delete).expect("deleted").is_null());
    let gone = refused(404, None, "UserNotExist");
    assert_eq!(desk.call(&delete), Err(gone));
    let get = desk.call(&call(&desk, "GetUser", &[("UserName", "example")]));
    assert_eq!(get, Err(refused(404, None, "UserNotExist")));
}

#[test]
fn users_come_in_pages_and_are_searched_for() {
    let desk = Desk::new();
    let iam = desk.iam();
    for name in ["zhang", "Li", "wang.wei", "chen@example.com"] {
        desk.run(&iam.create_user(name)).expect("a user");
    }
    desk.run(&iam.create_user("u5").display_name("Liu 刘"))
        .expect("a user");
    let page = desk
        .run(&iam.list_users().limit(2).offset(1))
        .expect("users");
    assert_eq!(names(&page.users), ["Li", "wang.wei"]);
    assert_eq!(
        (page.total, page.limit, page.offset),
        (Some(5), Some(2), Some(1))
    );
    let beyond = desk.run(&iam.list_users().offset(5)).expect("users");
    assert!(beyond.users.is_empty());
    let found = desk.run(&iam.list_users().matching("li")).expect("users");
    assert_eq!(names(&found.users), ["Li", "u5"]);
    assert_eq!(found.total, Some(2));
    let by_shown_name = desk.run(&iam.list_users().matching("刘")).expect("users");
    assert_eq!(names(&by_shown_name.users), ["u5"]);
}

#[test]
fn a_name_is_taken_once() {
    let desk = Desk::new();
    desk.run(&desk.iam().create_user("example"))
        .expect("a user");
    let again = desk.run(&desk.iam().create_user("example"));
    let kind = again.expect_err("it is taken").kind();
    assert_eq!(kind, Some(ServiceErrorKind::Exists));
    let again = desk.call(&call(&desk, "CreateUser", &[("UserName", "example")]));
    assert_eq!(again, Err(refused(409, None, "UserAlreadyExists")));
}

#[test]
fn what_is_wrong_has_a_code_of_its_own() {
    let desk = Desk::new();
    let long = "a".repeat(65);
    let longer = "a".repeat(256);
    for (action, pairs, code) in [
        ("ListUsers", &[("Limit", "0")][..], "InvalidLimit"),
        ("ListUsers", &[("Limit", "101")], "InvalidLimit"),
        ("ListUsers", &[("Limit", "x")], "InvalidLimit"),
        ("ListUsers", &[("Offset", "-1")], "InvalidOffset"),
        ("ListUsers", &[("Offset", "1.5")], "InvalidOffset"),
        ("CreateUser", &[], "ParameterNotFound"),
        ("GetUser", &[("UserName", "")], "ParameterNotFound"),
        ("CreateUser", &[("UserName", "a/b")], "InvalidUserName"),
        ("CreateUser", &[("UserName", &long)], "InvalidUserName"),
        (
            "CreateUser",
            &[("UserName", "a"), ("DisplayName", &longer)],
            "InvalidDisplayName",
        ),
        (
            "CreateUser",
            &[("UserName", "a"), ("Description", &longer)],
            "InvalidDescription",
        ),
        (
            "CreateUser",
            &[("UserName", "a"), ("Email", "a@b@c")],
            "InvalidEmail",
        ),
        (
            "CreateUser",
            &[("UserName", "a"), ("MobilePhone", "x")],
            "InvalidMobilePhone",
        ),
    ] {
        let answer = desk.call(&call(&desk, action, pairs));
        assert_eq!(answer, Err(refused(400, None, code)), "{action} {pairs:?}");
    }
    assert_eq!(
        desk.run(&desk.iam().list_users()).expect("users").total,
        Some(0)
    );
}

#[test]
fn users_come_back_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = Desk::with(|builder| builder.data_dir(folder.path()));
    for name in ["a", "b", "c"] {
        first.run(&first.iam().create_user(name)).expect("a user");
    }
    let delete = call(&first, "DeleteUser", &[("UserName", "b")]);
    first.call(&delete).expect("deleted");
    drop(first);
    let second = Desk::with(|builder| builder.data_dir(folder.path()));
    let users = second.run(&second.iam().list_users()).expect("users");
    assert_eq!(names(&users.users), ["a", "c"]);
}
