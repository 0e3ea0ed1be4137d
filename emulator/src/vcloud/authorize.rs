//! Whether a call is by somebody who may (sections 4 to 6 and 15).

use http::{HeaderValue, StatusCode, header, request::Parts};
use yunmei_core::{
    Secret,
    vcloud::{
        Dialect, Parameters, Region, Scope, Service,
        sign::{self, BodyDigest, Claim, Received},
        sts2::SessionToken,
    },
};

use super::{
    Vcloud,
    action::Action,
    answer::{Metadata, Refusal},
    asked::Asked,
    policy, wrong_method,
};

/// The action of each service that has one of the name and version at hand.
type Known = [(Service, &'static Action)];

/// With whose key a call has to be signed.
enum Signatory {
    Account,
    /// Somebody with temporary keys, and what those are good for.
    Temporary(Secret, SessionToken),
}

impl Vcloud {
    /// The call, if its signature is in order, checked in the order of section 15.
    pub(super) fn authorized(
        &self,
        parts: &Parts,
        query: Parameters,
        body: Vec<u8>,
        known: &Known,
        metadata: &mut Metadata,
    ) -> Result<Asked, Refusal> {
        let claim = claim(parts, &query)?;
        metadata.service = claim.service().to_owned();
        metadata.region = claim.region().to_owned();
        self.check_time(&claim)?;
        let signatory = self.signatory(&claim)?;
        let digest = BodyDigest::of(&body);
        let row = row(&parts.method, &claim, known);
        let asked = row.map(|(service, row)| {
            let asked = Asked {
                service,
                region: claim.region().to_owned(),
                action: row.name,
                version: row.version,
                query: claim.covered(&query),
                body,
                authority: self.authority(parts),
                method: parts.method.clone(),
                now: self.now(),
            };
            (asked, row)
        });
        if let (Signatory::Temporary(_, token), Ok((asked, row))) = (&signatory, &asked) {
            policy::check(token, asked, row)?;
        }
        let secret = self.secret(&signatory, &claim)?;
        let (asked, _) = asked?;
        let received = Received {
            method: &parts.method,
            path: "/",
            query: &query,
            headers: &parts.headers,
            body: digest,
        };
        claim
            .verify(secret, &received)
            .map_err(|refusal| mismatch(refusal, &claim, &received))?;
        check_coverage(&claim)?;
        Ok(asked)
    }

    fn check_time(&self, claim: &Claim) -> Result<(), Refusal> {
        claim.check_time(self.now()).map_err(|refusal| {
            let (now, then) = (self.now().seconds(), claim.time().seconds());
            let problem = format!("{refusal}: signed at {then}, and it is {now}");
            Refusal::from(refusal).because(problem)
        })
    }

    /// What a call has to be signed with.
    fn secret<'a>(
        &'a self,
        signatory: &'a Signatory,
        claim: &Claim,
    ) -> Result<&'a Secret, Refusal> {
        let credentials = self.account.credentials();
        match signatory {
            Signatory::Temporary(secret, _) => Ok(secret),
            Signatory::Account if claim.access_key() == credentials.access_key() => {
                Ok(credentials.secret_key())
            }
            Signatory::Account => Err(unknown_key()),
        }
    }

    /// Whose key it has to be: of whoever is named in the session token, if there is one.
    fn signatory(&self, claim: &Claim) -> Result<Signatory, Refusal> {
        let Some(token) = claim.session_token() else {
            return Ok(Signatory::Account);
        };
        let token = SessionToken::decode(token.expose())?;
        let secret = token.verify(&self.issuer, claim.access_key(), self.now())?;
        Ok(Signatory::Temporary(secret, token))
    }
}

/// What a call says of its own signature.
fn claim(parts: &Parts, query: &Parameters) -> Result<Claim, Refusal> {
    if parts.headers.get_all(header::AUTHORIZATION).iter().count() > 1 {
        let refusal = Refusal::from(sign::Refusal::Malformed);
        return Err(refusal.because("there are several headers Authorization"));
    }
    Ok(Claim::read(&parts.headers, query)?)
}

