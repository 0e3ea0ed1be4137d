//! `yunmei emulator`: the services on this machine.

use std::{fs, io::Write, path::Path, sync::mpsc, thread, time::Duration};

use yunmei_core::{
    error::InputError,
    vcloud::{Credentials, imagex::ServiceId},
};
use yunmei_emulator::{
    Builder, CosAccount, Emulator, FangtangAccount, Faults, Generation, LogEntry, VcloudAccount,
    WanxiangAccount,
};

use crate::{
    arguments::{Common, EmulatorCommand},
    config::{self, Config, CosSettings, VcloudSettings, WanxiangSettings},
    exit::Failure,
    output::say,
};

pub(crate) fn run(command: EmulatorCommand, common: &Common) -> Result<(), Failure> {
    let mut builder = Emulator::builder()
        .listen(command.listen)
        .on_request(logger());
    // The configuration that was named may be the one that is to be written.
    let is_to_come = |path: &Path| Config::is_named(common, path) && !path.exists();
    if !command.write_config.as_deref().is_some_and(is_to_come) {
        builder = with_accounts(builder, common)?;
    }
    if command.plain_images {
        builder = builder.picture_generation(Generation::V2);
    }
    builder = builder
        .private_pictures(command.private_images)
        .replace_pictures(command.replace_images);
    if let Some(folder) = &command.data {
        builder = builder.data_dir(folder);
    }
    if let Some(path) = &command.faults {
        builder = builder.faults(read_faults(path)?);
    }
    if let Some(seconds) = command.photo_delay {
        builder = builder.photo_delay(Duration::from_secs(seconds));
    }
    if let Some(uploads) = command.photo_quota {
        builder = builder.photo_quota(uploads);
    }
    builder = with_video_manners(builder, &command);
    let emulator = builder
        .start()
        .map_err(|error| Failure::start("the emulator", error))?;
    if let Some(path) = &command.write_config {
        write_config(path, &emulator.client_config())?;
    }
    if !emulator.address().ip().is_loopback() {
        say(format_args!(
            "yunmei: warning: listening on {}: others can reach it",
            emulator.address()
        ));
    }
    announce(&emulator)?;
    wait(&emulator)
}

/// How TTVcloud is to behave.
fn with_video_manners(mut builder: Builder, command: &EmulatorCommand) -> Builder {
    if let Some(seconds) = command.transcode_delay {
        builder = builder.transcode_delay(Duration::from_secs(seconds));
    }
    if let Some(seconds) = command.edit_delay {
        builder = builder.edit_delay(Duration::from_secs(seconds));
    }
    if let Some(bytes) = command.upload_part_size {
        builder = builder.upload_part_size(bytes);
    }
    builder
}

/// Accepts the accounts of a configuration that was named; the others are made up.
fn with_accounts(mut builder: Builder, common: &Common) -> Result<Builder, Failure> {
    let Some(config) = Config::load_named(common)? else {
        return Ok(builder);
    };
    if let Some(settings) = config.cos()? {
        let CosSettings {
            app,
            credentials,
            bucket,
            region,
            ..
        } = settings;
        builder = builder.cos_account(CosAccount::new(app, credentials, bucket, region));
    }
    if let Some(settings) = config.wanxiang()? {
        let WanxiangSettings {
            app,
            credentials,
            bucket,
            generation,
            ..
        } = settings;
        builder = builder.wanxiang_account(WanxiangAccount::new(app, credentials, bucket));
        if generation == config::Generation::V2 {
            builder = builder.picture_generation(Generation::V2);
        }
    }
    if let Some(settings) = config.fangtang()? {
        let partner = FangtangAccount::new(settings.third_code, settings.secret_key);
        let partner = partner.map_err(|error| Failure::Usage(error.to_string()))?;
        builder = builder.fangtang_account(partner);
    }
    if let Some(account) = config.vcloud()?.map(video_account).transpose()?.flatten() {
        builder = builder.vcloud_account(account);
    }
    Ok(builder)
}

/// The account of TTVcloud in a configuration; none if that has no keys. The vendor's own places are
/// not looked at: an emulator has no use for real ones.
fn video_account(settings: VcloudSettings) -> Result<Option<VcloudAccount>, Failure> {
    let (Some(access_key), Some(secret_key)) = (settings.access_key, settings.secret_key) else {
        return Ok(None);
    };
    let wrong = |error: InputError| Failure::Usage(format!("[vcloud]: {error}"));
    let space = settings.space.unwrap_or_else(|| "example-space".into());
    let service = match settings.service_id {
        Some(service) => service,
        None => ServiceId::new("example-service").map_err(wrong)?,
    };
    let credentials = Credentials::new(access_key, secret_key.expose()).map_err(wrong)?;
    let account = VcloudAccount::new(credentials, settings.region, space, service);
    account.map(Some).map_err(wrong)
}

/// Prints the log on standard error, from a thread of its own: whoever reads it slowly, or not at
/// all, must not hold up the emulator. Lines beyond what is waiting to be read are lost.
fn logger() -> impl Fn(&LogEntry) + Send + Sync {
    let (sender, receiver) = mpsc::sync_channel::<String>(1000);
    thread::spawn(move || receiver.iter().for_each(say));
    move |entry| drop(sender.try_send(entry.to_string()))
}

fn read_faults(path: &Path) -> Result<Faults, Failure> {
    let text = fs::read_to_string(path).map_err(|error| Failure::file(path.display(), error))?;
    Faults::from_toml(&text).map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))
}

/// The first line on standard output, which programs wait for.
fn announce(emulator: &Emulator) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "yunmei emulator listening on {}", emulator.endpoint())
        .and_then(|()| out.flush())
        .map_err(|error| Failure::file("standard output", error))
}

/// Until Ctrl-C, which is how an emulator is meant to end.
fn wait(emulator: &Emulator) -> Result<(), Failure> {
    crate::runtime::new()?.block_on(async {
        crate::runtime::interruption()?.await;
        Ok(())
    })?;
    emulator.stopper().stop();
    Ok(())
}

/// How a file begins that may be written again.
const MARK: &str = "# Written by `yunmei emulator`.\n";

/// Writes the client configuration, but not over one that somebody wrote: it may hold real keys.
fn write_config(path: &Path, text: &str) -> Result<(), Failure> {
    let text = format!("{MARK}{text}");
    let mut is_replaced = false;
    match fs::read_to_string(path) {
        Ok(there) if !there.starts_with(MARK) => {
            return Err(Failure::File(format!(
                "{}: exists, and was not written by an emulator; choose another name",
                path.display()
            )));
        }
        Ok(there) => is_replaced = there != text,
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(Failure::file(path.display(), error));
        }
        Err(_) => {}
    }
    write_private(path, &text).map_err(|error| Failure::file(path.display(), error))?;
    // Clients of the emulator before this one find this one from now on.
    if is_replaced {
        say(format_args!(
            "yunmei: {}: written anew, for this emulator",
            path.display()
        ));
    }
    Ok(())
}

/// The file holds a secret: for its owner only, from its first moment.
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.persist(path)?;
    Ok(())
}
