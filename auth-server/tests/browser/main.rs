//! The page in headless Chromium, driven by `chromedriver`, in front of server and emulator.
//!
//! Without a browser it says that it was skipped, unless `YUNMEI_DEMAND_BROWSER` is 1. With
//! `YUNMEI_SCREENSHOTS`, pictures of the page are written into that folder.

mod browser;
mod hostile;
mod leaving;
mod memory;
mod network;
mod stage;

use std::{
    fs,
    path::{Path, PathBuf},
};

use browser::Browser;
use image::{ExtendedColorType, ImageEncoder, Rgb, RgbImage, codecs::png::PngEncoder};
use serde_json::{Value, json};
use stage::Stage;

/// Keeps every value of every bar and all that each picture is told to be, however short; and what
/// the page's policy forbids.
const WATCH: &str = "window.seen = {}; window.wrong = [];
addEventListener('securitypolicyviolation', (event) => window.wrong.push(event.blockedURI));
addEventListener('error', (event) => window.wrong.push(event.message));
addEventListener('unhandledrejection', (event) => window.wrong.push(String(event.reason)));
const seen = ({ target, attributeName }) => {
  const name = target.closest('.picture').querySelector('.name').textContent;
  const { bar, words } = window.seen[name] ??= { bar: [], words: [] };
  return attributeName === 'value' ? bar : words;
};
const keep = (list, value) => value !== null && list.at(-1) !== value && list.push(value);
new MutationObserver((changes) => {
  for (const change of changes) keep(seen(change), change.oldValue);
  for (const change of changes) keep(seen(change), change.target.getAttribute(change.attributeName));
}).observe(document.querySelector('#pictures'), {
  subtree: true, attributeFilter: ['value', 'data-word'], attributeOldValue: true,
})";

/// What becomes of each picture, by its name.
const PICTURES: &str = "return Object.fromEntries([...document.querySelectorAll('.picture')].map(
  (row) => [row.querySelector('.name').textContent, {
    word: row.dataset.word,
    bar: row.querySelector('progress').value,
    source: row.querySelector('img').src,
    width: row.querySelector('img').naturalWidth,
  }]))";

/// Whether so many pictures are displayed from where they were uploaded to.
fn displayed(stage: &Stage, count: usize) -> String {
    format!(
        "return [...document.querySelectorAll('[data-word=done] img')].filter((image) =>
          image.src.startsWith('{}') && image.complete && image.naturalWidth).length === {count}",
        stage.pictures
    )
}

/// Whether the server took the token.
const IS_IN: &str = "return document.body.classList.contains('in')";

const CJK: &str = "重庆·夜景（一）.png";

/// Runs a test, if there is a browser; the page may do nothing in it that it may not, or cannot.
fn in_browser(test: impl AsyncFnOnce(&Stage, &Browser, &Path)) {
    let Some(driver) = browser::Driver::start() else {
        return;
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let stage = Stage::new();
        let browser = Browser::open(&driver).await;
        let folder = tempfile::tempdir().expect("a folder");
        test(&stage, &browser, folder.path()).await;
        let wrong = browser.run("return window.wrong").await;
        assert_eq!(wrong, json!([]), "what the page may not do, or cannot");
        browser.close().await;
    });
}

#[test]
fn pictures_are_uploaded_cancelled_renewed_and_shown() {
    in_browser(async |stage, browser, folder| {
        let draw = |name: &str, picture: RgbImage| draw(folder.join(name), &picture);
        let first = [
            draw("cat.png", RgbImage::from_fn(320, 240, gradient)),
            draw(CJK, RgbImage::from_fn(240, 320, |x, y| gradient(y, x))),
            draw("large.png", RgbImage::from_fn(900, 900, noise)),
        ];
        enter(stage, browser).await;
        browser.run(WATCH).await;
        upload_three(stage, browser, &first).await;
        let again = draw(
            "cancelled.png",
            RgbImage::from_fn(900, 900, |x, y| noise(y, x)),
        );
        cancel(stage, browser, again).await;
        browser.throttle(-1).await;
        let late = draw(
            "late.png",
            RgbImage::from_fn(200, 200, |x, y| gradient(x + 99, y)),
        );
        renew(stage, browser, late).await;
        let slow = draw(
            "slow.png",
            RgbImage::from_fn(600, 600, |x, y| noise(y, x + 9)),
        );
        wait_long(stage, browser, slow).await;
        browser
            .run("document.querySelector('#language').click()")
            .await;
        browser.screenshot("page-done").await;
        retry(stage, browser).await;
    });
}

/// Without a token the page asks for one; from the address it is taken, and gone from there.
async fn enter(stage: &Stage, browser: &Browser) {
    browser.go(&stage.server.origin()).await;
    browser
        .until("return document.querySelector('#entry').offsetHeight > 0")
        .await;
    browser.screenshot("page-entry").await;
    sign_in(stage, browser).await;
    let address = browser.run("return location.href").await;
    assert!(
        !address.to_string().contains("token"),
        "the token is still in the address"
    );
}

