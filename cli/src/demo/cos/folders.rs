use yunmei_core::cos::Entry;

use super::Stage;
use crate::demo::report::{Report, refused, same};

/// Creates the folder in which all the rest takes place.
pub(super) fn begin(report: &mut Report, stage: &Stage<'_>) {
    let Stage {
        transport,
        bucket,
        folder,
        ..
    } = stage;
    report.step("create a folder", folder, || {
        let created = transport.run(bucket.create_folder(folder).biz_attr("summer"))?;
        Ok(format!(
            "created at {}",
            created.created.unwrap_or_default()
        ))
    });
    report.step("create it again", folder, || {
        refused(transport.run(bucket.create_folder(folder)), -178)
    });
    report.step(
        "update a folder",
        format!("{folder} biz_attr=winter"),
        || {
            transport.run(bucket.update_folder(folder, "winter"))?;
            Ok("done".into())
        },
    );
    report.step("stat a folder", folder, || {
        let attributes = transport.run(bucket.stat_folder(folder))?;
        same("biz_attr", attributes.biz_attr.as_str(), "winter")?;
        Ok(format!("biz_attr={}", attributes.biz_attr))
    });
}

/// Lists what is there, and takes it all away.
pub(super) fn end(report: &mut Report, stage: &Stage<'_>) {
    let entries = list(report, stage);
    clear(report, stage, &entries);
}

fn list(report: &mut Report, stage: &Stage<'_>) -> Vec<Entry> {
    let Stage {
        transport,
        bucket,
        folder,
        ..
    } = stage;
    let mut entries = Vec::new();
    report.step("list a folder, two entries a page", folder, || {
        let mut pages = 0;
        let mut pager = yunmei_core::cos::Pager::new(bucket.list(folder).page_size(2));
        while let Some(list) = pager.next_page() {
            entries.extend(pager.accept(transport.run(list)?)?);
            pages += 1;
        }
        let names: Vec<&str> = entries.iter().map(Entry::name).collect();
        Ok(format!(
            "{} entries on {pages} pages: {}",
            names.len(),
            names.join(" ")
        ))
    });
    report.step("list by prefix", format!("{folder}图"), || {
        let page = transport.run(bucket.list(folder).prefix("图"))?;
        same(
            "all begin like that",
            page.entries.iter().all(|e| e.name().starts_with('图')),
            true,
        )?;
        same("there are some", page.entries.is_empty(), false)?;
        Ok(format!("{} entries", page.entries.len()))
    });
    entries
}

fn clear(report: &mut Report, stage: &Stage<'_>, entries: &[Entry]) {
    let Stage {
        transport,
        bucket,
        folder,
        ..
    } = stage;
    report.step("delete a folder with files in it", folder, || {
        refused(transport.run(bucket.delete_folder(folder)), -173)
    });
    report.step(
        "delete every file",
        format!("{} entries", entries.len()),
        || {
            let mut deleted = 0;
            for entry in entries {
                let inside = match entry {
                    Entry::Folder(inner) => {
                        let inner = inner.path_in(folder)?;
                        let page = transport.run(bucket.list(&inner))?;
                        let paths = page.entries.iter().map(|entry| inner.file(entry.name()));
                        paths.collect::<Result<_, _>>()?
                    }
                    entry => vec![stage.file(entry.name())],
                };
                for file in inside {
                    transport.run(bucket.delete(&file))?;
                    deleted += 1;
                }
            }
            Ok(format!("{deleted} files deleted"))
        },
    );
    report.step("delete a folder", folder, || {
        transport.run(bucket.delete_folder(folder))?;
        Ok("done".into())
    });
    report.step("stat what was deleted", folder, || {
        refused(transport.run(bucket.stat_folder(folder)), -197)
    });
}
