use std::{
    fmt,
    ops::Range,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use super::{
    draft::KeptQuery,
    key::{RootKey, SigningKey},
};
use crate::{
    Timestamp,
    error::InputError,
    vcloud::{
        Credentials, Dialect, Scope,
        time::{BasicDate, BasicTime, Day},
    },
};

/// Signs for one service in one region. Cheap to clone; clones share the key of the day.
///
/// Deriving the key takes twice as long as signing with it, so it is kept until a time of another
/// day comes along.
#[derive(Clone)]
pub struct Signer(Arc<Prepared>);

struct Prepared {
    credentials: Credentials,
    scope: Scope,
    token_place: TokenPlace,
    root: RootKey,
    kept: Mutex<Option<Arc<Today>>>,
}

/// Whether the session token in a signed query is among the names that it lists as signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TokenPlace {
    /// It is, as the newer Go client of the vendor has it.
    #[default]
    Listed,
    /// It is signed and not listed, as the Python client has it (section 16.1).
    Unlisted,
}

/// The key of a day, and the texts with that day in them.
pub(super) struct Today {
    day: Day,
    date: BasicDate,
    pub(super) key: SigningKey,
    /// `{algorithm} Credential={access key}/{date}/{region}/{service}/{terminator}, SignedHeaders=`
    pub(super) authorization: String,
    /// Where in it the scope is: date to terminator.
    scope: Range<usize>,
    query: OnceLock<KeptQuery>,
}

impl Today {
    pub(super) fn scope(&self) -> &str {
        &self.authorization[self.scope.clone()]
    }
}

impl Signer {
    /// Signs with these keys.
    pub fn new(scope: Scope, credentials: Credentials) -> Signer {
        Signer::prepare(scope, credentials, TokenPlace::default())
    }

    /// The same, with the session token of signed queries elsewhere.
    pub fn with_token_place(&self, token_place: TokenPlace) -> Signer {
        Signer::prepare(
            self.0.scope.clone(),
            self.0.credentials.clone(),
            token_place,
        )
    }

    fn prepare(scope: Scope, credentials: Credentials, token_place: TokenPlace) -> Signer {
        Signer(Arc::new(Prepared {
            root: RootKey::new(scope.dialect(), credentials.secret_key()),
            credentials,
            scope,
            token_place,
            kept: Mutex::new(None),
        }))
    }

    /// What it signs for.
    pub fn scope(&self) -> &Scope {
        &self.0.scope
    }

    /// What it signs with.
    pub fn credentials(&self) -> &Credentials {
        &self.0.credentials
    }

    pub(super) fn dialect(&self) -> Dialect {
        self.0.scope.dialect()
    }

    pub(super) fn token_place(&self) -> TokenPlace {
        self.0.token_place
    }

    pub(super) fn session_token(&self) -> Option<&str> {
        let token = self.0.credentials.session_token();
        token.map(|token| token.expose())
    }

    /// The key for this time, and the time as a text.
    pub(super) fn at(&self, now: Timestamp) -> Result<(Arc<Today>, BasicTime), InputError> {
        let day = Day::of(now)?;
        let mut kept = self.0.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let today = match &*kept {
            Some(today) if today.day == day => Arc::clone(today),
            _ => Arc::clone(kept.insert(Arc::new(self.today(day)))),
        };
        let time = today.date.at(now);
        Ok((today, time))
    }

    /// What is the same all day in signed queries, made for the first of them.
    pub(super) fn kept_query<'a>(&self, today: &'a Today) -> &'a KeptQuery {
        today.query.get_or_init(|| {
            let access_key = self.0.credentials.access_key();
            KeptQuery::new(self.dialect(), access_key, self.scope_parts(&today.date))
        })
    }

    fn today(&self, day: Day) -> Today {
        let (dialect, date) = (self.dialect(), BasicDate::new(day));
        let [date_text, region, service, terminator] = self.scope_parts(&date);
        let mut authorization = String::with_capacity(192);
        authorization.push_str(dialect.algorithm());
        authorization.push_str(" Credential=");
        let access_key = self.0.credentials.access_key();
        authorization.push_str(access_key);
        authorization.push('/');
        let scope = authorization.len();
        authorization.extend([date_text, "/", region, "/", service, "/", terminator]);
        let end = authorization.len();
        authorization.push_str(", SignedHeaders=");
        Today {
            day,
            date,
            key: self.0.root.derive(date_text, region, service),
            authorization,
            scope: scope..end,
            query: OnceLock::new(),
        }
    }

    /// Day, region, service, and what ends them.
    fn scope_parts<'a>(&'a self, date: &'a BasicDate) -> [&'a str; 4] {
        let Prepared { scope, .. } = &*self.0;
        let (region, service) = (scope.region().as_str(), scope.service().signing_name());
        let terminator = self.dialect().constants().terminator;
        [date.as_str(), region, service, terminator]
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.0.scope)
    }
}
