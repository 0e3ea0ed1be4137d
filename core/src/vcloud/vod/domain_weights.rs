use std::collections::BTreeMap;

use bytes::Bytes;
use http::{Request, Response};
use serde_json::value::RawValue;

use super::poster::DomainWeights;
use crate::{
    Operation, Payload, Stamp,
    error::{Error, InputError},
    vcloud::{Dialect, Parameters, call::filled, caller::Caller, envelope},
};

/// Asks from which domains the posters of a space are served (section 9):
/// [`Vod::domain_weights`](super::Vod::domain_weights).
///
/// ```text
/// GET /?Action=GetCdnDomainWeights&Version=2019-07-01&SpaceName=…
/// ```
///
/// Without an entry for the space, there are none. Volcengine has no such action.
#[derive(Clone, Debug)]
pub struct DomainWeightsOf {
    caller: Caller,
    space: String,
}

impl DomainWeightsOf {
    pub(super) fn new(caller: Caller, space: String) -> DomainWeightsOf {
        DomainWeightsOf { caller, space }
    }
}

impl Operation for DomainWeightsOf {
    type Output = DomainWeights;

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        if self.caller.dialect() == Dialect::Volcengine {
            let action = "GetCdnDomainWeights";
            return Err(InputError::NoSuchAction { action }.into());
        }
        filled("SpaceName", &self.space)?;
        let query = Parameters::of_action("GetCdnDomainWeights", "2019-07-01")
            .with("SpaceName", self.space.clone());
        self.caller.get(&query, stamp)
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<DomainWeights, Error> {
        // As texts: what is wrong with another space is no concern of this one.
        let mut spaces: BTreeMap<String, Box<RawValue>> =
            envelope::open(self.caller.name(), response)?;
        let Some(weights) = spaces.remove(&self.space) else {
            return Ok(DomainWeights::default());
        };
        match serde_json::from_str::<Option<DomainWeights>>(weights.get()) {
            Ok(weights) => Ok(weights.unwrap_or_default()),
            Err(problem) => Err(envelope::unreadable(
                format!("in Result: {problem}"),
                response,
            )),
        }
    }

    fn repeatable(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vcloud::{
        played::{answer, query, stamp, success},
        vod::tests::{successor, vod},
    };

    fn parse(result: &str) -> Result<DomainWeights, Error> {
        let operation = vod().domain_weights("example-space");
        operation.parse(&answer(200, &success(result)))
    }

    #[test]
    fn weights_keep_the_order_of_the_answer_and_may_be_texts() {
        let weights = parse(
            r#"{"other":{"x.example.com":1},
                "example-space":{"p9.example.com":"10","p1.example.com":5,"a/b":7,"p2.com":-1}}"#,
        );
        let weights = weights.expect("weights");
        let pairs: Vec<_> = weights.iter().collect();
        assert_eq!(
            pairs,
            [("p9.example.com", 10), ("p1.example.com", 5), ("p2.com", 0)]
        );
    }

    #[test]
    fn a_space_without_an_entry_has_none() {
        for none in [
            "{}",
            r#"{"other":{"x.example.com":1}}"#,
            r#"{"example-space":null}"#,
            r#"{"other":"no weights"}"#,
        ] {
            let weights = parse(none).expect(none);
            assert!(weights.is_empty());
        }
        for bad in ["null", "[]", r#"{"example-space":{"a.com":"many"}}"#] {
            assert!(matches!(parse(bad), Err(Error::Response(_))), "{bad}");
        }
    }

    #[test]
    fn the_space_is_asked_for_where_there_is_such_an_action() {
        let request = vod().domain_weights("s").request(&stamp());
        assert_eq!(
            query(&request.expect("a request")),
            "Action=GetCdnDomainWeights&Version=2019-07-01&SpaceName=s"
        );
        assert!(vod().domain_weights("").request(&stamp()).is_err());
        assert!(successor().domain_weights("s").request(&stamp()).is_err());
    }
}
