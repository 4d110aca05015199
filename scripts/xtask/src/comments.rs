//! The comments of the contracts.

use prost_reflect::{FileDescriptor, MessageDescriptor, MethodDescriptor};

/// The comment above the thing at `path` of a file, one line after the other; empty where there is
/// none. The path is that of `google.protobuf.SourceCodeInfo`.
#[must_use]
pub fn comment(file: &FileDescriptor, path: &[i32]) -> String {
    file.file_descriptor_proto()
        .source_code_info
        .iter()
        .flat_map(|info| &info.location)
        .find(|location| location.path == path)
        .map(|location| location.leading_comments().trim().to_owned())
        .unwrap_or_default()
}

/// The comment above an RPC.
#[must_use]
pub fn of_method(method: &MethodDescriptor) -> String {
    comment(&method.parent_service().parent_file(), method.path())
}

/// The comment above a message.
#[must_use]
pub fn of_message(message: &MessageDescriptor) -> String {
    comment(&message.parent_file(), message.path())
}
