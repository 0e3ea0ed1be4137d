//! `yunmei imagex` as a person uses it.

use yunmei_emulator::{Emulator, Faults};

#[cfg(target_os = "linux")]
use crate::support::told_nowhere;
use crate::{pictures::noise, support::Stage};

#[test]
fn pictures_go_up_are_listed_looked_at_and_deleted() {
    for successor in [false, true] {
        let stage = Stage::new();
        if successor {
            stage.use_volcengine();
        }
        stage.write("a.png", noise(32, 16));
        stage.write("图.png", noise(20, 10));
        let up = stage
            .run(&["--json", "imagex", "upload", "a.png", "图.png"])
            .ends_with(0);
        let lines = up.objects();
        assert_eq!(lines.len(), 2);
        assert_eq!(
            (&lines[1]["from"], &lines[1]["width"]),
            (&"图.png".into(), &20.into())
        );
        let uri = |at: usize| lines[at]["uri"].as_str().expect("a name").to_owned();
        let list = stage.run(&["imagex", "ls"]).ends_with(0);
        assert_eq!(list.stdout.lines().count(), 2, "{}", list.stdout);
        let one = stage.run(&["imagex", "ls", "--limit", "1"]).ends_with(0);
        assert_eq!(one.stdout.lines().count(), 1, "{}", one.stdout);
        let info = stage
            .run(&["imagex", "info", &uri(0), &uri(1)])
            .ends_with(0);
        assert!(info.stdout.contains("32x16") && info.stdout.contains("20x10"));
        let gone = stage.run(&["imagex", "rm", &uri(0), &uri(1)]).ends_with(0);
        assert_eq!(gone.stdout.lines().count(), 2);
        assert_eq!(stage.run(&["imagex", "ls"]).ends_with(0).stdout, "");
        stage.run(&["imagex", "info", &uri(0)]).ends_with(4);
    }
}

