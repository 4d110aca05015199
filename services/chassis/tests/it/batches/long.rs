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
