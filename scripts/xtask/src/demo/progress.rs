//! Many things at once, with a bar that shows how many are done.

use std::future::Future;
use std::time::Duration;

use anyhow::Result;
use futures::{StreamExt, TryStreamExt, stream};
use indicatif::{ProgressBar, ProgressStyle};

/// Requests under way at a time.
const AT_A_TIME: usize = 24;

/// A bar for `length` things.
pub fn bar(what: &str, length: usize) -> ProgressBar {
    let style = ProgressStyle::with_template(
        "{msg:32} {wide_bar} {human_pos:>7}/{human_len:<7} {elapsed:>4}",
    );
    let bar = ProgressBar::new(length as u64).with_message(what.to_owned());
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar
}

/// A sign that something goes on, where nobody knows how much of it there is.
pub fn spinner(what: &str) -> ProgressBar {
    let spinner = ProgressBar::new_spinner().with_message(what.to_owned());
    spinner.enable_steady_tick(Duration::from_millis(200));
    spinner
}

/// Does something with each of `items`, several at a time; the answers are in the order of the items.
/// The first that fails ends it.
pub async fn all<T, R, F>(
    what: &str,
    items: impl ExactSizeIterator<Item = T>,
    act: impl Fn(usize, T) -> F,
) -> Result<Vec<R>>
where
    F: Future<Output = Result<R>>,
{
    let bar = bar(what, items.len());
    let acts = stream::iter(items.enumerate()).map(|(number, item)| {
        let doing = act(number, item);
        let bar = &bar;
        async move {
            let done = doing.await?;
            bar.inc(1);
            Ok((number, done))
        }
    });
    let done: Result<Vec<(usize, R)>> = acts.buffer_unordered(AT_A_TIME).try_collect().await;
    bar.finish();
    let mut done = done?;
    done.sort_unstable_by_key(|(number, _)| *number);
    Ok(done.into_iter().map(|(_, done)| done).collect())
}