/// With the token in the address.
async fn sign_in(stage: &Stage, browser: &Browser) {
    browser.go("about:blank").await;
    let token = stage.token();
    browser
        .go(&format!("{}/#token={token}", stage.server.origin()))
        .await;
    browser.until(IS_IN).await;
}

async fn upload_three(stage: &Stage, browser: &Browser, files: &[PathBuf]) {
    browser.throttle(500_000).await;
    browser.choose(files).await;
    let moving = "return [...document.querySelectorAll('progress')].some((bar) => bar.value > 20)";
    browser.until(moving).await;
    browser.screenshot("page-sending").await;
    browser.until(&displayed(stage, 3)).await;
    let pictures = browser.run(PICTURES).await;
    for name in ["cat.png", CJK, "large.png"] {
        let picture = &pictures[name];
        assert_eq!(
            (&picture["word"], &picture["bar"]),
            (&json!("done"), &json!(100)),
            "{name}"
        );
        assert!(picture["width"].as_u64() > Some(0), "{name}: {picture}");
        let source = picture["source"].as_str().expect("an address");
        assert!(source.starts_with(&stage.pictures), "{name}: {source}");
    }
    let seen = browser.run("return window.seen").await;
    for (name, seen) in seen.as_object().expect("bars") {
        let bar: Vec<f64> = bar(seen);
        assert!(bar.is_sorted(), "{name}: {bar:?}");
    }
    assert!(bar(&seen["large.png"]).len() > 5, "{seen}");
}

fn bar(seen: &Value) -> Vec<f64> {
    let values = seen["bar"].as_array().into_iter().flatten();
    values
        .filter_map(|value| value.as_str()?.parse().ok())
        .collect()
}

async fn cancel(stage: &Stage, browser: &Browser, file: PathBuf) {
    browser.choose(&[file]).await;
    let last = "document.querySelector('.picture:last-child')";
    let moving = format!("return {last}?.querySelector('progress').value > 5");
    browser.until(&moving).await;
    browser.press_enter(".picture:last-child .cancel").await;
    browser
        .until(&format!("return {last}.dataset.word === 'cancelled'"))
        .await;
    let focused = format!("return document.activeElement === {last}");
    assert_eq!(browser.run(&focused).await, true, "the focus is lost");
    let stored = stage.uploads("cancelled.png");
    assert!(!stored.contains(&Some(0)), "{stored:?}");
}

/// The signature ends before the cloud looks at it, and another one is asked for.
async fn renew(stage: &Stage, browser: &Browser, file: PathBuf) {
    stage.sign_short();
    browser.choose(&[file]).await;
    browser.until(&displayed(stage, 4)).await;
    let seen = browser.run("return window.seen['late.png']").await;
    assert!(seen["words"].to_string().contains("renewed"), "{seen}");
    assert!(bar(&seen).is_sorted(), "{seen}");
    assert_eq!(stage.uploads("late.png"), [Some(-96), Some(0)]);
    let pictures = browser.run(PICTURES).await;
    assert_eq!(pictures["late.png"]["width"], 200);
}

/// The signatures end while the picture is on its way: it is taken, as the cloud looks at the
/// beginning, and is seen with a new one.
async fn wait_long(stage: &Stage, browser: &Browser, file: PathBuf) {
    browser.throttle(200_000).await;
    browser.choose(&[file]).await;
    let moving = "return document.querySelector('.picture:last-child progress').value > 5";
    browser.until(moving).await;
    assert_eq!(stage.uploads("slow.png"), [], "it is there already");
    stage.pass_time();
    browser.throttle(-1).await;
    browser.until(&displayed(stage, 5)).await;
    assert_eq!(stage.uploads("slow.png"), [Some(0)]);
}

/// What was cancelled never arrived, and arrives when it is tried again.
async fn retry(stage: &Stage, browser: &Browser) {
    let pictures = browser.run(PICTURES).await;
    assert_eq!(pictures["cancelled.png"]["word"], "cancelled");
    let stored = stage.uploads("cancelled.png");
    assert!(!stored.contains(&Some(0)), "{stored:?}");
    browser.press_enter("[data-word=cancelled] .retry").await;
    browser.until(&displayed(stage, 6)).await;
    let stored = stage.uploads("cancelled.png");
    assert_eq!(stored.last(), Some(&Some(0)), "{stored:?}");
}

fn draw(path: PathBuf, picture: &RgbImage) -> PathBuf {
    let mut bytes = Vec::new();
    let (width, height) = picture.dimensions();
    PngEncoder::new(&mut bytes)
        .write_image(picture, width, height, ExtendedColorType::Rgb8)
        .expect("a picture");
    fs::write(&path, bytes).expect("a file");
    path
}

fn gradient(x: u32, y: u32) -> Rgb<u8> {
    Rgb([(x / 2) as u8, (y / 2) as u8, 160])
}

/// What cannot be made smaller.
fn noise(x: u32, y: u32) -> Rgb<u8> {
    let mut bits = (u64::from(x) << 32 | u64::from(y)).wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    let [red, green, blue, ..] = (bits ^ bits >> 31).to_le_bytes();
    Rgb([red, green, blue])
}
