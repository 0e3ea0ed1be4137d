//! An action as it was asked for: decoded, and by somebody who may.

use std::fmt;

use http::Method;
use serde::de::DeserializeOwned;
use yunmei_core::{
    Timestamp,
    vcloud::{Parameters, Service},
};

use super::answer::Refusal;

/// An action, and what it is to be done with.
///
/// In a query that carries its own signature, what is not signed is not here: anybody could have
/// added it.
pub(super) struct Asked {
    pub(super) service: Service,
    pub(super) region: String,
    pub(super) action: &'static str,
    pub(super) version: &'static str,
    /// Decoded, in order; a name may be there several times.
    pub(super) query: Parameters,
    /// As it arrived.
    pub(super) body: Vec<u8>,
    /// Whom the addresses in answers lead to, with its port: the emulator, as the client knows it.
    pub(super) authority: String,
    pub(super) method: Method,
    /// By the emulator's clock.
    pub(super) now: Timestamp,
}

impl Asked {
    /// A parameter; empty if it is not there.
    pub(super) fn text(&self, name: &str) -> &str {
        self.query.value(name).unwrap_or_default()
    }

    /// A parameter that has to be there, and not empty.
    pub(super) fn needed(&self, name: &str) -> Result<&str, Refusal> {
        match self.text(name) {
            "" => Err(Refusal::missing(name)),
            text => Ok(text),
        }
    }

    /// All values of a name, in order.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.query.iter().filter(move |(known, _)| *known == name);
        named.map(|(_, value)| value)
    }

    /// A whole number; none if it is not there, or empty.
    pub(super) fn number(&self, name: &str) -> Result<Option<i64>, Refusal> {
        match self.text(name) {
            "" => Ok(None),
            text => match text.parse() {
                Ok(number) => Ok(Some(number)),
                Err(_) => Err(Refusal::invalid(name, "this is no whole number")),
            },
        }
    }

    /// Yes or no, in the spellings of all clients; no if it is not there.
    pub(super) fn flag(&self, name: &str) -> Result<bool, Refusal> {
        match self.text(name) {
            "" | "0" | "false" | "False" => Ok(false),
            "1" | "true" | "True" => Ok(true),
            _ => Err(Refusal::invalid(name, "this is neither 0 nor 1")),
        }
    }

    /// The JSON document in the body.
    pub(super) fn document<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        serde_json::from_slice(&self.body).map_err(|problem| Refusal::invalid("Body", problem))
    }

    /// The form in the body.
    pub(super) fn form(&self) -> Result<Parameters, Refusal> {
        let form = str::from_utf8(&self.body).ok().and_then(Parameters::decode);
        form.ok_or_else(|| Refusal::invalid("Body", "this is no form"))
    }
}

impl Asked {
    /// The form in the body of a `POST`; none if there is none.
    pub(super) fn form_of_post(&self) -> Parameters {
        match self.method == Method::POST {
            true => self.form().unwrap_or_default(),
            false => Parameters::new(),
        }
    }

    /// A parameter of the query, or else of the form: a query that carries its own signature does not
    /// cover the body.
    pub(super) fn text_or_of<'a>(&'a self, form: &'a Parameters, name: &str) -> &'a str {
        let of_query = self.query.value(name).filter(|text| !text.is_empty());
        of_query.or_else(|| form.value(name)).unwrap_or_default()
    }
}

/// Names only: there may be keys of sessions among the values.
impl fmt::Debug for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asked")
            .field("service", &self.service)
            .field("action", &self.action)
            .field("version", &self.version)
            .field("query", &self.query)
            .finish_non_exhaustive()
    }
}
