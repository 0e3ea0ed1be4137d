use std::fmt;

use serde::Deserialize;

/// Whose signatures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Service {
    /// Tencent COS.
    Cos,
    /// Pictures at Tencent Wanxiang, V2.
    Image,
    /// Video on demand at TTVcloud.
    Vod,
    /// Pictures at TTVcloud.
    ImageX,
    /// Photo repair at Fangtang.
    Photo,
}

/// What is to be done with a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operation {
    /// Upload, whole or by slices.
    Upload,
    /// Attributes of a file or folder.
    Stat,
    /// What is in a folder.
    List,
    /// A folder is made.
    Create,
    /// Download.
    Download,
    /// Attributes are changed.
    Update,
    /// Deletion.
    Delete,
    /// A video is played.
    Play,
    /// Temporary keys to upload with.
    UploadKeys,
    /// Temporary keys to play with.
    PlayKeys,
    /// A token of the photo repair.
    Token,
}

impl Service {
    /// The word in policies, queries and audit lines.
    pub fn as_str(self) -> &'static str {
        match self {
            Service::Cos => "cos",
            Service::Image => "image",
            Service::Vod => "vod",
            Service::ImageX => "imagex",
            Service::Photo => "photo",
        }
    }

    /// What a policy may allow there.
    pub fn operations(self) -> &'static [Operation] {
        use Operation::{
            Create, Delete, Download, List, Play, PlayKeys, Stat, Token, Update, Upload, UploadKeys,
        };
        match self {
            Service::Cos => &[Upload, Stat, List, Create, Download, Update, Delete],
            Service::Image => &[Upload, Stat, Download, Delete],
            Service::Vod => &[Upload, Play, UploadKeys, PlayKeys],
            Service::ImageX => &[UploadKeys],
            Service::Photo => &[Token],
        }
    }

    /// The stronger operation that the signature for this one serves, too.
    pub fn comes_with(self, operation: Operation) -> Option<Operation> {
        match (self, operation) {
            (Service::Cos, Operation::Stat | Operation::List | Operation::Create)
            | (Service::Image, Operation::Stat | Operation::Download) => Some(Operation::Upload),
            (Service::Cos, Operation::Update) => Some(Operation::Delete),
            _ => None,
        }
    }
}

impl Operation {
    /// All of them.
    const ALL: [Operation; 11] = [
        Operation::Upload,
        Operation::Stat,
        Operation::List,
        Operation::Create,
        Operation::Download,
        Operation::Update,
        Operation::Delete,
        Operation::Play,
        Operation::UploadKeys,
        Operation::PlayKeys,
        Operation::Token,
    ];

    /// The word in policies, queries and audit lines.
    pub fn as_str(self) -> &'static str {
        match self {
            Operation::Upload => "upload",
            Operation::Stat => "stat",
            Operation::List => "list",
            Operation::Create => "create",
            Operation::Download => "download",
            Operation::Update => "update",
            Operation::Delete => "delete",
            Operation::Play => "play",
            Operation::UploadKeys => "upload-keys",
            Operation::PlayKeys => "play-keys",
            Operation::Token => "token",
        }
    }

    /// Whether something is uploaded with it, which `size_limit` and `types` are held against.
    pub(super) fn is_upload(self) -> bool {
        use Operation::{Token, Upload, UploadKeys};
        matches!(self, Upload | UploadKeys | Token)
    }

    /// The operation of this name.
    pub fn named(name: &str) -> Option<Operation> {
        Operation::ALL.into_iter().find(|one| one.as_str() == name)
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
