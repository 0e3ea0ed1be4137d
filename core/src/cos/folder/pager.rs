use std::collections::BTreeSet;

use super::{List, Page};
use crate::{
    cos::Entry,
    error::{Error, ResponseError},
};

/// Lists a folder page after page (section 8.5): [`Bucket::pages`](crate::cos::Bucket::pages).
///
/// Does no I/O either: it hands out the [`List`] operations, and takes what they brought.
///
/// ```
/// # use yunmei_core::cos::{Bucket, Entry, FolderPath, List, Page, Pager};
/// # fn all(bucket: &Bucket, mut run: impl FnMut(List) -> Result<Page, yunmei_core::Error>) -> Result<Vec<Entry>, yunmei_core::Error> {
/// let mut pager = bucket.pages(&FolderPath::root());
/// let mut entries = Vec::new();
/// while let Some(list) = pager.next_page() {
///     entries.extend(pager.accept(run(list)?)?);
/// }
/// # Ok(entries) }
/// ```
#[derive(Clone, Debug)]
pub struct Pager {
    next: Option<List>,
    /// Every position so far: one that comes again would go round for ever.
    seen: BTreeSet<String>,
}

impl Pager {
    /// Begins at the page that `list` asks for.
    pub fn new(list: List) -> Pager {
        let seen = BTreeSet::from([list.position().to_owned()]);
        Pager {
            next: Some(list),
            seen,
        }
    }

    /// The next page to ask for; none after the last, and none after an error.
    pub fn next_page(&self) -> Option<List> {
        self.next.clone()
    }

    /// Takes a page, and moves on behind it.
    ///
    /// # Errors
    ///
    /// [`Error::Response`] if there would be more pages, but the position is empty or was there
    /// before.
    pub fn accept(&mut self, page: Page) -> Result<Vec<Entry>, Error> {
        let Some(list) = self.next.take() else {
            return Ok(page.entries);
        };
        if !page.is_last {
            if page.context.is_empty() || !self.seen.insert(page.context.clone()) {
                let problem = "the listing does not end: it returns to a position of before";
                return Err(ResponseError::in_sequence(problem).into());
            }
            self.next = Some(list.context(page.context));
        }
        Ok(page.entries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cos::tests::{bucket, folder};

    fn page(context: &str, is_last: bool) -> Page {
        Page {
            entries: Vec::new(),
            context: context.into(),
            is_last,
        }
    }

    #[test]
    fn paging_goes_on_from_the_returned_position_and_ends_when_told_to() {
        let mut pager = bucket().pages(&folder("/a/"));
        assert_eq!(pager.next_page().expect("a first page").position(), "");
        pager.accept(page("/b/a/1", false)).expect("a page");
        assert_eq!(
            pager.next_page().expect("a second page").position(),
            "/b/a/1"
        );
        // However few entries: only `listover` ends a listing.
        pager.accept(page("", true)).expect("a page");
        assert!(pager.next_page().is_none());
    }

    #[test]
    fn a_listing_that_does_not_move_on_is_an_error_and_not_an_endless_loop() {
        let mut pager = bucket().pages(&folder("/a/"));
        pager.accept(page("/b/a/1", false)).expect("a page");
        let error = pager.accept(page("/b/a/1", false)).expect_err("stuck");
        assert!(matches!(error, Error::Response(_)));
        // What was on the page is no part of the problem.
        assert!(!error.to_string().contains("body"), "{error}");
        assert!(pager.next_page().is_none());
        for positions in [&["1", ""][..], &["1", "2", "1"]] {
            let mut pager = bucket().pages(&folder("/a/"));
            let (last, before) = positions.split_last().expect("positions");
            for position in before {
                pager.accept(page(position, false)).expect("a page");
            }
            assert!(pager.accept(page(last, false)).is_err(), "{positions:?}");
        }
    }
}