/// The service of the scope, and its action.
fn row(
    method: &http::Method,
    claim: &Claim,
    known: &Known,
) -> Result<(Service, &'static Action), Refusal> {
    let nowhere = |problem: String| {
        let refusal = Refusal::new(StatusCode::NOT_FOUND, "ServiceNotFound", problem);
        refusal.numbered(100_007)
    };
    let service: Service = (claim.service().parse())
        .map_err(|_| nowhere(format!("no service is called {:.32}", claim.service())))?;
    let region = Region::new(claim.region()).map_err(|problem| nowhere(problem.to_string()))?;
    Scope::new(claim.dialect(), service, region).map_err(|problem| nowhere(problem.to_string()))?;
    let row = known.iter().find(|(its, _)| *its == service);
    let Some((_, row)) = row else {
        let others: Vec<&str> = known.iter().map(|(its, _)| its.signing_name()).collect();
        let others = others.join(", ");
        let problem = format!("{service} has no such action, but {others}");
        return Err(Refusal::unknown_action(problem));
    };
    match row.methods.contains(method) {
        true => Ok((service, row)),
        false => Err(wrong_method()),
    }
}

/// Which action it is has to be signed, as all that counts.
fn check_coverage(claim: &Claim) -> Result<(), Refusal> {
    let mut names = ["Action", "Version"].into_iter();
    match names.find(|name| !claim.covers(name)) {
        None => Ok(()),
        Some(open) => {
            let refusal = Refusal::from(sign::Refusal::Digest);
            Err(refusal.because(format!("{open} is not among the signed parameters")))
        }
    }
}

fn unknown_key() -> Refusal {
    let problem = "no account has this access key";
    Refusal::new(StatusCode::UNAUTHORIZED, "InvalidAccessKey", problem).numbered(100_009)
}

/// The request that was to be hashed, to be shown: without what only client and service may know.
fn without_secrets(claim: &Claim, received: &Received<'_>) -> Result<String, sign::Refusal> {
    let token = claim.dialect().session_token_name();
    let hidden = |name: &str| match name {
        "SessionKey" => Some("(session key)"),
        name if name == token => Some("(session token)"),
        name if Dialect::ALL.map(Dialect::signature_name).contains(&name) => Some("(signature)"),
        _ => None,
    };
    let pairs = received.query.iter();
    let query = pairs.fold(Parameters::new(), |all, (name, value)| {
        let shown = hidden(name).unwrap_or(value);
        all.with_repeated(name.to_owned(), shown.to_owned())
    });
    let mut headers = received.headers.clone();
    for (name, shown) in [
        (token, "(session token)"),
        (header::AUTHORIZATION.as_str(), "(authorization)"),
    ] {
        if let Some(value) = headers.get_mut(name) {
            *value = HeaderValue::from_static(shown);
        }
    }
    let shown = Received {
        query: &query,
        headers: &headers,
        ..*received
    };
    let mut request = claim.texts(&shown)?.canonical_request;
    for words in ["session key", "session token", "signature"] {
        let escaped = format!("%28{}%29", words.replace(' ', "%20"));
        request = request.replace(&escaped, &format!("({words})"));
    }
    Ok(request)
}

/// Says what should have been signed.
fn mismatch(refusal: sign::Refusal, claim: &Claim, received: &Received<'_>) -> Refusal {
    let texts = claim.texts(received);
    let reason = match (refusal, texts, without_secrets(claim, received)) {
        (sign::Refusal::Digest, Ok(texts), Ok(request)) => format!(
            "{refusal}. To be signed: {:?}, which has the digest of {request:?}",
            texts.string_to_sign
        ),
        (sign::Refusal::Body, ..) => format!(
            "{refusal}: {} should be {}",
            claim.dialect().body_digest_name(),
            received.body.as_str()
        ),
        _ => refusal.to_string(),
    };
    Refusal::from(refusal).because(reason)
}
