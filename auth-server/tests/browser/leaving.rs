//! What becomes of uploads when somebody leaves, cancels late, or comes with another token.

use std::fs;

use image::RgbImage;

use crate::{IS_IN, WATCH, browser::Browser, displayed, draw, gradient, in_browser, sign_in};

/// Whether somebody who leaves is asked first.
const IS_ASKED: &str = "const event = document.createEvent('BeforeUnloadEvent');
event.initEvent('beforeunload', false, true);
return !dispatchEvent(event)";

/// The next request of the page waits until it is let go, and its answer may be changed.
const HOLD: &str = "const { fetch } = window;
window.fetch = (...asked) => new Promise((resolve) => {
  window.fetch = fetch;
  window.letGo = (change) => resolve(fetch(...asked).then(change));
})";

/// What a row says, as it is seen.
async fn told(browser: &Browser) -> String {
    let message = browser.run("return document.querySelector('.picture .message').innerText");
    let text = message.await;
    text.as_str().expect("a text").to_owned()
}

#[test]
fn who_leaves_is_asked_while_pictures_are_on_their_way() {
    in_browser(async |stage, browser, folder| {
        let file = draw(folder.join("cat.png"), &RgbImage::from_fn(90, 90, gradient));
        sign_in(stage, browser).await;
        browser.run(WATCH).await;
        assert_eq!(browser.run(IS_ASKED).await, false, "nothing would be lost");
        browser.run(HOLD).await;
        browser.choose(&[file]).await;
        browser.until("return !!window.letGo").await;
        assert_eq!(browser.run(IS_ASKED).await, true, "the picture is lost");
        browser.run("window.letGo()").await;
        browser.until(&displayed(stage, 1)).await;
        assert_eq!(browser.run(IS_ASKED).await, false, "it is there");
    });
}

#[test]
fn another_token_counts_together_with_its_settings() {
    in_browser(async |stage, browser, folder| {
        let cat = draw(folder.join("cat.png"), &RgbImage::from_fn(90, 90, gradient));
        let large = folder.join("large.png");
        fs::write(&large, vec![0; 1_020_001]).expect("a file");
        sign_in(stage, browser).await;
        browser.run(WATCH).await;
        browser.run(HOLD).await;
        let token = stage.token();
        browser
            .run(&format!("location.hash = 'token={token}'"))
            .await;
        browser.until("return !!window.letGo").await;
        assert_eq!(browser.run(IS_IN).await, false, "with the old settings");
        browser.choose(&[cat]).await;
        let waits = "return document.querySelector('.picture').dataset.word === 'waiting'";
        assert_eq!(browser.run(waits).await, true, "with the old settings");
        assert_eq!(browser.run(IS_ASKED).await, true, "the picture is lost");

        let smaller = "window.letGo(async (answer) => Response.json(
          { ...await answer.json(), size_limit: 1020000 }))";
        browser.run(smaller).await;
        browser.until(&displayed(stage, 1)).await;
        browser
            .run("document.querySelector('.remove').click()")
            .await;
        browser.choose(&[large]).await;
        browser
            .until("return !!document.querySelector('[data-word=large]')")
            .await;
        let told = told(browser).await;
        assert!(told.ends_with("at most 0.97 MB"), "{told}");
    });
}

#[test]
fn what_is_said_to_an_earlier_token_counts_no_more() {
    in_browser(async |stage, browser, _| {
        sign_in(stage, browser).await;
        browser.run(WATCH).await;
        browser.run(HOLD).await;
        browser.run("location.hash = 'token=earlier'").await;
        browser.until("return !!window.letGo").await;
        let token = stage.token();
        browser
            .run(&format!("location.hash = 'token={token}'"))
            .await;
        browser.until(IS_IN).await;
        let refused = "window.letGo((answer) => { window.status = answer.status; return answer; })";
        browser.run(refused).await;
        browser.until("return window.status === '401'").await;
        assert_eq!(browser.run(IS_IN).await, true);
    });
}

#[test]
fn what_was_cancelled_after_all_of_it_was_sent_may_be_there() {
    in_browser(async |stage, browser, folder| {
        let file = draw(folder.join("cat.png"), &RgbImage::from_fn(90, 90, gradient));
        let halfway = "this.upload.onprogress({ loaded: 1, total: 2 });";
        let whole = "this.upload.onprogress({ loaded: 2, total: 2 });";
        // The first signature has ended, and the second request has begun.
        let again = &format!(
            "if (window.answered) {{ {halfway} return; }}
             {whole}
             window.answered = true;
             Object.defineProperty(this, 'status', {{ value: 403 }});
             Object.defineProperty(this, 'response', {{ value: {{ code: -96 }} }});
             setTimeout(() => this.onloadend());"
        );
        let late = "Cancelled, but all of it was sent: it may be in the cloud";
        for (send, word, expected) in [
            (halfway, "sending", "Cancelled"),
            (whole, "sending", late),
            (again, "renewed", "Cancelled"),
        ] {
            sign_in(stage, browser).await;
            browser.run(WATCH).await;
            // It is sent so far, and no answer comes.
            let so_far = format!(
                "XMLHttpRequest.prototype.send = function () {{ {send} }};
                 XMLHttpRequest.prototype.abort = function () {{ this.onloadend(); }}"
            );
            browser.run(&so_far).await;
            browser.choose(std::slice::from_ref(&file)).await;
            let is_sent = format!(
                "const row = document.querySelector('.picture');
                 return row?.dataset.word === '{word}' && row.querySelector('progress').value > 40"
            );
            browser.until(&is_sent).await;
            browser.press_enter(".cancel").await;
            browser
                .until("return !!document.querySelector('[data-word=cancelled], [data-word=late]')")
                .await;
            assert_eq!(told(browser).await, expected, "{word}");
            let news = browser.run("return document.querySelector('#news').lastChild.innerText");
            assert_eq!(news.await, format!("cat.png: {expected}"));
        }
    });
}
