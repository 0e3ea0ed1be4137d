use std::{collections::HashMap, io, sync::Arc};

use super::{Blob, Blobs};

/// Contents that were kept, each opened once: what refers to them shares them.
pub(crate) struct KeptBlobs<'a> {
    blobs: &'a Blobs,
    known: HashMap<String, Arc<Blob>>,
}

impl KeptBlobs<'_> {
    pub(crate) fn of(blobs: &Blobs) -> KeptBlobs<'_> {
        KeptBlobs {
            blobs,
            known: HashMap::new(),
        }
    }

    /// The content of this name, if it is there whole.
    pub(crate) fn find(&mut self, id: &str, length: u64) -> io::Result<Option<Arc<Blob>>> {
        if let Some(blob) = self.known.get(id) {
            return Ok((blob.length() == length).then(|| Arc::clone(blob)));
        }
        let blob = self.blobs.kept(id, length)?;
        if let Some(blob) = &blob {
            self.known.insert(id.to_owned(), Arc::clone(blob));
        }
        Ok(blob)
    }

    /// All contents of these names and lengths; none if one of them is missing.
    pub(crate) fn find_all(
        &mut self,
        pieces: &[(String, u64)],
    ) -> io::Result<Option<Vec<Arc<Blob>>>> {
        let found = pieces.iter().map(|(id, length)| self.find(id, *length));
        found.collect()
    }

    /// Deletes all contents but those that somebody holds by now.
    pub(crate) fn sweep_others(self) -> io::Result<()> {
        let held = self.known.into_iter();
        let held = held.filter(|(_, blob)| Arc::strong_count(blob) > 1);
        self.blobs.sweep(&held.map(|(id, _)| id).collect())
    }
}
