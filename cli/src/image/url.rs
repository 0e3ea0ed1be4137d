use std::time::Duration;

use clap::Args;
use serde_json::json;
use yunmei_core::{
    error::InputError,
    wanxiang::{Expiry, FileId},
};

use super::{Session, Which, variant::Variant};
use crate::{duration, exit::Failure};

/// Print the address of a picture, with the permission to download it.
///
/// Nothing is asked of the service: whether there is such a picture is not known. At an endpoint of
/// one's own, such as an emulator's, an address alone does not say which bucket is meant: downloads
/// from there need the header Host that the service's own address would have.
#[derive(Args, Debug)]
pub(crate) struct UrlCommand {
    /// The id of the picture
    #[arg(value_name = "ID")]
    file_id: FileId,
    /// How long the permission lasts: up to 90d
    #[arg(long, value_name = "TIME", default_value = "1h", value_parser = duration::parse)]
    expires: Duration,
    /// Without a permission, for pictures that everybody may read
    #[arg(long, conflicts_with = "expires")]
    public: bool,
    #[command(flatten)]
    variant: Variant,
    #[command(flatten)]
    which: Which,
}

pub(super) fn run(session: &Session, command: &UrlCommand) -> Result<(), Failure> {
    let file_id = &command.file_id;
    let photo = session.photos(&command.which)?.photo(file_id);
    let photo = command.variant.of(photo)?;
    if command.public {
        let url = photo.public_url();
        let object = json!({ "id": file_id.as_str(), "url": url });
        return session.output.line(&url, &object);
    }
    let stamp = yunmei_host::stamp();
    let until = stamp.now.checked_add(command.expires);
    let url = photo
        .signed_url(Expiry::after(command.expires), &stamp)
        .map_err(|error| match error {
            InputError::Expiry { .. } => Failure::Usage("--expires: at most 90d".into()),
            error => Failure::operation(file_id, error),
        })?;
    session.output.line(
        url.expose(),
        &json!({
            "id": file_id.as_str(),
            "url": url.expose(),
            "expires": until.map(|time| time.seconds()),
        }),
    )
}
