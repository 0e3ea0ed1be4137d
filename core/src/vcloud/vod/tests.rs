//! What the unit tests of the operations share.

use super::Vod;
use crate::vcloud::{Dialect, Region, played::credentials};

pub(in crate::vcloud) fn vod() -> Vod {
    of(Dialect::TtvCloud)
}

pub(in crate::vcloud) fn successor() -> Vod {
    of(Dialect::Volcengine)
}

fn of(dialect: Dialect) -> Vod {
    Vod::new(dialect, Region::default(), credentials()).expect("a handle")
}
