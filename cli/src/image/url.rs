use std::time::Duration;

use clap::Args;
use serde_json::json;
use yunmei_core::{
    ByteRange, Download, Error, Stamp,
    error::InputError,
    wanxiang::{Expiry, FileId, PhotoAddress},
};

use super::{Session, Which, variant::Variant};
use crate::{duration, exit::Failure, output::say};

/// Print the address of a picture, with the permission to download it.
///
/// Nothing is asked of the service: whether there is such a picture is not known. At an endpoint of
/// one's own, such as an emulator's, an address alone may not say which bucket is meant; then the
/// header Host does, which is told on standard error and by --json.
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
    if command.expires.as_secs() == 0 {
        // It would end in the second in which it is made.
        return Err(Failure::Usage("--expires: at least 1s".into()));
    }
    let photo = session.photos(&command.which)?.photo(file_id);
    let photo = command.variant.of(photo)?;
    let stamp = yunmei_host::stamp();
    let host = host(&photo, &stamp).map_err(|error| Failure::operation(file_id, error))?;
    if command.public {
        let url = photo.public_url();
        let object = json!({ "id": file_id.as_str(), "url": url, "host": host });
        session.output.line(&url, &object)?;
        tell(host);
        return Ok(());
    }
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
            "host": host,
        }),
    )?;
    tell(host);
    Ok(())
}

/// The header Host that a download has where it is not that of the address.
fn host(photo: &PhotoAddress, stamp: &Stamp) -> Result<Option<String>, Error> {
    let request = photo
        .download(ByteRange::ALL)
        .request(ByteRange::ALL, stamp)?;
    let host = request.headers().get(http::header::HOST);
    Ok(host.and_then(|host| host.to_str().ok().map(str::to_owned)))
}

/// Not with the address, which is a permission: standard error may be kept.
fn tell(host: Option<String>) {
    if let Some(host) = host {
        say(format_args!(
            "yunmei: this endpoint is not the service's own; if the address alone does not open:\n  \
             curl -H 'Host: {host}' 'ADDRESS'"
        ));
    }
}
