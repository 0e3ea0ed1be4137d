//! What the unit tests of the operations share.

use super::Vod;
use crate::vcloud::{Dialect, Region, played::credentials};

pub(super) fn vod() -> Vod {
    of(Dialect::TtvCloud)
}

pub(super) fn successor() -> Vod {
    of(Dialect::Volcengine)
}

fn of(dialect: Dialect) -> Vod {
    Vod::new(dialect, Region::default(), credentials()).expect("a handle")
}
