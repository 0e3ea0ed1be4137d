//! What may stand on the command line.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand};

use crate::{
    auth_server::AuthServerCommand, config::DialectName, cos::CosCommand, edit::EditCommand, exit,
    iam::IamCommand, image::ImageCommand, imagex::ImagexCommand, photo::PhotoCommand,
    sts::StsCommand, vcloud::VcloudCommand, video::VideoCommand, vod::VodCommand,
};

/// China's media clouds from the command line (云媒).
#[derive(Parser, Debug)]
#[command(name = "yunmei", version, about, after_help = exit::TABLE, propagate_version = true)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options of every command.
#[derive(Args, Debug)]
pub(crate) struct Common {
    /// Configuration file [default: $YUNMEI_CONFIG, else yunmei/config.toml in the configuration folder]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Profile in the configuration file [default: $YUNMEI_PROFILE, else "default"]
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// Of TTVcloud's commands: ttvcloud or volcengine [default: $YUNMEI_DIALECT, else that of the configuration]
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) dialect: Option<DialectName>,
    /// Print one JSON object a line
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Say on standard error where the keys of TTVcloud were found
    #[arg(long, short, global = true)]
    pub(crate) verbose: bool,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Files in Tencent COS (v4, JSON API)
    #[command(subcommand)]
    Cos(CosCommand),
    /// Pictures in Tencent Wanxiang (Cloud Image), and porn detection
    #[command(subcommand)]
    Image(ImageCommand),
    /// Videos in Tencent Wanxiang (video V1)
    #[command(subcommand)]
    Video(VideoCommand),
    /// Photos repaired by Fangtang: larger, undamaged, coloured, with another background
    #[command(subcommand)]
    Photo(PhotoCommand),
    /// Videos in ByteDance TTVcloud and Volcengine (VOD)
    #[command(subcommand)]
    Vod(VodCommand),
    /// Pictures in ByteDance TTVcloud and Volcengine (ImageX)
    #[command(subcommand)]
    Imagex(ImagexCommand),
    /// Cutting and joining of videos in TTVcloud and Volcengine (Edit)
    #[command(subcommand)]
    Edit(EditCommand),
    /// Users of an account of TTVcloud or Volcengine (IAM)
    #[command(subcommand)]
    Iam(IamCommand),
    Sts(StsCommand),
    /// Any action of TTVcloud and Volcengine, by its name
    #[command(subcommand)]
    Vcloud(VcloudCommand),
    AuthServer(Box<AuthServerCommand>),
    Emulator(EmulatorCommand),
    Demo(DemoCommand),
}

/// Run the services on this machine, with strictly verified signatures.
///
/// It accepts the credentials of a configuration that --config or $YUNMEI_CONFIG names, else ones
/// that it makes up; --write-config tells them to clients. Requests are logged on standard error;
/// a refusal says which field was wrong, and which text should have been signed.
#[derive(Args, Debug)]
pub(crate) struct EmulatorCommand {
    /// Where to listen, such as 127.0.0.1:9080; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9080",
        value_parser = parse_address)]
    pub(crate) listen: SocketAddr,
    /// Keep the state in this folder, and come back to it after a restart [default: in memory]
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Write a client configuration that fits this emulator
    #[arg(long, value_name = "FILE")]
    pub(crate) write_config: Option<PathBuf>,
    /// Misbehave as this file says
    #[arg(long, value_name = "FILE")]
    pub(crate) faults: Option<PathBuf>,
    /// Let downloads of Wanxiang's pictures want a signature [default: everybody may]
    #[arg(long)]
    pub(crate) private_images: bool,
    /// Let an upload to Wanxiang replace what has its file id [default: refused, -177]
    #[arg(long)]
    pub(crate) replace_images: bool,
    /// Be a bucket of Wanxiang's V2, with plain file ids and long addresses [default: V2 enhanced]
    #[arg(long)]
    pub(crate) plain_images: bool,
    /// How long the repair of a photo takes, in seconds [default: 2]
    #[arg(long, value_name = "SECONDS")]
    pub(crate) photo_delay: Option<u64>,
    /// How many photo repairs were bought, from the beginning of the data [default: 100]
    #[arg(long, value_name = "COUNT")]
    pub(crate) photo_quota: Option<u64>,
    /// How long the processing of a video takes at TTVcloud, in seconds [default: 2]
    #[arg(long, value_name = "SECONDS")]
    pub(crate) transcode_delay: Option<u64>,
    /// How long a job of TTVcloud's Edit takes, in seconds [default: 2]
    #[arg(long, value_name = "SECONDS")]
    pub(crate) edit_delay: Option<u64>,
    /// The least length of a part but the last at TTVcloud's upload host, in bytes [default: 20971520]
    #[arg(long, value_name = "BYTES")]
    pub(crate) upload_part_size: Option<u64>,
}

/// Show everything: an emulator, both transports, real files.
#[derive(Args, Debug)]
pub(crate) struct DemoCommand {
    /// Only through this transport
    #[arg(long, value_enum, value_name = "NAME")]
    pub(crate) transport: Option<crate::demo::TransportName>,
    /// Start emulator, signing server and upload page together, print the page's address, and go on
    /// until Ctrl-C
    #[arg(long, conflicts_with = "transport")]
    pub(crate) web: bool,
    /// Where the page is to be, such as 127.0.0.1:9081 [default: a free port of this machine]
    #[arg(long, value_name = "ADDRESS", requires = "web", value_parser = parse_address)]
    pub(crate) listen: Option<SocketAddr>,
}

/// Where to listen.
pub(crate) fn parse_address(text: &str) -> Result<SocketAddr, &'static str> {
    let problem = "write an IP address and a port, such as 127.0.0.1:8000";
    text.parse().map_err(|_| problem)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Arguments::command().debug_assert();
    }
}
