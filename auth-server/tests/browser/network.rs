//! What becomes of uploads when the network goes away, and comes back.

use std::fs;

use image::RgbImage;

use crate::{
    IS_IN, PICTURES, WATCH, browser::Browser, displayed, draw, in_browser, noise, sign_in,
    stage::Stage,
};

/// Uploads can be broken off from outside, as a network does it.
const KEEP_REQUESTS: &str = "window.sent = [];
const { send } = XMLHttpRequest.prototype;
XMLHttpRequest.prototype.send = function (form) {
  window.sent.push(this);
  send.call(this, form);
}";

/// Waits until a picture is told to be so.
async fn until(browser: &Browser, name: &str, word: &str) {
    let script = format!(
        "return [...document.querySelectorAll('[data-word={word}] .name')].some(
          (label) => label.textContent === '{name}')"
    );
    browser.until(&script).await;
}

#[test]
fn what_the_network_broke_goes_on_by_itself_and_nothing_else_does() {
    in_browser(async |stage, browser, folder| {
        let draw = |name: &str| draw(folder.join(name), &RgbImage::from_fn(500, 500, noise));
        let text = folder.join("text.txt");
        fs::write(&text, "no picture").expect("a file");
        sign_in(stage, browser).await;
        browser.run(WATCH).await;
        browser.run(KEEP_REQUESTS).await;
        browser.throttle(200_000).await;
        browser
            .choose(&[draw("broken.png"), draw("cancelled.png"), text])
            .await;
        until(browser, "text.txt", "type").await;
        let moving = "return [...document.querySelectorAll('progress')].filter(
          (bar) => bar.value > 5).length === 2";
        browser.until(moving).await;
        let cancel = ".picture:nth-child(2) .cancel";
        browser.press_enter(cancel).await;
        // Losing the network here keeps what is on its way.
        browser
            .run("for (const request of window.sent) request.abort()")
            .await;
        browser.lose_network().await;
        browser.choose(&[draw("later.png")]).await;
        until(browser, "broken.png", "offline").await;
        until(browser, "later.png", "offline").await;
        browser.screenshot("page-failed").await;

        browser.throttle(-1).await;
        browser.until(&displayed(stage, 2)).await;
        let pictures = browser.run(PICTURES).await;
        for (name, word) in [
            ("broken.png", "done"),
            ("later.png", "done"),
            ("cancelled.png", "cancelled"),
            ("text.txt", "type"),
        ] {
            assert_eq!(pictures[name]["word"], word, "{name}");
        }
        assert_eq!(stage.uploads("broken.png").last(), Some(&Some(0)));
    });
}

/// A loss may show only after its end: a request waits for an answer that was lost on the way.
#[test]
fn a_loss_that_shows_after_its_end_is_mended_too() {
    in_browser(async |stage, browser, folder| {
        let file = draw(folder.join("late.png"), &RgbImage::from_fn(90, 90, noise));
        sign_in(stage, browser).await;
        browser.run(WATCH).await;
        // The first request fails when it is told to.
        browser
            .run(
                "const { fetch } = window;
                 window.fetch = () => new Promise((resolve, reject) => {
                   window.fetch = fetch;
                   window.fail = reject;
                 })",
            )
            .await;
        browser.choose(&[file]).await;
        browser.until("return !!window.fail").await;
        browser
            .run("dispatchEvent(new Event('online')); window.fail(new TypeError('lost'))")
            .await;
        browser.until(&displayed(stage, 1)).await;
    });
}

#[test]
fn a_token_that_could_not_be_shown_is_shown_when_the_network_returns() {
    in_browser(async |stage, browser, _| {
        browser.go(&stage.server.origin()).await;
        browser.run(WATCH).await;
        browser.lose_network().await;
        enter(stage, browser).await;
        let told = "return document.querySelector('#entry').dataset.word === 'offline'
          && document.querySelector('#problem').offsetHeight > 0";
        browser.until(told).await;
        browser.throttle(-1).await;
        browser.until(IS_IN).await;
        let left = browser.run("return document.querySelector('#token').value");
        assert_eq!(left.await, "", "the token stays in its field");
    });
}

/// As somebody does who has a token and a keyboard.
async fn enter(stage: &Stage, browser: &Browser) {
    browser.write("#token", &stage.token()).await;
    browser.press_enter("#token").await;
}
