use std::path::Path;

use clap::{Args, builder::PossibleValue};
use yunmei_core::{
    Error,
    fangtang::{Job, Partner, RepairType, Rgb},
};

use super::{Session, advice};
use crate::{
    exit::Failure,
    transfer::{self, progress},
};

/// What is to be done to a photo.
#[derive(Args, Debug)]
pub(super) struct Repair {
    /// What to do to the photo
    #[arg(
        long = "type",
        value_name = "TYPE",
        default_value = RepairType::SuperResolution.as_str(),
        value_parser = clap::builder::PossibleValuesParser::new([
            PossibleValue::new("sr").help("Make it larger and sharper"),
            PossibleValue::new("sr,repair").help("The same, and remove damage"),
            PossibleValue::new("sr,repair,colour").help("The same, and give it colours"),
            PossibleValue::new("bg").help("Put the background --rgb behind an ID photo"),
        ])
    )]
    name: String,
    /// The background for --type bg: three numbers from 0 to 255, such as 255,255,255 for white
    #[arg(long, value_name = "R,G,B")]
    rgb: Option<Rgb>,
}

impl Repair {
    pub(super) fn kind(&self) -> Result<RepairType, Failure> {
        RepairType::parse(&self.name, self.rgb).map_err(|error| {
            Failure::Usage(match (self.name.as_str(), self.rgb) {
                ("bg", None) => "--type bg needs its colour, such as --rgb 255,255,255".into(),
                (name, Some(_)) => format!("--rgb is for --type bg, not for {name}"),
                (_, None) => error.to_string(),
            })
        })
    }
}

/// Uploads a photo, if there are uploads left. What is accepted is charged, and never sent twice.
pub(super) async fn submit(
    session: &Session,
    partner: &Partner,
    repair: RepairType,
    from: &Path,
) -> Result<Job, Failure> {
    let mut source = transfer::open(from, "photo").await?;
    let name = from.to_string_lossy();
    let submit = partner.submit(repair, name.as_ref(), source.len());
    session.if_interrupted(format!(
        "the picture may have been accepted, and charged: {}",
        advice::DOUBT
    ));
    progress::send(&session.client, submit, &mut source, &name)
        .await
        .map_err(|error| {
            let is_in_doubt = matches!(error, Error::Doubt(_));
            let failure = advice::on_partner(&name, error);
            match is_in_doubt {
                true => failure.advised(advice::DOUBT),
                false => failure,
            }
        })
}
