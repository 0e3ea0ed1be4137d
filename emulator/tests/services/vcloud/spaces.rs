//! What TTVcloud says of the space (section 7.1).

use crate::support::desk::{Desk, SPACE};
use serde_json::{Value, json};

#[test]
fn the_space_is_found_by_its_name_and_without_one() {
    let desk = Desk::new();
    for asked in [&[][..], &[("SpaceName", SPACE)]] {
        let found = desk.ask("GetSpace", "2018-12-01", asked).expect("spaces");
        let [space] = &found.as_array().expect("an array")[..] else {
            panic!("{found}")
        };
        let members = space.as_object().expect("an object");
        assert_eq!(members.len(), 9);
        assert!(members.values().all(Value::is_string), "{space}");
        assert_eq!(space["SpaceName"], SPACE);
        assert_eq!(space["Region"], "cn-north-1");
    }
    let none = desk.ask("GetSpace", "2018-12-01", &[("SpaceName", "other")]);
    assert_eq!(none.expect("spaces"), json!([]));
}
