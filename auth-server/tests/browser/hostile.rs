//! Names and answers that somebody made to do harm.

use image::RgbImage;
use serde_json::{Value, json};

use crate::{WATCH, browser::Browser, draw, gradient, in_browser, sign_in};

/// Lets every upload be answered so.
async fn answer(browser: &Browser, answer: &Value) {
    let script = format!(
        "Object.defineProperty(XMLHttpRequest.prototype, 'response', {{
          configurable: true, get: () => ({answer}) }})"
    );
    browser.run(&script).await;
}

#[test]
fn markup_and_scripts_in_names_and_answers_stay_text() {
    in_browser(async |stage, browser, folder| {
        const MARKUP: &str = "<img src=x onerror=alert(1)>";
        let file = draw(
            folder.join(format!("{MARKUP}.png")),
            &RgbImage::from_fn(90, 90, gradient),
        );
        sign_in(stage, browser).await;
        browser.run(WATCH).await;
        let script = json!({ "code": 0, "data": { "source_url": "javascript:alert(1)" } });
        answer(browser, &script).await;
        browser.choose(std::slice::from_ref(&file)).await;
        browser
            .until("return !!document.querySelector('[data-word=hidden]')")
            .await;
        let row = browser
            .run(
                "const link = document.querySelector('.picture a');
                 const name = document.querySelector('.picture .name');
                 return [link.getAttribute('href'), link.offsetHeight, name.innerHTML]",
            )
            .await;
        assert_eq!(row, json!(["", 0, "_img src=x onerror=alert(1)_.png"]));

        let long = format!("{MARKUP}{}", "x".repeat(100_000));
        answer(browser, &json!({ "code": -1, "message": long })).await;
        browser.choose(&[file]).await;
        browser
            .until("return !!document.querySelector('[data-word=refused]')")
            .await;
        let message = browser
            .run(
                "const message = document.querySelector('[data-word=refused] .message');
                 return [message.innerText.includes('<img'), message.querySelectorAll('img').length,
                   message.innerText.length < 400]",
            )
            .await;
        assert_eq!(message, json!([true, 0, true]));
    });
}
