use bytes::Bytes;
use http::{Request, Response};
use serde::Deserialize;

use crate::{
    Operation, Payload, Stamp,
    cos::{
        Access, Bucket, FilePath, FolderPath, PathPrefix, envelope,
        request::{Query, Target},
    },
    error::{Error, InputError, PathError},
    loose,
};

/// The largest page (sections 8.5 and 14).
const PAGE_LIMIT: u32 = 199;

/// Lists a folder: one page of it (section 8.5): [`Bucket::list`]; for all pages,
/// [`Bucket::pages`].
///
/// ```text
/// GET /files/v2/{appid}/{bucket}{folder}{prefix}?op=list&num=199&context=
/// ```
#[derive(Clone, Debug)]
pub struct List {
    bucket: Bucket,
    folder: FolderPath,
    prefix: String,
    delimiter: Option<char>,
    page_size: u32,
    context: String,
}

/// One page of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Page {
    /// Files and folders, in the service's order. How many says nothing about the end.
    pub entries: Vec<Entry>,
    /// The position behind this page.
    pub context: String,
    /// Whether this was the last page.
    pub is_last: bool,
}

/// A file or folder in a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Entry {
    /// A file.
    File(FileEntry),
    /// A folder, created or only implied by the names of files.
    Folder(FolderEntry),
}

impl Entry {
    /// The name within the folder that was listed; of a folder, without the final slash.
    pub fn name(&self) -> &str {
        match self {
            Entry::File(file) => &file.name,
            Entry::Folder(folder) => &folder.name,
        }
    }
}

impl FileEntry {
    /// Where the file is, if this is an entry of `folder`; any characters that the service has in
    /// a name are taken.
    ///
    /// # Errors
    ///
    /// [`PathError`](crate::error::PathError) for a name that is no name.
    pub fn path_in(&self, folder: &FolderPath) -> Result<FilePath, PathError> {
        FilePath::with_any_characters(&format!("{folder}{}", self.name))
    }
}

impl FolderEntry {
    /// Where the folder is, if this is an entry of `folder`; any characters that the service has
    /// in a name are taken.
    ///
    /// # Errors
    ///
    /// [`PathError`](crate::error::PathError) for a name that is no name.
    pub fn path_in(&self, folder: &FolderPath) -> Result<FolderPath, PathError> {
        FolderPath::with_any_characters(&format!("{folder}{}/", self.name))
    }
}

/// A file in a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileEntry {
    /// The name within the folder that was listed.
    pub name: String,
    /// The length that was announced, in bytes, where the service said it.
    pub size: Option<u64>,
    /// How much of it is stored, in bytes: less while an upload is open.
    pub stored: Option<u64>,
    /// SHA-1 in hex, where the service knows it.
    pub sha: Option<String>,
    /// When it was made, in seconds since 1970.
    pub created: Option<u64>,
    /// When it was changed, in seconds since 1970.
    pub modified: Option<u64>,
    /// Who may read it.
    pub access: Option<Access>,
    /// The caller's own text; the sources disagree on whether listings hold it.
    pub biz_attr: Option<String>,
    /// The address at the CDN.
    pub access_url: Option<String>,
    /// The address at the origin.
    pub source_url: Option<String>,
}

/// A folder in a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FolderEntry {
    /// The name within the folder that was listed, without the final slash.
    pub name: String,
    /// When it was made, in seconds since 1970.
    pub created: Option<u64>,
    /// When it was changed, in seconds since 1970.
    pub modified: Option<u64>,
    /// The caller's own text.
    pub biz_attr: Option<String>,
}

impl List {
    pub(in crate::cos) fn new(bucket: Bucket, folder: FolderPath) -> List {
        List {
            bucket,
            folder,
            prefix: String::new(),
            delimiter: None,
            page_size: PAGE_LIMIT,
            context: String::new(),
        }
    }

    /// Only entries whose name begins with this; any characters that the service has in a name are
    /// taken.
    pub fn prefix(mut self, prefix: impl Into<String>) -> List {
        self.prefix = prefix.into();
        self
    }

    /// A delimiter; `/` is what leaving it out means. What another one does is not established.
    pub fn delimiter(mut self, delimiter: char) -> List {
        self.delimiter = Some(delimiter);
        self
    }

    /// How many entries a page holds at most: 1 to 199, by default 199.
    pub fn page_size(mut self, entries: u32) -> List {
        self.page_size = entries;
        self
    }

    /// Where to go on: the [`Page::context`] of the page before.
    pub fn context(mut self, context: impl Into<String>) -> List {
        self.context = context.into();
        self
    }

    pub(super) fn position(&self) -> &str {
        &self.context
    }
}

impl Operation for List {
    type Output = Page;

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        if !(1..=PAGE_LIMIT).contains(&self.page_size) {
            return Err(InputError::PageSize.into());
        }
        let prefix = match self.prefix.as_str() {
            "" => PathPrefix::from(&self.folder),
            start => PathPrefix::with_any_characters(&format!("{}{start}", self.folder))?,
        };
        let mut query = Query::new("list")
            .pair("num", &self.page_size.to_string())
            .pair("context", &self.context);
        if let Some(delimiter) = self.delimiter {
            query = query.pair("delimiter", delimiter.encode_utf8(&mut [0; 4]));
        }
        self.bucket.get(Target::Prefix(&prefix), query, stamp)
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<Page, Error> {
        let data: Data = envelope::open(response)?;
        Ok(Page {
            entries: data.infos.into_iter().map(Info::into_entry).collect(),
            context: data.context.unwrap_or_default(),
            is_last: data.listover,
        })
    }

