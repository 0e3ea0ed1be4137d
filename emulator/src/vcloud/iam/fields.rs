//! What calls say of users, with the codes of section 13.5.

use std::fmt;

use http::StatusCode;

use super::user::Profile;
use crate::vcloud::{answer::Refusal, asked::Asked};

/// The longest name, in characters.
const NAME_LIMIT: usize = 64;
/// The longest of the other texts, in characters.
const TEXT_LIMIT: usize = 255;
/// The most users on a page.
const PAGE_LIMIT: i64 = 100;
/// How many there are on a page if nobody says.
const PAGE: i64 = 10;

/// The name of a user.
pub(super) fn name(asked: &Asked) -> Result<&str, Refusal> {
    let name = asked.text("UserName");
    if name.is_empty() {
        return Err(bad("ParameterNotFound", "UserName is missing"));
    }
    let plain = |letter: char| letter.is_alphanumeric() || ".-_@".contains(letter);
    match name.chars().all(plain) && name.chars().count() <= NAME_LIMIT {
        true => Ok(name),
        false => Err(bad(
            "InvalidUserName",
            format_args!("UserName has up to {NAME_LIMIT} letters, digits, and . - _ @"),
        )),
    }
}

/// What else is told of a new user.
pub(super) fn profile(asked: &Asked) -> Result<Profile, Refusal> {
    let phone = asked.text("MobilePhone");
    let dialled = |letter: char| letter.is_ascii_digit() || "+- ".contains(letter);
    if !phone.chars().all(dialled) {
        return Err(bad("InvalidMobilePhone", "MobilePhone is no number"));
    }
    let email = asked.text("Email");
    if !email.is_empty() && !is_address(email) {
        return Err(bad("InvalidEmail", "Email is no address"));
    }
    Ok(Profile {
        display_name: text(asked, "DisplayName", "InvalidDisplayName")?,
        description: text(asked, "Description", "InvalidDescription")?,
        email: text(asked, "Email", "InvalidEmail")?,
        mobile_phone: text(asked, "MobilePhone", "InvalidMobilePhone")?,
    })
}

/// How many users a page is to have.
pub(super) fn limit(asked: &Asked) -> Result<usize, Refusal> {
    let limit = asked.number("Limit").ok();
    let limit = limit.map(|limit| limit.unwrap_or(PAGE));
    let fitting = limit.filter(|limit| (1..=PAGE_LIMIT).contains(limit));
    let fitting = fitting.and_then(|limit| usize::try_from(limit).ok());
    fitting.ok_or_else(|| {
        let problem = format_args!("Limit is a number from 1 to {PAGE_LIMIT}").to_string();
        bad("InvalidLimit", problem)
    })
}

/// How many users stand before the page.
pub(super) fn offset(asked: &Asked) -> Result<usize, Refusal> {
    let offset = asked.number("Offset").ok();
    let offset = offset.map(Option::unwrap_or_default);
    let fitting = offset.and_then(|offset| usize::try_from(offset).ok());
    fitting.ok_or_else(|| bad("InvalidOffset", "Offset is a number from 0 on"))
}

fn text(asked: &Asked, name: &str, code: &str) -> Result<String, Refusal> {
    let text = asked.text(name);
    match text.chars().count() <= TEXT_LIMIT {
        true => Ok(text.to_owned()),
        false => Err(bad(
            code,
            format_args!("{name} has more than {TEXT_LIMIT} characters"),
        )),
    }
}

fn is_address(text: &str) -> bool {
    let whole = !text
        .chars()
        .any(|letter| letter.is_whitespace() || letter.is_control());
    let parts = text.split_once('@');
    whole
        && parts
            .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'))
}

fn bad(code: &str, problem: impl fmt::Display) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, code, problem)
}
