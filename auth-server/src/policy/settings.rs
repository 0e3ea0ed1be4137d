use std::num::NonZeroU32;

use serde::Deserialize;

/// How often a client may ask, and how many connections it may have.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Requests a minute of one address, whatever they ask for.
    pub requests_a_minute: NonZeroU32,
    /// Connections of one address at once; `None` leaves it to the server.
    pub connections_per_address: Option<NonZeroU32>,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            requests_a_minute: const { NonZeroU32::new(600).expect("not zero") },
            connections_per_address: None,
        }
    }
}

/// From which pages a browser may ask.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Cors {
    /// Origins, as browsers write them: `https://www.example.com`.
    pub origins: Vec<String>,
}

/// What the upload page works with.
#[derive(Clone, Debug)]
pub struct PageSettings {
    /// Which of the rules lets it upload.
    pub(crate) rule: usize,
    /// How many pictures it uploads at a time.
    pub(crate) parallel: u32,
    /// From where uploaded pictures are shown, whatever the service says.
    pub(crate) picture_origin: Option<String>,
}

impl PageSettings {
    /// From where uploaded pictures are shown, if that is said.
    pub fn picture_origin(&self) -> Option<&str> {
        self.picture_origin.as_deref()
    }
}
