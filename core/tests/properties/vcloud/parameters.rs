//! Parameters on the wire (section 3.1).

use proptest::prelude::*;
use yunmei_core::vcloud::Parameters;

use super::samples::{pairs, parameters, texts};
use crate::tries;

fn read(query: &str) -> Vec<(String, String)> {
    let parameters = Parameters::decode(query).expect("UTF-8");
    let pairs = parameters.iter();
    pairs
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

proptest! {
    #![proptest_config(tries(512))]

    #[test]
    fn what_is_encoded_is_read_back_by_any_reader_of_forms(pairs in pairs()) {
        let wire = parameters(&pairs).encode();
        let read_by_another: Vec<_> = form_urlencoded::parse(wire.as_bytes()).into_owned().collect();
        prop_assert_eq!(&read_by_another, &pairs);
        prop_assert_eq!(read(&wire), pairs);
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~+%&=".contains(&byte);
        prop_assert!(wire.bytes().all(plain), "{}", wire);
        prop_assert!(wire.parse::<http::Uri>().is_err() || !wire.contains('#'));
    }

    #[test]
    fn what_another_writer_encodes_is_read(pairs in pairs()) {
        let wire = form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs).finish();
        prop_assert_eq!(read(&wire), pairs);
    }

    #[test]
    fn any_query_is_read_as_another_reader_reads_it_or_is_no_utf_8(
        query in prop_oneof!["[a-c=&+%0-9A-F]{0,24}", "\\PC{0,12}", ".*"],
    ) {
        let other: Vec<_> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        match Parameters::decode(&query) {
            Some(_) => prop_assert_eq!(read(&query), other),
            // The other one puts a mark in its place.
            None => {
                let mark = '\u{fffd}';
                let mut texts = other.iter().flat_map(|(name, value)| [name, value]);
                prop_assert!(texts.any(|text| text.contains(mark)));
            }
        }
    }

    #[test]
    fn a_name_that_is_set_twice_is_there_once_where_it_stood(
        pairs in pairs(),
        name in texts(),
        values in [texts(), texts()],
    ) {
        let [first, second] = values;
        let mut before = parameters(&pairs).with(name.clone(), first);
        let length = before.iter().len();
        let place = before.iter().position(|(known, _)| known == name);
        before.set(name.clone(), second.clone());
        prop_assert_eq!(before.iter().len(), length);
        prop_assert_eq!(before.iter().position(|(known, _)| known == name), place);
        prop_assert_eq!(before.value(&name), Some(second.as_str()));
    }

    #[test]
    fn numbers_and_lists_are_read_back(
        number in any::<i64>(),
        decimal in any::<f64>().prop_filter("a number", |number| number.is_finite()),
        list in proptest::collection::vec(texts(), 0..5),
    ) {
        let made = Parameters::new().with_number("n", number).with_decimal("d", decimal);
        let made = made.expect("a finite number");
        prop_assert_eq!(made.value("n").and_then(|text| text.parse().ok()), Some(number));
        let text = made.value("d").expect("a value");
        prop_assert_eq!(text.parse(), Ok(decimal));
        prop_assert!(text.contains('.'), "{}", text);
        // Of an element with a comma, nobody could tell that it is one.
        match made.with_list("l", &list) {
            Ok(made) => {
                let joined = list.join(",");
                prop_assert_eq!(made.value("l"), Some(joined.as_str()));
            }
            Err(_) => prop_assert!(list.iter().any(|element| element.contains(','))),
        }
    }
}
