//! yunmei against the limit that is set by the primitives it cannot do without.
//!
//! `cargo bench -p yunmei-benches --bench ratios` prints one line for each pair; with `-- --check`
//! it fails if one is over its bound. Without `--bench`, as the ordinary tests call it, it runs once
//! and judges no times.

mod bare;
mod cos;
mod fangtang;
mod row;
mod vcloud;
mod wanxiang;

use std::{io, process::ExitCode};

use yunmei_benches::{interleaved::Effort, sample};

use row::{Row, print};

fn main() -> io::Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |flag: &str| arguments.iter().any(|argument| argument == flag);
    let thorough = has("--bench");
    let rows = rows(thorough);
    print(&rows)?;
    let over = rows.iter().any(|row| match thorough {
        true => row.is_over(),
        false => row.allocates_too_much(),
    });
    Ok(match over && (has("--check") || !thorough) {
        true => ExitCode::FAILURE,
        false => ExitCode::SUCCESS,
    })
}

fn rows(thorough: bool) -> Vec<Row> {
    let small = match thorough {
        true => Effort {
            rounds: 1001,
            calls: 1000,
        },
        false => Effort {
            rounds: 1,
            calls: 1,
        },
    };
    let large = Effort {
        rounds: if thorough { 51 } else { 1 },
        calls: 1,
    };
    let content = sample::noise(if thorough { 64 << 20 } else { 2 << 20 });
    let mut rows = cos::signatures(small);
    rows.push(cos::path(small));
    rows.push(cos::answer(small));
    rows.push(cos::manifest(large, &content));
    rows.extend(wanxiang::signatures(small));
    rows.push(fangtang::token(small));
    rows.extend(vcloud::signatures(small));
    rows.extend(vcloud::temporary_keys(small));
    rows
}
