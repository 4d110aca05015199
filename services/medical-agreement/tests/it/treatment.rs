//! Section 2: articles 41 to 45.

mod catalogue;
