use serde::{Serialize, Serializer};
use yunmei_core::{
    SignedUrl, Timestamp, Token,
    vcloud::{UtcOffset, sts2::TemporaryKeys},
};

/// What a client gets: all that it needs for its request.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The signature itself, or the token, for clients that know what to do with it.
    pub signature: Token,
    /// The method of the request.
    pub method: &'static str,
    /// Its address. That of a folder ends in `/`: the escaped name of a file goes behind it.
    pub url: SignedUrl,
    /// Its headers.
    pub headers: Vec<(&'static str, Token)>,
    /// The fields of its form; of its JSON body, if the headers say that it has one.
    pub fields: Vec<(&'static str, Token)>,
    /// The field that the file goes into.
    pub file_field: Option<&'static str>,
    /// When it was signed, by the clock of the server.
    pub now: Timestamp,
    /// By when it is to be used: there it ends, unless it serves once, or the service has a time of its
    /// own.
    pub expires: Timestamp,
    /// Whether it serves once.
    pub single_use: bool,
    /// The request that ends what the first one begins.
    pub next: Option<NextStep>,
    /// Temporary keys.
    pub keys: Option<TemporaryKeys>,
    /// The query with which what was uploaded can be downloaded.
    pub picture_query: Option<Token>,
}

/// A request that follows.
#[derive(Clone, Debug)]
pub struct NextStep {
    /// Its method.
    pub method: &'static str,
    /// Its address.
    pub url: SignedUrl,
}

#[derive(Serialize)]
struct Written<'a> {
    sign: &'a str,
    method: &'a str,
    url: &'a str,
    #[serde(serialize_with = "map")]
    headers: &'a [(&'static str, Token)],
    #[serde(serialize_with = "map")]
    fields: &'a [(&'static str, Token)],
    file_field: Option<&'a str>,
    now: u64,
    expires: u64,
    single_use: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<WrittenStep<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    credentials: Option<WrittenKeys<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    picture_query: Option<&'a str>,
}

#[derive(Serialize)]
struct WrittenKeys<'a> {
    access_key_id: &'a str,
    secret_access_key: &'a str,
    session_token: &'a str,
    expired_time: String,
    current_time: String,
}

#[derive(Serialize)]
struct WrittenStep<'a> {
    method: &'a str,
    url: &'a str,
}

impl Answer {
    /// An answer without what only some have.
    pub(super) fn new(
        signature: Token,
        method: &'static str,
        url: String,
        now: Timestamp,
        lifetime: u64,
    ) -> Answer {
        Answer {
            signature,
            method,
            url: SignedUrl::new(url),
            headers: Vec::new(),
            fields: Vec::new(),
            file_field: None,
            now,
            expires: Timestamp::from_seconds(now.seconds().saturating_add(lifetime)),
            single_use: false,
            next: None,
            keys: None,
            picture_query: None,
        }
    }

    /// The JSON that is sent. It has the signature in it.
    pub fn to_json(&self) -> Vec<u8> {
        let written = Written {
            sign: self.signature.expose(),
            method: self.method,
            url: self.url.expose(),
            headers: &self.headers,
            fields: &self.fields,
            file_field: self.file_field,
            now: self.now.seconds(),
            expires: self.expires.seconds(),
            single_use: self.single_use,
            commit: self.next.as_ref().map(|step| WrittenStep {
                method: step.method,
                url: step.url.expose(),
            }),
            credentials: self.keys.as_ref().map(|keys| WrittenKeys {
                access_key_id: keys.access_key(),
                secret_access_key: keys.secret_key().expose(),
                session_token: keys.session_token().expose(),
                expired_time: keys.expires_text(UtcOffset::default()),
                current_time: keys.issued_text(UtcOffset::default()),
            }),
            picture_query: self.picture_query.as_ref().map(Token::expose),
        };
        let mut json = Vec::with_capacity(1024);
        serde_json::to_writer(&mut json, &written).expect("texts and numbers are JSON");
        json
    }
}

fn map<S: Serializer>(pairs: &&[(&'static str, Token)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().map(|(name, value)| (*name, value.expose())))
}