    fn repeatable(&self) -> bool {
        true
    }
}

#[derive(Deserialize)]
struct Data {
    infos: Vec<Info>,
    #[serde(default, deserialize_with = "loose::optional_text")]
    context: Option<String>,
    listover: bool,
}

#[derive(Deserialize)]
struct Info {
    name: String,
    #[serde(default, deserialize_with = "loose::optional_number")]
    filesize: Option<u64>,
    #[serde(default, deserialize_with = "loose::optional_number")]
    filelen: Option<u64>,
    #[serde(default)]
    sha: Option<String>,
    #[serde(default, deserialize_with = "loose::optional_number")]
    ctime: Option<u64>,
    #[serde(default, deserialize_with = "loose::optional_number")]
    mtime: Option<u64>,
    #[serde(default)]
    authority: Option<Access>,
    #[serde(default, deserialize_with = "loose::optional_text")]
    biz_attr: Option<String>,
    #[serde(default)]
    access_url: Option<String>,
    #[serde(default)]
    source_url: Option<String>,
}

impl Info {
    /// A file has a digest or an address; a folder has neither (section 8.5).
    fn into_entry(self) -> Entry {
        let present = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.is_empty());
        if !present(&self.sha) && !present(&self.access_url) {
            return Entry::Folder(FolderEntry {
                name: self.name.strip_suffix('/').unwrap_or(&self.name).to_owned(),
                created: self.ctime,
                modified: self.mtime,
                biz_attr: self.biz_attr,
            });
        }
        Entry::File(FileEntry {
            name: self.name,
            size: self.filesize,
            stored: self.filelen,
            sha: self.sha,
            created: self.ctime,
            modified: self.mtime,
            access: self.authority,
            biz_attr: self.biz_attr,
            access_url: self.access_url,
            source_url: self.source_url,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cos::tests::{answer, bucket, folder, stamp};

    fn target(list: &List) -> String {
        let request = list.request(&stamp()).expect("a request");
        request.uri().path_and_query().expect("a path").to_string()
    }

    #[test]
    fn the_prefix_is_part_of_the_path() {
        let list = bucket().list(&folder("/photos/")).prefix("图 2");
        assert_eq!(
            target(&list),
            "/files/v2/1250000000/examplebucket/photos/%E5%9B%BE%202?op=list&num=199&context="
        );
        let any = bucket().list(&FolderPath::root()).prefix("12:3");
        assert!(target(&any).contains("/12%3A3?op=list"));
        let next = bucket()
            .list(&FolderPath::root())
            .page_size(2)
            .context("/b/x y")
            .delimiter('/');
        assert_eq!(
            target(&next),
            "/files/v2/1250000000/examplebucket/?op=list&num=2&context=%2Fb%2Fx+y&delimiter=%2F"
        );
    }

    #[test]
    fn a_page_holds_1_to_199_entries_and_a_prefix_cannot_climb() {
        let list = bucket().list(&FolderPath::root());
        for bad in [
            list.clone().page_size(0),
            list.clone().page_size(200),
            list.prefix("../x"),
        ] {
            assert!(
                matches!(bad.request(&stamp()), Err(Error::Input(_))),
                "{bad:?}"
            );
        }
    }

    #[test]
    fn a_position_that_fits_no_address_is_refused() {
        let list = bucket().list(&FolderPath::root());
        let result = list.context("/".repeat(30_000)).request(&stamp());
        assert!(matches!(
            result,
            Err(Error::Input(InputError::AddressTooLong))
        ));
    }

    #[test]
    fn files_and_folders_are_told_apart_by_digest_or_address() {
        let list = bucket().list(&FolderPath::root());
        let page = list
            .parse(&answer(
                200,
                r#"{"code":0,"data":{"context":"","listover":true,"infos":[
                    {"name":"2017/","ctime":"1503987223","mtime":1503987223},
                    {"name":"a.txt","filesize":"14","filelen":14,"sha":"e0","ctime":1,"mtime":1,"access_url":"a"},
                    {"name":"sliced","filesize":1,"access_url":"a"}]}}"#,
            ))
            .expect("a page");
        assert!(
            matches!(&page.entries[0], Entry::Folder(f) if f.name == "2017" && f.created == Some(1_503_987_223))
        );
        assert!(matches!(&page.entries[1], Entry::File(f) if f.size == Some(14)));
        assert!(matches!(&page.entries[2], Entry::File(f) if f.sha.is_none()));
        assert!(page.is_last);
    }

    #[test]
    fn what_the_service_lists_can_be_asked_for_whatever_its_name() {
        let list = bucket().list(&FolderPath::root());
        let body = r#"{"code":0,"data":{"listover":true,"infos":[
            {"name":"a*b:c.txt","access_url":"a"},{"name":"d|e/"},{"name":"..","access_url":"a"}]}}"#;
        let page = list.parse(&answer(200, body)).expect("a page");
        let folder = folder("/x/");
        let paths: Vec<_> = page
            .entries
            .iter()
            .map(|entry| match entry {
                Entry::File(file) => file.path_in(&folder).map(|path| path.to_string()),
                Entry::Folder(inner) => inner.path_in(&folder).map(|path| path.to_string()),
            })
            .collect();
        assert_eq!(paths[0].as_deref(), Ok("/x/a*b:c.txt"));
        assert_eq!(paths[1].as_deref(), Ok("/x/d|e/"));
        assert_eq!(paths[2], Err(PathError::DotSegment));
    }
}
