//! The media clouds on loopback: a server that behaves as the real services do, for tests and
//! demos.
//!
//! ```
//! use yunmei_emulator::Emulator;
//!
//! let emulator = Emulator::start()?;
//! let bucket = emulator.cos_bucket(); // signed, and at the emulator's address
//! assert!(emulator.endpoint().as_str().starts_with("http://127.0.0.1:"));
//! # let _ = bucket;
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! It runs on a thread of its own until it is dropped. One port serves every service, told apart
//! by path prefix or by `Host`: Tencent's COS v4 and Wanxiang, Fangtang's photo repair, and
//! ByteDance's TTVcloud with its successor. Where
//! neither says anything it is a download, from Wanxiang if the signature is for that account, else
//! from COS. State is in memory, or in a folder from where it comes back after a restart.
//!
//! Signatures are always verified, strictly. A refusal names in the log, and to peers on loopback
//! in the header `x-yunmei-refusal`, which field was wrong and the text that should have been
//! signed: never a secret, and never a signature.
//!
//! What can go wrong on the way is made to go wrong by [`Faults`].
//!
//! # What is done to pictures
//!
//! | asked of | done | not done: refused, and the refusal says so |
//! |---|---|---|
//! | Wanxiang, V2 enhanced | `imageView2` with `w`, `h`, `format`, `q`; `imageMogr2` with `auto-orient`, `thumbnail`, `gravity`, `crop`, `rotate` by multiples of 90, `format`, `quality`, `strip`; `imageInfo` | `watermark`, `exif`, `imageAve`, `scrop`, `cgif`, `interlace`; styles |
//! | Wanxiang, V1 and V2 | `ss`, `w`, `h`, `degree` by multiples of 90, `strip`, `t`, `qa`, `pqa` | `crop`, `scrop`, `watermark` and the rest; styles, but for `original` |
//! | TTVcloud: posters, and pictures of ImageX | `obj`, `noop`, `rs`, `cc`, `cs` (as `cc`), in JPEG or PNG | signed templates, WebP, GIF, HEIC |
//! | photo repair | enlarged, smoothed, tinted; backgrounds replaced | |
//!
//! JPEG and PNG are read and written, with up to 25 million pixels. Analyses and porn detection are
//! rules on real pixels: stand-ins for models, and so is photo repair.
//!
//! # Map
//!
//! | module | what it does |
//! |---|---|
//! | `emulator` | the handle and its builder |
//! | `server` | accepts connections, bounds them |
//! | `router` | which service a request is for; what every answer carries |
//! | `cos` | COS v4, one module per operation |
//! | `wanxiang` | Wanxiang (Cloud Image): photos, videos, porn detection |
//! | `fangtang` | Fangtang's photo repair |
//! | `vcloud` | TTVcloud and its successor: videos, pictures, users, editing, and the upload host |
//! | `address`, `presented` | the host of a request, and where its signature is |
//! | `form` | forms as streams of fields, and what a hostile one may cost |
//! | `representation` | contents as HTTP sends them: ranges, validators |
//! | `codec` | pictures as files, read within bounds |
//! | `spent` | single-use signatures that were used |
//! | `storage` | contents and documents, in memory or in a folder |
//! | [`faults`] | answers that go wrong on purpose |

mod address;
mod body;
mod codec;
mod config;
mod cos;
mod emulator;
mod exchange;
mod fangtang;
pub mod faults;
mod form;
mod log;
mod presented;
mod random;
mod representation;
mod router;
mod server;
mod spent;
mod stall;
mod still_clock;
mod storage;
mod value;
mod vcloud;
mod wanxiang;

pub use config::CosAccount;
pub use cos::{CosCall, CosJudge};
pub use emulator::{Builder, Emulator, Stopper};
pub use fangtang::{FangtangAccount, FangtangJudge};
pub use faults::Faults;
pub use log::LogEntry;
pub use vcloud::{VcloudAccount, VcloudJudge, VcloudLeave};
pub use wanxiang::{Generation, WanxiangAccount, WanxiangJudge};
