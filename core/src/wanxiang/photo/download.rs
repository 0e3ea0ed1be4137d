use bytes::Bytes;
use http::{Request, Response, response};

use crate::{
    ByteRange, Download, Payload, SignedUrl, Stamp, encode,
    error::{Error, InputError},
    wanxiang::{
        Expiry, FileId, envelope,
        processing::Processing,
        space::{Area, Space},
    },
};

/// The address of a picture on the download host (sections 6.6 and 6.7), of the original or of
/// something made from it: [`Bucket::photo`](crate::wanxiang::Bucket::photo),
/// [`PhotosV1::photo`](crate::wanxiang::PhotosV1::photo).
#[derive(Clone, Debug)]
pub struct PhotoAddress {
    space: Space,
    file_id: FileId,
    /// Encoded, with its separator where the generation has one.
    style: Option<String>,
    processing: Option<Processing>,
}

/// What stands between file id and style in the addresses of V2 enhanced: set for each bucket in
/// the vendor's console (section 6.6). Which characters it offers is not established; these are the
/// ones that the later product has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum StyleSeparator {
    /// `!`
    #[default]
    Exclamation,
    /// `-`
    Hyphen,
    /// `_`
    Underscore,
    /// `/`
    Slash,
}

impl StyleSeparator {
    fn character(self) -> char {
        match self {
            StyleSeparator::Exclamation => '!',
            StyleSeparator::Hyphen => '-',
            StyleSeparator::Underscore => '_',
            StyleSeparator::Slash => '/',
        }
    }
}

impl PhotoAddress {
    pub(in crate::wanxiang) fn new(space: Space, file_id: FileId) -> PhotoAddress {
        PhotoAddress {
            space,
            file_id,
            style: None,
            processing: None,
        }
    }

    /// The picture in a style that is set in the console, in place of the original. In V2 enhanced,
    /// `!` is taken for the separator; see [`PhotoAddress::style_after`].
    ///
    /// # Errors
    ///
    /// [`InputError::Processing`] for an empty name, one above 128 bytes, `.` and `..`.
    pub fn style(self, name: &str) -> Result<PhotoAddress, InputError> {
        self.style_after(StyleSeparator::default(), name)
    }

    /// The same, behind another separator. V1 and V2 know none, and leave it out.
    ///
    /// # Errors
    ///
    /// As [`PhotoAddress::style`].
    pub fn style_after(
        mut self,
        separator: StyleSeparator,
        name: &str,
    ) -> Result<PhotoAddress, InputError> {
        if !(1..=128).contains(&name.len()) || matches!(name, "." | "..") {
            return Err(InputError::Processing { name: "style" });
        }
        let mut style = String::new();
        if let Area::Photos { enhanced: true, .. } = self.space.area() {
            style.push(separator.character());
        }
        encode::push_query_value(&mut style, name);
        self.style = Some(style);
        Ok(self)
    }

    /// The picture as the service is to process it.
    pub fn processed(mut self, processing: Processing) -> PhotoAddress {
        self.processing = Some(processing);
        self
    }

    /// Downloads what is there, or a part of it; signed if the handle has credentials.
    pub fn download(&self, range: ByteRange) -> DownloadPhoto {
        DownloadPhoto {
            address: self.clone(),
            range,
        }
    }

    /// The address, good for pictures that everybody may read.
    pub fn public_url(&self) -> String {
        self.space.address(&self.target())
    }

    /// The address, with the permission to download until `until`.
    ///
    /// A handle at an endpoint of one's own is named by a `Host` header, which no address can carry.
    ///
    /// # Errors
    ///
    /// [`InputError::Unsigned`] without credentials; what
    /// [`Signer::sign`](crate::wanxiang::sign::Signer::sign) refuses.
    pub fn signed_url(&self, until: Expiry, stamp: &Stamp) -> Result<SignedUrl, InputError> {
        let address = self
            .space
            .signed_address(&self.file_id, &self.target(), until, stamp)?;
        Ok(SignedUrl::new(address))
    }

    fn target(&self) -> String {
        let mut target = self
            .space
            .download_path(&self.file_id, self.style.as_deref());
        if let Some(processing) = &self.processing {
            target.push('?');
            target.push_str(processing.query());
        }
        target
    }
}

