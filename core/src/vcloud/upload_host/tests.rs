//! What the unit tests of uploads share.

use bytes::Bytes;
use http::Response;

use super::{
    Content, ContentBuilder, UploadAddress,
    parts::{PART_SIZE, PartStored, Session},
};
use crate::{
    Driver, Flow, Retry, Step,
    error::TransportError,
    vcloud::played::{Played, stamp},
};

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

/// A content of two parts, the second of which is 7 bytes longer.
pub(in crate::vcloud) fn large() -> Content {
    let mut builder = ContentBuilder::new();
    for _ in 0..2 {
        builder.update(&vec![1; PART_SIZE as usize]);
    }
    builder.update(b"the end");
    builder.finish()
}

/// What the host says of a part of [`large`].
pub(in crate::vcloud) fn part_stored(part: u64) -> String {
    let content = large();
    let range = match part {
        0 => 0..PART_SIZE,
        _ => PART_SIZE..content.size(),
    };
    let crc32 = content.crc32_of(&range).expect("a checksum");
    format!(
        r#"{{"success":0,"payload":{{"part_number":"{part}","crc32":"{crc32:08x}",
            "meta":{{"ObjectContentType":"video/mp4"}}}}}}"#
    )
}

/// An upload of [`large`] of which the first part is there.
pub(in crate::vcloud) fn half_done(address: &UploadAddress) -> Session {
    let content = large();
    let open = super::parts::OpenParts::new(
        address,
        &address.stores()[0],
        &address.hosts()[0],
        content.clone(),
    );
    let opened = r#"{"success":0,"payload":{"uploadID":"id 1"}}"#;
    let response = crate::vcloud::played::answer(200, opened);
    let mut session = crate::Operation::parse(&open, &response).expect("a session");
    session.take(&PartStored {
        part: 0,
        crc32: content.crc32_of(&(0..PART_SIZE)).expect("a checksum"),
        content_type: Some("video/mp4".into()),
    });
    session
}

/// Plays whole answers; `None` stands for a lost one.
pub(in crate::vcloud) fn play_answers<F: Flow>(
    flow: F,
    replies: Vec<Option<Response<Bytes>>>,
) -> Played<F::Output> {
    let mut driver = Driver::new(flow, Retry::default());
    let (mut replies, mut sent) = (replies.into_iter(), Vec::new());
    loop {
        match driver.poll(&stamp()) {
            Step::Send(request) => {
                sent.push(request);
                let reply = replies.next().expect("no more requests than replies");
                driver.handle(reply.ok_or_else(|| TransportError::unknown("reset").into()));
            }
            Step::Sleep(_) => {}
            Step::Done(result) => return Played { sent, result },
        }
    }
}
