use super::Applied;
use crate::{
    error::InputError,
    vcloud::{
        Content, Dialect,
        caller::Caller,
        upload_host::{
            StorageClass, StoreObject, Stored,
            parts::{PART_SIZE, SessionKeeper, part_size},
        },
    },
};

/// How a content is put to upload hosts.
#[derive(Clone, Debug)]
pub(super) struct Storage {
    caller: Caller,
    pub(super) content: Content,
    pub(super) part_size: Option<u64>,
    pub(super) class: Option<StorageClass>,
    pub(super) keeper: SessionKeeper,
}

impl Storage {
    pub(super) fn new(caller: Caller, content: Content) -> Storage {
        Storage {
            part_size: match caller.dialect() {
                Dialect::TtvCloud => None,
                Dialect::Volcengine => Some(PART_SIZE),
            },
            caller,
            content,
            class: None,
            keeper: SessionKeeper::default(),
        }
    }

    /// The service has no use for an empty content.
    pub(super) fn check(&self) -> Result<(), InputError> {
        match (self.content.size(), self.part_size) {
            (0, _) => Err(InputError::EmptyContent),
            (size, Some(asked)) => part_size(asked, size).map(|_| ()),
            (_, None) => Ok(()),
        }
    }

    /// What follows an apply: the content goes to the first store of the addresses that can be reached,
    /// unless it is there already.
    pub(super) fn of(&self, applied: &Applied) -> Result<StoreObject, Stored> {
        let addresses = applied.addresses().iter();
        let stores = addresses.map(|address| (address, &address.stores()[0]));
        let store = self.finish(StoreObject::at_one_of(stores, self.content.clone()));
        match applied.vpc() {
            None => Ok(store),
            Some(vpc) if vpc.is_complete() => Err(vpc.stored().clone()),
            Some(vpc) => Ok(store.first_at(vpc, self.caller.uploads())),
        }
    }

    pub(super) fn finish(&self, store: StoreObject) -> StoreObject {
        let store = store.over(self.caller.uploads());
        let store = store.kept_in(&self.keeper).for_commit();
        let store = match self.part_size {
            Some(bytes) => store.or_in_parts_of(bytes),
            None => store,
        };
        match self.class {
            Some(class) => store.storage_class(class),
            None => store,
        }
    }
}
