//! A recognisable secret goes through the whole library, and none of it comes out in print.

mod cos;
mod fangtang;
mod print;
mod vcloud;
mod wanxiang;