/// Downloads a picture (section 6.6): [`PhotoAddress::download`].
///
/// ```text
/// V1            GET http://{appid}.image.myqcloud.com/{appid}/{user}/{file id}/{style}
/// V2            GET http://{bucket}-{appid}.image.myqcloud.com/{bucket}-{appid}/{user}/{file id}/{style}
/// V2 enhanced   GET http://{bucket}-{appid}.image.myqcloud.com/{file id}[{separator}{style}]
/// ```
#[derive(Clone, Debug)]
pub struct DownloadPhoto {
    address: PhotoAddress,
    range: ByteRange,
}

impl Download for DownloadPhoto {
    fn request(&self, range: ByteRange, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        let PhotoAddress { space, file_id, .. } = &self.address;
        space.get_file(file_id, self.address.target(), range, stamp)
    }

    fn range(&self) -> ByteRange {
        self.range
    }

    fn is_refusal(&self, head: &response::Parts) -> bool {
        envelope::is_download_refusal(&head.headers)
    }

    fn refusal(&self, response: &Response<Bytes>) -> Error {
        envelope::download_refusal(response)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Endpoint,
        wanxiang::{
            processing::{Fit, ImageView},
            sign::Signature,
            tests::{bucket, file, photos_v1, plain_v2, stamp},
        },
    };

    #[test]
    fn every_generation_has_addresses_of_its_own() {
        let id = file("album/a b.jpg");
        assert_eq!(
            bucket().photo(&id).public_url(),
            "https://examplebucket-10000001.image.myqcloud.com/album%2Fa%20b.jpg"
        );
        assert_eq!(
            plain_v2().photo(&id).public_url(),
            "https://examplebucket-10000001.image.myqcloud.com/examplebucket-10000001/0/album%2Fa%20b.jpg/original"
        );
        assert_eq!(
            photos_v1().photo(&id).public_url(),
            "https://10000001.image.myqcloud.com/10000001/0/album%2Fa%20b.jpg/original"
        );
    }

    #[test]
    fn a_style_stands_behind_a_separator_or_in_a_segment_of_its_own() {
        let id = file("cat");
        let url = |address: PhotoAddress| address.style("200 px").expect("a style").public_url();
        assert!(url(bucket().photo(&id)).ends_with(".com/cat!200%20px"));
        assert!(url(plain_v2().photo(&id)).ends_with("/0/cat/200%20px"));
        assert!(url(photos_v1().photo(&id)).ends_with("/0/cat/200%20px"));
        let slash = bucket().photo(&id).style_after(StyleSeparator::Slash, "s");
        assert!(slash.expect("a style").public_url().ends_with(".com/cat/s"));
        assert!(bucket().photo(&id).style("").is_err());
        assert!(bucket().photo(&id).style("..").is_err());
    }

    #[test]
    fn a_signature_stands_behind_the_processing_and_is_for_this_picture() {
        let processing = ImageView::new(Fit::Fill)
            .width(200)
            .build()
            .expect("in range");
        let address = bucket().photo(&file("图.jpg")).processed(processing);
        let request = address
            .download(ByteRange::ALL)
            .request(ByteRange::ALL, &stamp())
            .expect("a request");
        let query = request.uri().query().expect("a query");
        let (processing, sign) = query.split_once("&sign=").expect("a signature");
        assert!(processing.starts_with("imageView2/"), "{processing}");
        let decoded = percent_encoding::percent_decode_str(sign).decode_utf8_lossy();
        let signature = Signature::decode(&decoded).expect("a signature");
        assert_eq!(signature.file_id(), "图.jpg");
        assert!(!signature.is_single_use());
    }

    #[test]
    fn an_endpoint_is_told_whose_pictures_are_meant() {
        let endpoint = Endpoint::parse("http://127.0.0.1:9080").expect("an endpoint");
        let request = bucket()
            .at(endpoint)
            .photo(&file("cat"))
            .download(ByteRange::from(7))
            .request(ByteRange::from(7), &stamp())
            .expect("a request");
        assert_eq!(
            request.headers()["host"],
            "examplebucket-10000001.image.myqcloud.com"
        );
        assert_eq!(request.headers()["range"], "bytes=7-");
    }
}
