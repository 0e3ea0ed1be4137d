//! Policies that are none, or could do nothing.

use super::{Policy, RULE, TOKEN};

#[test]
fn what_is_wrong_with_a_file_is_told_with_its_line() {
    let problem = |text: &str| Policy::parse(text).expect_err("refused").to_string();
    for (text, parts) in [
        (format!("{TOKEN}colour = 1\n"), ["line 6", "colour"]),
        (
            format!("{TOKEN}{RULE}lifetme = 5\n"),
            ["line 16", "lifetme"],
        ),
        (TOKEN.replace("HS256", "none"), ["line 2", "none"]),
        (TOKEN.replace("HS256", "RS256"), ["line 2", "RS256"]),
        (format!("{TOKEN}leeway = 121\n"), ["line 1", "120"]),
        (
            format!("{TOKEN}[limits]\nrequests_a_minute = 0\n"),
            ["line 7", "zero"],
        ),
        (
            format!("{TOKEN}[cors]\norigins = [\"*\"]\n"),
            ["line 6", "origin"],
        ),
        (
            format!("{TOKEN}[page]\nrule = \"x\"\n"),
            ["line 6", "no rule"],
        ),
        (
            format!("{TOKEN}{}", RULE.replace("/users/{sub}/", "/")),
            ["line 12", "root"],
        ),
        (
            format!("{TOKEN}{}", RULE.replace("/users/{sub}/", "/users/{sub}")),
            ["line 12", "slash"],
        ),
        (
            format!("{TOKEN}{}", RULE.replace("\"upload\"", "\"move\"")),
            ["line 13", "move"],
        ),
        (
            format!("{TOKEN}{}", RULE.replace("\"upload\"", "\"list\"")),
            ["line 7", "upload"],
        ),
        (
            format!("{TOKEN}{}", RULE.replace("\"upload\"", "\"play\"")),
            ["line 7", "play"],
        ),
        (format!("{TOKEN}{RULE}space = \"s\"\n"), ["line 7", "space"]),
        (
            format!("{TOKEN}{RULE}lifetime = 86401\n"),
            ["line 7", "lifetime"],
        ),
        (format!("{TOKEN}{RULE}{RULE}"), ["line 17", "two rules"]),
        ("x".into(), ["line 1", ""]),
    ] {
        let problem = problem(&text);
        for part in parts {
            assert!(
                problem.contains(part),
                "{part:?} is not in {problem:?} of {text}"
            );
        }
    }
}

#[test]
fn what_could_never_do_what_was_meant_is_refused() {
    let of_rule = |from: &str, to: &str| format!("{TOKEN}{}", RULE.replace(from, to));
    let of_cors = |origin: &str| format!("{TOKEN}[cors]\norigins = [{origin:?}]\n");
    let of_proxies = |network: &str| format!("{TOKEN}[proxies]\ntrusted = [{network:?}]\n");
    let play = "operations = [\"play\"]\nvideos";
    let of_video = |videos: &str| {
        format!("{TOKEN}[[rules]]\nname = \"v\"\nservice = \"vod\"\n{play} = [{videos:?}]\n")
    };
    let photo = "[[rules]]\nname = \"p\"\nservice = \"photo\"\noperations = [\"token\"]\n";
    for (text, part) in [
        (of_rule("scopes =", "exp ="), "\"exp\" is a time"),
        (of_rule("scopes =", "iss ="), "another issuer"),
        (of_rule("{sub}", "{iat}"), "\"iat\" is a time"),
        (of_video("{nbf}"), "\"nbf\" is a time"),
        (of_video(&"v".repeat(129)), "128"),
        (format!("{TOKEN}{photo}lifetime = 60\n"), "no lifetime"),
        (
            of_rule("[\"upload\"]", "[\"upload\", \"create\"]"),
            "prefix = true",
        ),
        (
            of_rule("\"cos\"", "\"image\"").replace("/users/", "/a&b/"),
            "an & is signed",
        ),
        (of_rule("scopes =", "scope ="), "scope"),
        (of_rule("{sub}", "{tenant}"), "tenant"),
        (of_rule("{sub}", "{Sub}"), "Sub"),
        (of_video("{films}"), "films"),
        (of_video("{}"), "videos"),
        (of_video(""), "videos"),
        (of_video("v*"), "videos"),
        (of_rule("image/jpeg", "image/*"), "image/*"),
        (of_rule("image/jpeg", "IMAGE/JPEG"), "IMAGE"),
        (of_rule("image/jpeg", ""), "types"),
        (of_rule("[\"image/jpeg\"]", "[]"), "types must name one"),
        (of_rule("size_limit = 1000", "size_limit = 0"), "size_limit"),
        (of_rule("\"own\"", "\"a\u{202e}b\""), "one line"),
        (of_cors("https://WWW.example.com"), "origin"),
        (of_cors("https://www.example.com:443"), "origin"),
        (of_cors("http://www.example.com:80"), "origin"),
        (of_cors("https://www.example.com/"), "origin"),
        (of_cors("https://a.example.com;script-src"), "origin"),
        (of_cors("null"), "origin"),
        (of_proxies("10.0.0.1/8"), "line 7: \"10.0.0.1/8\" has bits"),
        (of_proxies("0.0.0.0/0"), "everybody"),
        (of_proxies("proxy"), "network"),
        (
            format!("{TOKEN}[limits]\nconnections_per_address = 0\n"),
            "line 7",
        ),
    ] {
        let problem = Policy::parse(&text).expect_err(&text).to_string();
        assert!(problem.contains(part), "{problem:?} of {text}");
    }
    for origin in [
        "https://www.example.com",
        "http://127.0.0.1:8080",
        "http://[::1]:90",
    ] {
        assert!(Policy::parse(&of_cors(origin)).is_ok(), "{origin}");
    }
    for text in [
        format!("{TOKEN}{photo}"),
        of_video(&"v".repeat(128)),
        of_rule("/users/", "/a&b/"),
        of_rule("[\"upload\"]", "[\"upload\", \"create\"]\nprefix = true"),
    ] {
        assert!(Policy::parse(&text).is_ok(), "{text}");
    }
    // Where unknown claims are ignored, a rule may want any.
    let open = TOKEN.to_owned() + "unknown_claims = \"ignore\"\n";
    let text = format!("{open}{}", RULE.replace("{sub}", "{tenant}"));
    assert!(Policy::parse(&text).is_ok());
}
