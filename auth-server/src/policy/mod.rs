#![doc = include_str!("../../policy.md")]

mod asked;
mod checks;
mod decide;
mod error;
mod file;
mod operation;
mod proxies;
mod rule;
mod settings;
#[cfg(test)]
mod tests;

pub use asked::Asked;
pub use checks::origin as check_origin;
pub use decide::{Denial, Granted, Target};
pub use error::PolicyError;
pub use operation::{Operation, Service};
pub use proxies::{Network, NetworkError, Proxies};
pub use rule::{Rule, Scope, Videos};
pub use settings::{Cors, Limits, PageSettings};

use crate::token::TokenRules;

/// The longest life of a signature that a rule may name: a day, in seconds.
pub const LIFETIME_LIMIT: u64 = 86_400;

/// What may be signed for whom. Read once; never parsed again.
#[derive(Clone, Debug)]
pub struct Policy {
    pub(crate) token: TokenRules,
    pub(crate) limits: Limits,
    pub(crate) proxies: Proxies,
    pub(crate) cors: Cors,
    pub(crate) page: Option<PageSettings>,
    pub(crate) rules: Vec<Rule>,
}

impl Policy {
    /// Reads a policy file.
    ///
    /// # Errors
    ///
    /// [`PolicyError`]: what is wrong, and in which line.
    pub fn parse(text: &str) -> Result<Policy, PolicyError> {
        file::read(text)
    }

    /// Which tokens are taken.
    pub fn token(&self) -> &TokenRules {
        &self.token
    }

    /// The rules, in their order.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// What the upload page works with, if there is to be one.
    pub fn page(&self) -> Option<&PageSettings> {
        self.page.as_ref()
    }

    /// The rule of the upload page.
    pub(crate) fn page_rule(&self) -> Option<&Rule> {
        self.page.as_ref().map(|page| &self.rules[page.rule])
    }
}
