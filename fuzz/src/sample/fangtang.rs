//! A partner of Fangtang.

use std::sync::OnceLock;

use yunmei_core::{
    Secret,
    fangtang::{Partner, PhotoId, RepairType, Rgb, ThirdCode},
};

/// The secret key.
pub(crate) const KEY: &str = "a key for fuzzing";

pub(crate) fn key() -> Secret {
    Secret::new(KEY)
}

pub(crate) fn third_code() -> ThirdCode {
    ThirdCode::new("example").expect("an id")
}

pub(crate) fn partner() -> &'static Partner {
    static PARTNER: OnceLock<Partner> = OnceLock::new();
    PARTNER.get_or_init(|| Partner::new(third_code(), key()).expect("a partner"))
}

pub(crate) fn photo() -> PhotoId {
    PhotoId::new("0cc175b9c0f1b6a831c399e269772661").expect("an id")
}

pub(crate) const REPAIRS: [RepairType; 4] = [
    RepairType::SuperResolution,
    RepairType::Restoration,
    RepairType::Colouring,
    RepairType::Background(Rgb::new(255, 0, 7)),
];
