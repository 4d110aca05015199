//! The comments of the contracts.

use std::collections::HashMap;

use contracts::reflect;
use prost_reflect::{
    EnumValueDescriptor, FieldDescriptor, FileDescriptor, MessageDescriptor, MethodDescriptor,
    ServiceDescriptor,
};

/// Comments by file and by the path of what they stand above.
#[derive(Debug)]
pub struct Comments(HashMap<(String, Vec<i32>), String>);

impl Comments {
    /// Reads those of all contracts.
    pub fn read() -> Self {
        let mut all = HashMap::new();
        for file in reflect::pool().files() {
            let Some(info) = &file.file_descriptor_proto().source_code_info else {
                continue;
            };
            for location in &info.location {
                if let Some(text) = &location.leading_comments {
                    let text = text.lines().map(str::trim).collect::<Vec<_>>().join(" ");
                    all.insert(
                        (file.name().to_owned(), location.path.clone()),
                        text.trim().to_owned(),
                    );
                }
            }
        }
        Self(all)
    }

    /// That of a service.
    pub fn of_service(&self, of: &ServiceDescriptor) -> String {
        self.at(&of.parent_file(), of.path())
    }

    /// That of an RPC.
    pub fn of_method(&self, of: &MethodDescriptor) -> String {
        self.at(&of.parent_service().parent_file(), of.path())
    }

    /// That of a message.
    pub fn of_message(&self, of: &MessageDescriptor) -> String {
        self.at(&of.parent_file(), of.path())
    }

    /// That of a field.
    pub fn of_field(&self, of: &FieldDescriptor) -> String {
        self.at(&of.parent_message().parent_file(), of.path())
    }

    /// That of a value of an enum.
    pub fn of_value(&self, of: &EnumValueDescriptor) -> String {
        self.at(&of.parent_enum().parent_file(), of.path())
    }

    fn at(&self, file: &FileDescriptor, path: &[i32]) -> String {
        self.0
            .get(&(file.name().to_owned(), path.to_vec()))
            .cloned()
            .unwrap_or_default()
    }
}
