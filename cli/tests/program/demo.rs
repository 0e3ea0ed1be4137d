//! `yunmei demo`.

#[test]
fn everything_passes_through_both_transports_and_no_secret_is_told() {
    let output = crate::support::program()
        .arg("demo")
        .output()
        .expect("the program runs");
    crate::support::heard(&output);
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{stdout}");
    let last = stdout.lines().last().expect("a last line");
    assert!(
        last.ends_with(" passed, 0 failed") && !last.starts_with("0 "),
        "{last}"
    );
    for transport in ["ureq", "hyper"] {
        for service in ["cos", "wanxiang", "fangtang", "vcloud", "volcengine"] {
            let begin = format!("ok      {transport:<5}  {service:<10}  ");
            let steps = stdout.lines().filter(|line| line.starts_with(&begin));
            assert!(steps.count() > 20, "{begin}: {stdout}");
        }
    }
    // Access keys, session tokens, and what signatures and permissions stand behind.
    for secret in [
        "AKLT",
        "AKTP",
        "STS2",
        "Signature=",
        "play=",
        ":version:v2:",
    ] {
        assert!(!stdout.contains(secret), "{secret}: {stdout}");
    }
}
