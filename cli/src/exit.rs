//! How the program ends: one exit status for each kind of failure, and what is said of it.

mod advice;
mod tally;

use std::{fmt, io, process::ExitCode};

use yunmei_core::{
    Error,
    error::{InputError, LocalError, PathError, Service, ServiceErrorKind},
};

use crate::{
    cos, image,
    output::{say, shown},
    photo, vcloud,
};

pub(crate) use advice::Advice;
pub(crate) use tally::{Tally, each, each_batch};

const ADDRESS_TAKEN: &str =
    "--listen takes another address, such as 127.0.0.1:0 for a port that is free";

/// Part of `--help`.
pub(crate) const TABLE: &str = "\
Exit status:
    0  done
    1  a fault of this program
    2  wrong usage, wrong configuration, or a request that cannot be sent
    3  refused by the service
    4  not found
    5  no answer, or one that cannot be understood or is not what was announced
    6  a local file cannot be read or written
    7  partly done: some of several files failed
    8  in doubt: the answer was lost, and the service may have done it, and charged for it;
       it was not sent again
    9  not done in time; the service goes on with it
  130  interrupted";

/// Why a command failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command or the configuration is wrong.
    Usage(String),
    /// An operation failed; with what it was about.
    Operation { about: String, error: Error },
    /// A file on this side.
    File(String),
    /// Standard output takes no more; what was to be told on it is done.
    Untold(String),
    /// What arrived is not what the service announced.
    Content(String),
    /// What was waited for was not done in time.
    Late(String),
    /// The service answered, and has nothing of it.
    Missing(String),
    /// What was waited for is over, and came to nothing.
    Undone(String),
    /// Some of several things failed; each was reported when it happened.
    Partly { done: usize, failed: usize },
    /// It was reported together with another one.
    Reported,
    /// All of several things failed, the first one for this reason; each was reported.
    All(Box<Failure>),
    /// One of the others, which was told already.
    Told(Box<Failure>),
    /// One of the others, with what to do about it.
    Advised {
        failure: Box<Failure>,
        advice: Advice,
    },
    /// A demonstration in which not everything passed.
    Demo,
    /// The user pressed Ctrl-C.
    Interrupted,
}

impl Failure {
    /// An operation on `about` failed.
    pub(crate) fn operation(about: impl fmt::Display, error: impl Into<Error>) -> Failure {
        Failure::Operation {
            about: shown(&about.to_string()),
            error: error.into(),
        }
    }

    /// A local file could not be used.
    pub(crate) fn file(about: impl fmt::Display, error: impl fmt::Display) -> Failure {
        Failure::File(shown(&format!("{about}: {error}")))
    }

    /// A server does not start; often another has its address.
    pub(crate) fn start(server: &str, error: io::Error) -> Failure {
        let is_taken = error.kind() == io::ErrorKind::AddrInUse;
        let failure = Failure::file(format!("{server} cannot start"), error);
        failure.advised_if(is_taken.then(|| ADDRESS_TAKEN.into()))
    }

    /// A path on the command line is none.
    pub(crate) fn path(text: &str, error: &PathError) -> Failure {
        Failure::Usage(format!("{text:?}: {error}"))
    }

    /// The same, with what to do about it.
    pub(crate) fn advised(self, advice: impl Into<Advice>) -> Failure {
        Failure::Advised {
            failure: Box::new(self),
            advice: advice.into(),
        }
    }

    /// The same, where there is something to do about it.
    pub(crate) fn advised_if(self, advice: Option<Advice>) -> Failure {
        match advice {
            Some(advice) => self.advised(advice),
            None => self,
        }
    }

