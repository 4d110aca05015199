//! Lists of more rows than one transaction takes.

use super::*;

const SLICE: u64 = 20_000;

#[tokio::test]
async fn a_list_of_several_transactions_enters_each_row_once_and_answers_each_bad_one() {
    let (service, channel) = set_up().await;
    let id = id();
    let bad = [0, 49_999, 50_000, 59_999, 60_000, 100_001];
    let rows = 100_003;
    let slices: Vec<_> = (0..rows)
        .step_by(usize::try_from(SLICE).unwrap())
        .map(|first| {
            let numbers = first..rows.min(first + SLICE);
            let mut rows: Vec<_> = numbers.map(row).collect();
            for number in bad.iter().filter_map(|bad: &u64| bad.checked_sub(first)) {
                if let Some(row) = rows.get_mut(usize::try_from(number).unwrap()) {
                    "X".clone_into(&mut row.employer_id);
                }
            }
            part(&id, first, rows, None)
        })
        .chain([part(&id, rows, vec![], Some((rows, "1050031.50")))])
        .collect();
    let batch = upload(&channel, slices).await.unwrap();
    assert_eq!(
        (batch.state(), batch.accepted_rows, batch.refused_rows),
        (BatchState::Done, 99_997, 6)
    );
    let answered: Vec<_> = findings(&channel, &id).await;
    assert_eq!(answered.iter().map(|one| one.row).collect::<Vec<_>>(), bad);
    assert_eq!(entered(&service).await, 99_997);
}

#[tokio::test]
async fn rows_of_several_messages_that_enter_together_do_so_once_when_killed_between_them() {
    let (service, channel) = set_up().await;
    let pool = service.platform.db().pool();
    // Somebody holds the first row of the second message: the rows of the first are written, and wait.
    let mut holder = pool.acquire().await.unwrap().detach();
    let hold = "BEGIN; SET LOCAL app.pooling_area = '*'; SET LOCAL app.party = '';
        INSERT INTO entered VALUES ('*', 'R20000');";
    sqlx::raw_sql(hold).execute(&mut holder).await.unwrap();
    let id = id();
    let parts = vec![
        part(&id, 0, (0..SLICE).map(row).collect(), None),
        part(&id, SLICE, (SLICE..2 * SLICE).map(row).collect(), None),
        part(&id, 2 * SLICE, vec![], Some((2 * SLICE, "420000.00"))),
    ];
    // The connection that waits is cut.
    let cut = "SELECT bool_or(pg_terminate_backend(pid)) FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let kill = eventually(async || {
        let cut: Option<bool> = sqlx::query_scalar(cut).fetch_one(pool).await.unwrap();
        cut
    });
    let (sent, killed) = tokio::join!(upload(&channel, parts), kill);
    sent.unwrap_err();
    assert!(killed);
    assert_eq!(entered(&service).await, 0);
    sqlx::raw_sql("ROLLBACK")
        .execute(&mut holder)
        .await
        .unwrap();
    let done = eventually(async || {
        let batch = kept(&channel, &id).await?;
        (batch.state() == BatchState::Done).then_some(batch)
    });
    assert_eq!(done.await.accepted_rows, 2 * SLICE);
    assert_eq!(entered(&service).await, 40_000);
}