#[test]
fn more_than_ten_go_by_several_uploads_and_keep_their_names() {
    let stage = Stage::new();
    let names: Vec<String> = (0..12).map(|number| format!("{number}.png")).collect();
    for name in &names {
        stage.write(name, noise(4, 4));
    }
    let mut arguments = vec![
        "--json",
        "imagex",
        "upload",
        "--keep-names",
        "--prefix",
        "album/",
    ];
    arguments.extend(names.iter().map(String::as_str));
    let lines = stage.run(&arguments).ends_with(0).objects();
    assert_eq!(lines.len(), 12);
    for (line, name) in lines.iter().zip(&names) {
        let uri = line["uri"].as_str().expect("a name");
        assert!(uri.ends_with(&format!("album/{name}")), "{uri}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn what_can_be_told_of_no_more_is_uploaded_no_more() {
    let stage = Stage::new();
    let names: Vec<String> = (0..12).map(|number| format!("{number}.png")).collect();
    for name in &names {
        stage.write(name, noise(4, 4));
    }
    let mut arguments = vec!["imagex", "upload"];
    arguments.extend(names.iter().map(String::as_str));
    let run = told_nowhere(stage.command(&arguments)).ends_with(6);
    let told = "yunmei: standard output: No space left on device (os error 28)\n\
                yunmei: 2 more were not tried\n";
    assert_eq!(run.stderr, told);
    let log = stage.emulator.log();
    let applied = (log.iter().filter_map(|entry| entry.op.as_deref()))
        .filter(|operation| operation.ends_with("ApplyImageUpload"));
    assert_eq!(applied.count(), 1, "{log:?}");
}

#[test]
fn some_of_several_is_7_and_each_failure_is_named() {
    let refused = "[[fault]]\nop = \"upload.put\"\naction = \"answer\"\nstatus = 403\nnth = 1\n\
                   body = '{\"success\":1,\"error\":{\"code\":403,\"error_code\":4003}}'\n";
    let stage = match Faults::from_toml(refused) {
        Ok(faults) => Stage::with(Emulator::builder().faults(faults)),
        Err(error) => panic!("{error}"),
    };
    stage.write("a.png", noise(4, 4));
    stage.write("b.png", noise(8, 8));
    let run = stage
        .run(&["imagex", "upload", "a.png", "b.png", "missing.png"])
        .ends_with(7);
    assert!(run.stdout.starts_with("b.png -> "), "{}", run.stdout);
    for told in ["a.png: ", "missing.png: ", "1 done, 2 failed"] {
        assert!(run.stderr.contains(told), "{told}: {}", run.stderr);
    }
    stage.run(&["imagex", "rm", "none"]).ends_with(4);
}

#[test]
fn what_only_the_successor_can_replace_is_not_sent_to_ttvcloud() {
    let stage = Stage::new();
    stage.write("a.png", noise(4, 4));
    let upload = ["imagex", "upload", "a.png", "--key", "a", "--overwrite"];
    let run = stage.run(&upload).ends_with(2);
    assert!(run.stderr.contains("only of Volcengine"), "{}", run.stderr);
    assert!(stage.emulator.log().is_empty());
    stage.use_volcengine();
    stage.run(&upload).ends_with(0);
}

#[test]
fn a_token_is_made_without_the_service() {
    let stage = Stage::new();
    let run = stage
        .run(&["imagex", "token", "--expires", "10m"])
        .ends_with(0);
    assert_eq!(run.stdout.lines().count(), 1);
    stage.use_volcengine();
    let run = stage.run(&["imagex", "token"]).ends_with(2);
    assert!(
        run.stderr.contains("yunmei sts imagex-upload"),
        "{}",
        run.stderr
    );
    assert!(stage.emulator.log().is_empty());
}

/// A picture that is there: its name, and its address.
fn uploaded(stage: &Stage) -> (String, String) {
    stage.write("a.png", noise(4, 4));
    let up = stage.run(&["--json", "imagex", "upload", "a.png"]);
    let uri = up.ends_with(0).objects()[0]["uri"].clone();
    let uri = uri.as_str().expect("a name").to_owned();
    let info = stage.run(&["--json", "imagex", "info", &uri]).ends_with(0);
    let url = info.objects()[0]["url"].clone();
    (uri, url.as_str().expect("an address").to_owned())
}

#[test]
fn how_pictures_are_served_can_be_changed() {
    let stage = Stage::new();
    let (_, url) = uploaded(&stage);
    for kind in ["refresh", "disable", "enable", "preheat"] {
        let run = stage.run(&["imagex", "update", kind, &url]).ends_with(0);
        assert_eq!(run.stdout, format!("begun for {url}\n"));
    }
}

#[test]
fn an_address_is_on_a_domain_of_the_services_or_on_one_that_is_named() {
    let stage = Stage::new();
    let (uri, url) = uploaded(&stage);
    let template = ["--template", "tplv-imagex-noop"];
    let own = stage
        .run(&[&["imagex", "url", &uri], &template[..]].concat())
        .ends_with(0);
    assert_eq!(own.stdout, format!("{url}\n"));
    let requests = stage.emulator.log().len();
    let named = ["imagex", "url", "a/图", "--domain", "img.example.com"];
    let run = stage.run(&[&named, &template[..]].concat()).ends_with(0);
    let path = "http://img.example.com/a/%E5%9B%BE~tplv-imagex-noop.image";
    assert_eq!(run.stdout, format!("{path}\n"));
    let sign = [&named, &template[..], &["--sign"]].concat();
    let run = stage.run(&sign).ends_with(2);
    assert!(run.stderr.contains("image_key"), "{}", run.stderr);
    let table = "[default.vcloud]\n";
    let config = stage.config();
    stage.write_config(&config.replace(table, &format!("{table}image_key = \"canary\"\n")));
    let run = stage.run(&sign).ends_with(0);
    assert!(
        run.stdout.starts_with(&format!("{path}?sig=")),
        "{}",
        run.stdout
    );
    assert!(!run.stdout.contains("canary"));
    assert_eq!(stage.emulator.log().len(), requests);
}

#[test]
fn what_cannot_be_sent_is_2() {
    let stage = Stage::new();
    stage.write("empty.png", "");
    stage.write("a.png", noise(4, 4));
    for (arguments, told) in [
        (&["imagex", "upload", "empty.png"][..], "empty"),
        (
            &["imagex", "upload", "a.png", "a.png", "--key", "k"],
            "--keep-names",
        ),
        (
            &["imagex", "upload", "a.png", "--prefix", "x"],
            "--keep-names",
        ),
        (&["imagex", "info", ""], "name of a picture"),
        (&["imagex", "rm"], "URI"),
        (&["imagex", "ls", "--limit", "0"], "--limit"),
        (&["imagex", "ls", "--service-id", "a/b"], "ServiceId"),
        (&["imagex", "update", "melt", "http://a/b"], "refresh"),
        (&["imagex", "token", "--expires", "0s"], "--expires"),
        (&["imagex", "url", "a"], "--template"),
        (
            &["imagex", "url", "a", "--template", "t", "--domain", "a b"],
            "--domain",
        ),
    ] {
        let run = stage.run(arguments).ends_with(2);
        assert!(run.stderr.contains(told), "{arguments:?}: {}", run.stderr);
        assert_eq!(run.stdout, "");
    }
    assert!(stage.emulator.log().is_empty());
}
