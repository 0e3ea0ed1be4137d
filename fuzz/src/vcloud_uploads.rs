//! Uploads to TTVcloud and its successor against services that are played: the bytes are a program of
//! replies.
//!
//! The first byte chooses the upload; each reply takes a byte for its kind and what that kind needs.
//! Behind the last one the program begins again, so that only an upload that ends by itself ends.

mod asked;
mod ledger;
mod replies;

use yunmei_core::{
    Driver, Error, Flow, Retry, Step,
    vcloud::{
        Content, Dialect,
        imagex::NewImage,
        upload_host::parts::PART_SIZE,
        vod::{CommitFunction, FileType},
    },
};

use self::{
    asked::{Asked, SECRET},
    ledger::Ledger,
};
use crate::sample::{
    self, Program,
    vcloud::{imagex, service, vod},
};

/// More requests than any of these uploads may need: four attempts at each exchange, at three doors of
/// each of three addresses, and three beginnings of an upload in parts.
const REQUEST_LIMIT: usize = 400;

/// Two parts, the last of which is a byte longer.
const LARGE: u64 = 2 * PART_SIZE + 1;

const SMALL: u64 = 5;

/// Every upload ends, sends nothing that is not in the content, and commits what is stored: a video
/// only once.
pub fn check(bytes: &[u8]) {
    let mut program = Program::new(bytes);
    let choice = program.byte();
    let dialect = Dialect::ALL[usize::from(choice & 1)];
    let contents = match choice >> 1 & 1 {
        0 => [Content::new(SMALL, 0xab), Content::unchecked(SMALL)],
        _ => [Content::unchecked(LARGE), Content::new(SMALL, 0xab)],
    };
    let (vod, [first, _]) = (vod(dialect), contents.clone());
    let uploads = Ledger::new(&contents, dialect);
    match choice >> 2 & 3 {
        0 => {
            let upload = vod.upload_video("s", FileType::Video, first);
            run(upload.function(CommitFunction::GetMeta), uploads, program);
        }
        1 => {
            let upload = vod.upload_video("s", FileType::Video, first);
            run(upload.in_parts_of(PART_SIZE), uploads, program);
        }
        2 => run(vod.upload_poster("s", "v1", first), uploads, program),
        _ => {
            let images = contents.map(NewImage::new);
            let upload = imagex(dialect).upload(&service(), images);
            run(upload.in_parts_of(PART_SIZE), uploads, program);
        }
    }
}

fn run<O>(flow: impl Flow<Output = O>, mut ledger: Ledger, mut program: Program<'_>) {
    let mut driver = Driver::new(flow, Retry::default());
    let mut sent = 0;
    loop {
        let stamp = sample::stamp(&[sent as u8, (sent >> 8) as u8]);
        match driver.poll(&stamp) {
            Step::Send(request) => {
                sent += 1;
                assert!(sent <= REQUEST_LIMIT, "this upload does not end");
                let asked = Asked::read(&request, ledger.dialect(), &stamp);
                ledger.asked(&asked);
                let reply = replies::next(&asked, &mut program);
                ledger.replied(&asked, &reply);
                driver.handle(reply);
            }
            Step::Sleep(pause) => assert!(pause <= Retry::default().cap),
            Step::Done(result) => {
                ledger.ended(result.as_ref().map(drop), program.has(SECRET.as_bytes()));
                return;
            }
        }
    }
}

/// Nothing of this is the caller's fault.
fn is_of_the_service(error: &Error) -> bool {
    !matches!(error, Error::Input(_) | Error::Local(_))
}
