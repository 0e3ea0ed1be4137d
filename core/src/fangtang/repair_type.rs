use std::fmt;

use serde::{Deserialize, Serialize};

use super::Rgb;
use crate::error::InputError;

/// What is to be done to a photo, `repair_type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "type", content = "rgb")]
pub enum RepairType {
    /// Make it larger and sharper.
    #[serde(rename = "sr")]
    SuperResolution,
    /// The same, and remove damage.
    ///
    /// The vendor's list once writes it with a semicolon: taken as a misprint (dossier,
    /// "Operations").
    #[serde(rename = "sr,repair")]
    Restoration,
    /// The same, and give colours to a black and white photo.
    #[serde(rename = "sr,repair,colour")]
    Colouring,
    /// Put a background of this colour behind the person on an ID photo.
    #[serde(rename = "bg")]
    Background(Rgb),
}

impl RepairType {
    /// Reads what stands on the wire, or on a command line.
    ///
    /// # Errors
    ///
    /// [`InputError::RepairType`] for an unknown name, for `bg` without a colour, and for a colour
    /// that would not be used.
    pub fn parse(name: &str, rgb: Option<Rgb>) -> Result<RepairType, InputError> {
        match (name, rgb) {
            ("sr", None) => Ok(RepairType::SuperResolution),
            ("sr,repair", None) => Ok(RepairType::Restoration),
            ("sr,repair,colour", None) => Ok(RepairType::Colouring),
            ("bg", Some(rgb)) => Ok(RepairType::Background(rgb)),
            _ => Err(InputError::RepairType),
        }
    }

    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            RepairType::SuperResolution => "sr",
            RepairType::Restoration => "sr,repair",
            RepairType::Colouring => "sr,repair,colour",
            RepairType::Background(_) => "bg",
        }
    }

    /// The colour, of those that take one.
    pub const fn rgb(self) -> Option<Rgb> {
        match self {
            RepairType::Background(rgb) => Some(rgb),
            _ => None,
        }
    }
}

impl fmt::Display for RepairType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())?;
        match self.rgb() {
            Some(rgb) => write!(f, " {rgb}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [RepairType; 4] = [
        RepairType::SuperResolution,
        RepairType::Restoration,
        RepairType::Colouring,
        RepairType::Background(Rgb::new(0, 128, 255)),
    ];

    #[test]
    fn what_is_written_is_read_again() {
        for repair in ALL {
            assert_eq!(RepairType::parse(repair.as_str(), repair.rgb()), Ok(repair));
            let json = serde_json::to_string(&repair).expect("a document");
            assert_eq!(
                serde_json::from_str::<RepairType>(&json).ok(),
                Some(repair),
                "{json}"
            );
            assert!(json.contains(&format!("\"type\":\"{}\"", repair.as_str())));
        }
    }

    #[test]
    fn no_colour_is_forgotten_and_none_is_given_in_vain() {
        let white = Some(Rgb::new(255, 255, 255));
        for (name, rgb) in [
            ("bg", None),
            ("sr", white),
            ("sr;repair", None),
            ("sr,colour", None),
            ("SR", None),
            ("", None),
        ] {
            assert_eq!(
                RepairType::parse(name, rgb),
                Err(InputError::RepairType),
                "{name}"
            );
        }
        for bad in [
            r#"{"type":"bg"}"#,
            r#"{"type":"bg","rgb":"256,0,0"}"#,
            r#"{"type":"new"}"#,
        ] {
            assert!(serde_json::from_str::<RepairType>(bad).is_err(), "{bad}");
        }
    }
}
