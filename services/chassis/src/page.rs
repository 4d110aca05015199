//! Lists in pages: the token of the next page is the key of the last row of this one.

use crate::{Error, Result};

/// Which page is asked for.
#[derive(Clone, Debug)]
pub struct Page {
    /// Rows on the page.
    pub size: usize,
    /// Key of the last row of the page before; `None` for the first.
    pub after: Option<String>,
}

impl Page {
    /// Rows on a page when the caller does not say.
    pub const DEFAULT_SIZE: usize = 100;
    /// Rows on a page at most, whatever the list; the contract of most says less.
    pub const MAX_SIZE: usize = 10_000;

    /// The page that a request asks for with its `page_size` and `page_token`.
    ///
    /// # Errors
    /// When the size is negative.
    pub fn of(page_size: i32, page_token: &str) -> Result<Self> {
        let size = usize::try_from(page_size)
            .map_err(|_| Error::invalid("pageSize", "每页行数", "不能为负数"))?;
        let size = if size == 0 {
            Self::DEFAULT_SIZE
        } else {
            size.min(Self::MAX_SIZE)
        };
        Ok(Self {
            size,
            after: (!page_token.is_empty()).then(|| page_token.to_owned()),
        })
    }

    /// How many rows to read: one more than the page holds, to know whether there is a next one.
    #[must_use]
    pub fn limit(&self) -> i64 {
        i64::try_from(self.size).map_or(i64::MAX, |size| size.saturating_add(1))
    }

    /// The key after which to read, as another type; a token that is none is refused.
    ///
    /// # Errors
    /// When the token was not made by this list.
    pub fn after<T: std::str::FromStr>(&self) -> Result<Option<T>> {
        self.after
            .as_deref()
            .map(|text| {
                text.parse().map_err(|_| {
                    Error::invalid(
                        "pageToken",
                        "续页标记",
                        "不是上一页返回的标记，请从第一页重新查询",
                    )
                })
            })
            .transpose()
    }

    /// The rows of this page out of those read, and the token of the next page (empty at the end).
    pub fn cut<R>(&self, mut rows: Vec<R>, key: impl Fn(&R) -> String) -> (Vec<R>, String) {
        if rows.len() <= self.size {
            return (rows, String::new());
        }
        rows.truncate(self.size);
        let token = rows.last().map(key).unwrap_or_default();
        (rows, token)
    }
}
