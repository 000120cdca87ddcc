//! Records in memory, for the command line and tests.

use std::{cell::RefCell, collections::BTreeMap};

use super::{Record, RecordEdit, RecordQuery, Storage, StorageError};

/// A [`Storage`] that ends with the process.
#[derive(Debug, Default)]
pub struct MemoryStorage {
    records: RefCell<BTreeMap<String, Vec<u8>>>,
}

impl MemoryStorage {
    fn find(&self, queries: &[RecordQuery]) -> Vec<Record> {
        let records = self.records.borrow();
        let record = |(name, bytes): (&String, &Vec<u8>)| Record { name: name.clone(), bytes: bytes.clone() };
        let mut found = Vec::new();
        for query in queries {
            match query {
                RecordQuery::Named(name) => found.extend(records.get_key_value(name).map(record)),
                RecordQuery::All(prefix) => {
                    let following = records.range(prefix.clone()..);
                    found.extend(following.take_while(|(name, _)| name.starts_with(prefix)).map(record));
                }
            }
        }
        found
    }

    fn make(&self, edits: &[RecordEdit]) -> Result<(), StorageError> {
        // All edits or none: they are made on a copy.
        let mut records = self.records.borrow().clone();
        for edit in edits {
            match edit {
                RecordEdit::Add(Record { name, bytes }) => {
                    if records.insert(name.clone(), bytes.clone()).is_some() {
                        return Err(StorageError::Taken);
                    }
                }
                RecordEdit::Put(Record { name, bytes }) => {
                    records.insert(name.clone(), bytes.clone());
                }
                RecordEdit::Replace(Record { name, bytes }) => {
                    records.entry(name.clone()).and_modify(|old| old.clone_from(bytes));
                }
                RecordEdit::Forget(name) => {
                    records.remove(name);
                }
            }
        }
        self.records.replace(records);
        Ok(())
    }
}

impl Storage for MemoryStorage {
    async fn get(&self, queries: &[RecordQuery]) -> Result<Vec<Record>, StorageError> {
        Ok(self.find(queries))
    }

    async fn apply(&self, edits: &[RecordEdit]) -> Result<(), StorageError> {
        self.make(edits)
    }

    async fn read_modify_write(
        &self,
        queries: &[RecordQuery],
        edits: impl FnOnce(&[Record]) -> Vec<RecordEdit>,
    ) -> Result<(), StorageError> {
        self.make(&edits(&self.find(queries)))
    }
}

#[cfg(all(test, feature = "cli"))]
mod tests {
    use pollster::block_on;

    use super::*;

    fn record(name: &str, byte: u8) -> Record {
        Record { name: name.into(), bytes: vec![byte] }
    }

    #[test]
    fn records_are_found_by_name_and_by_prefix() {
        let storage = MemoryStorage::default();
        let edits = ["sample/2", "version/1", "sample/1"].map(|name| RecordEdit::Put(record(name, 0)));
        block_on(storage.apply(&edits)).unwrap();
        let names = |query| block_on(storage.get(&[query])).unwrap().into_iter().map(|record| record.name);
        assert!(names(RecordQuery::All("sample/".into())).eq(["sample/1", "sample/2"]));
        assert!(names(RecordQuery::Named("version/1".into())).eq(["version/1"]));
        assert_eq!(names(RecordQuery::Named("version/2".into())).count(), 0);
    }

    #[test]
    fn a_conflict_undoes_the_whole_change() {
        let storage = MemoryStorage::default();
        block_on(storage.save("a", &[1])).unwrap();
        let edits = [RecordEdit::Put(record("a", 2)), RecordEdit::Add(record("a", 3))];
        assert_eq!(block_on(storage.apply(&edits)), Err(StorageError::Taken));
        assert_eq!(block_on(storage.load("a")), Ok(Some(vec![1])));
    }

    #[test]
    fn only_existing_records_are_replaced() {
        let storage = MemoryStorage::default();
        block_on(storage.apply(&[RecordEdit::Replace(record("a", 1))])).unwrap();
        assert_eq!(block_on(storage.load("a")), Ok(None));
        block_on(storage.save("a", &[1])).unwrap();
        block_on(storage.apply(&[RecordEdit::Replace(record("a", 2))])).unwrap();
        assert_eq!(block_on(storage.load("a")), Ok(Some(vec![2])));
        block_on(storage.delete("a")).unwrap();
        assert_eq!(block_on(storage.load("a")), Ok(None));
    }

    #[test]
    fn edits_can_follow_from_what_is_read() {
        let storage = MemoryStorage::default();
        block_on(storage.save("a", &[1])).unwrap();
        let double = |records: &[Record]| {
            let edit = |record: &Record| RecordEdit::Put(Record { bytes: vec![2 * record.bytes[0]], ..record.clone() });
            records.iter().map(edit).collect()
        };
        block_on(storage.read_modify_write(&[RecordQuery::All(String::new())], double)).unwrap();
        assert_eq!(block_on(storage.load("a")), Ok(Some(vec![2])));
    }
}
