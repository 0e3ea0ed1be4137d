//! What the unit tests of uploads share.

use super::UploadAddress;
use crate::vcloud::played::Played;

/// The `UploadAddress` of an apply, as JSON.
pub(in crate::vcloud) fn address_json(stores: &[&str], hosts: &[&str], headers: &str) -> String {
    let stores: Vec<_> = (stores.iter().enumerate())
        .map(|(index, uri)| format!(r#"{{"StoreUri":"{uri}","Auth":"permission-{index}"}}"#))
        .collect();
    let hosts: Vec<_> = hosts.iter().map(|host| format!("{host:?}")).collect();
    format!(
        r#"{{"StoreInfos":[{}],"UploadHosts":[{}],"UploadHeader":{headers},"SessionKey":"session"}}"#,
        stores.join(","),
        hosts.join(",")
    )
}

pub(in crate::vcloud) fn address(stores: &[&str], hosts: &[&str], headers: &str) -> UploadAddress {
    serde_json::from_str(&address_json(stores, hosts, headers)).expect("an address")
}

/// Who was asked, in order.
pub(in crate::vcloud) fn hosts<T>(played: &Played<T>) -> Vec<&str> {
    let sent = played.sent.iter();
    sent.map(|request| request.uri().host().expect("a host"))
        .collect()
}
