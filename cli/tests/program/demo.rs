//! `yunmei demo`.

#[test]
fn everything_passes_through_both_transports() {
    let output = crate::support::program()
        .arg("demo")
        .output()
        .expect("the program runs");
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{stdout}");
    let last = stdout.lines().last().expect("a last line");
    assert!(
        last.ends_with(" passed, 0 failed") && !last.starts_with("0 "),
        "{last}"
    );
    for transport in ["ureq", "hyper"] {
        assert!(
            stdout
                .lines()
                .filter(|line| line.contains(transport))
                .count()
                > 20,
            "{stdout}"
        );
    }
}
