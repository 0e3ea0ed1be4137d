//! Folders (sections 8.1 to 8.4). Files need none: any path may be uploaded to.

pub(super) mod create;
pub(super) mod delete;
pub(super) mod stat;
pub(super) mod update;