    /// Whether what we write to went away.
    pub(crate) fn is_broken_pipe(&self) -> bool {
        match self {
            Failure::Operation {
                error: Error::Local(LocalError::Write(error)),
                ..
            } => error.kind() == io::ErrorKind::BrokenPipe,
            Failure::Advised { failure, .. } => failure.is_broken_pipe(),
            _ => false,
        }
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.status())
    }

    fn status(&self) -> u8 {
        match self {
            Failure::Usage(_) => 2,
            Failure::Operation { error, .. } => status_of(error),
            Failure::File(_) | Failure::Untold(_) => 6,
            Failure::Content(_) => 5,
            Failure::Late(_) => 9,
            Failure::Missing(_) => 4,
            Failure::Undone(_) => 3,
            Failure::Partly { .. } => 7,
            Failure::All(first) => first.status(),
            Failure::Told(failure) => failure.status(),
            Failure::Advised { failure, .. } => failure.status(),
            Failure::Demo | Failure::Reported => 1,
            Failure::Interrupted => 130,
        }
    }

    /// Says on standard error what happened, and what to do about it.
    pub(crate) fn report(&self) {
        self.report_with(self.advice().as_ref());
    }

    fn report_with(&self, advice: Option<&Advice>) {
        match self {
            // Reported one by one already.
            Failure::All(_) | Failure::Told(_) | Failure::Reported | Failure::Demo => {}
            _ => {
                say(format_args!("yunmei: {self}"));
                if let Some(advice) = advice {
                    say(format_args!("  {advice}"));
                }
            }
        }
    }

    fn advice(&self) -> Option<Advice> {
        let (about, error) = match self {
            Failure::Advised { advice, .. } => return Some(advice.clone()),
            Failure::Operation { about, error } => (about, error),
            _ => return None,
        };
        let advice = match error {
            Error::Input(error) => advice_on_input(error),
            Error::Service(refusal) => match refusal.service() {
                Service::Cos => cos::advice::on(refusal, about),
                Service::Wanxiang => image::advice::on(refusal),
                Service::Fangtang => photo::advice::on(refusal),
                Service::Vcloud => vcloud::advice::on(refusal),
                _ => None,
            },
            Error::Transport(_) => {
                Some("check the network, and what the configuration says of the service")
            }
            Error::Local(LocalError::Changed { .. }) => {
                Some("run it again once nothing writes to the file any more")
            }
            Error::Doubt(_) => Some("look whether it was done before you do it again"),
            _ => None,
        };
        advice.map(Advice::from)
    }
}

fn advice_on_input(error: &InputError) -> Option<&'static str> {
    Some(match error {
        InputError::PictureTooLarge { .. } => {
            "pictures of this size go by slices, which is done without --analyze and --v1"
        }
        InputError::NothingLeft => photo::advice::BUY,
        InputError::ResultExpired => photo::advice::AGAIN,
        InputError::NoSuchAction { .. } => {
            "--dialect, or dialect in the table vcloud of the configuration, says whose actions are \
             called: those of TTVcloud or of Volcengine"
        }
        InputError::JobOfAnother => "--profile NAME chooses the partner that began it",
        _ => return None,
    })
}

fn status_of(error: &Error) -> u8 {
    match error {
        // What the service said before anything was sent.
        Error::Input(InputError::NothingLeft) => 3,
        Error::Input(InputError::ResultExpired) => 4,
        Error::Input(_) => 2,
        Error::Service(refusal) if refusal.kind() == ServiceErrorKind::NotFound => 4,
        Error::Service(_) => 3,
        Error::Response(_) | Error::Transport(_) => 5,
        Error::Local(_) => 6,
        Error::Doubt(_) => 8,
        Error::Deadline(_) => 9,
        _ => 1,
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Usage(message)
            | Failure::File(message)
            | Failure::Untold(message)
            | Failure::Content(message)
            | Failure::Late(message)
            | Failure::Missing(message)
            | Failure::Undone(message) => f.write_str(message),
            // It says itself what it is about.
            Failure::Operation {
                error: Error::Deadline(error),
                ..
            } => error.fmt(f),
            Failure::Operation { about, error } => write!(f, "{about}: {error}"),
            Failure::Partly { done, failed } => write!(f, "{done} done, {failed} failed"),
            Failure::All(first) => first.fmt(f),
            Failure::Told(failure) | Failure::Advised { failure, .. } => failure.fmt(f),
            Failure::Reported => f.write_str("failed"),
            Failure::Demo => f.write_str("not everything passed"),
            Failure::Interrupted => f.write_str("interrupted"),
        }
    }
}
