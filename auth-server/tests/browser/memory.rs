//! What the page keeps, and what it does not.

use serde_json::json;

use crate::{IS_IN, WATCH, in_browser, sign_in};

const LANGUAGE: &str = "return document.documentElement.lang";
/// All that a browser would keep for the page.
const KEPT: &str = "return [{ ...localStorage }, { ...sessionStorage }, document.cookie]";

#[test]
fn the_chosen_language_is_remembered_and_the_token_is_not() {
    in_browser(async |stage, browser, _| {
        sign_in(stage, browser).await;
        assert_eq!(browser.run(KEPT).await, json!([{}, {}, ""]));
        assert_eq!(browser.run(LANGUAGE).await, "en", "as the browser is set");
        browser.press_enter("#language").await;
        assert_eq!(browser.run(LANGUAGE).await, "zh");
        let kept = json!([{ "language": "zh" }, {}, ""]);
        assert_eq!(browser.run(KEPT).await, kept);

        browser.go("about:blank").await;
        browser.go(&stage.server.origin()).await;
        browser.run(WATCH).await;
        assert_eq!(browser.run(LANGUAGE).await, "zh", "after another visit");
        assert_eq!(browser.run(IS_IN).await, false, "the token was kept");
        browser.press_enter("#language").await;
        browser.go("about:blank").await;
        browser.go(&stage.server.origin()).await;
        browser.run(WATCH).await;
        assert_eq!(browser.run(LANGUAGE).await, "en", "chosen again");
    });
}
