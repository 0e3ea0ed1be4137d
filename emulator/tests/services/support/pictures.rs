//! Pictures of ImageX: calls by their names, and uploads.

use image::ImageFormat;
use serde_json::Value;
use yunmei_core::vcloud::{
    Call, Dialect,
    imagex::{NewImage, UploadedImages},
};

use super::{
    desk::{Desk, Refused, SERVICE, content, parameters, service},
    fangtang::{file, grey},
};

/// Of all actions but one.
pub(crate) const VERSION: &str = "2018-08-01";

pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
    file(&grey(width, height), ImageFormat::Png)
}

pub(crate) fn call(desk: &Desk, action: &'static str, pairs: &[(&'static str, &str)]) -> Call {
    let all = [&[("ServiceId", SERVICE)], pairs].concat();
    let call = desk.imagex(Dialect::TtvCloud).call(action, VERSION);
    call.parameters(&parameters(&all))
}

pub(crate) fn get(
    desk: &Desk,
    action: &'static str,
    pairs: &[(&'static str, &str)],
) -> Result<Value, Refused> {
    desk.call(&call(desk, action, pairs))
}

pub(crate) fn post(desk: &Desk, action: &'static str, body: Value) -> Result<Value, Refused> {
    desk.call(&call(desk, action, &[]).json(body))
}

/// Uploads pictures under these names.
pub(crate) fn upload(desk: &Desk, pictures: &[(&str, &[u8])]) -> UploadedImages {
    let images = pictures
        .iter()
        .map(|(key, bytes)| NewImage::new(content(bytes)).key(*key));
    let upload = desk.imagex(Dialect::TtvCloud).upload(&service(), images);
    let contents: Vec<_> = pictures.iter().map(|(_, bytes)| *bytes).collect();
    desk.flow(upload, &contents).expect("uploaded")
}

pub(crate) fn uploaded(desk: &Desk, key: &str, bytes: &[u8]) -> String {
    upload(desk, &[(key, bytes)]).images[0].uri.clone()
}
