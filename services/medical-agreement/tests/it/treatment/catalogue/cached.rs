//! Items of lists that were read before, in a real Redis: they cannot be stale, and nothing depends on them.

use std::sync::Arc;

use chassis::cache::Cache;
use chassis::testing::{Bench, Redis, eventually};
use time::macros::{date, datetime};

use super::*;

fn name_of(answers: &[CatalogueAnswer]) -> Option<String> {
    Some(answers.first()?.item.as_ref()?.name.clone())
}

// Art. 43
#[tokio::test]
async fn what_was_read_of_a_list_is_kept_for_all_and_the_next_list_is_in_force_at_once() {
    let redis = Redis::start();
    let bench = Bench::at(datetime!(2026-11-02 09:00 +8)).with_redis(&redis);
    let service = Arc::new(bench)
        .start(medical_agreement::service(), &[])
        .await;
    let cache = Cache::through(&redis.url).unwrap();
    let batch = set(&service, &[drug("A1", 10)], date!(2026 - 01 - 01)).await;
    let key = |code: &str| format!("catalogue:{AREA}:{}:{code}", batch.batch_id);
    let question = [(DRUG, "A1", TODAY), (DRUG, "A2", TODAY)];
    let original = name_of(&asked(&service, &question).await);
    assert_eq!(original.as_deref(), Some("药品A1"));

    // It is kept, and so is that there is no A2.
    let keys = ["A1", "A2"].map(key);
    let kept = eventually(async || {
        asked(&service, &question).await;
        let kept = cache.get_many(&keys).await;
        (kept.len() == 2).then_some(kept)
    });
    let kept = kept.await;
    assert_eq!(
        prost::Message::decode(&*kept[&keys[0]]).ok(),
        Some(drug("A1", 10))
    );
    assert!(kept[&keys[1]].is_empty());

    // What is kept is what is answered, unless it is of something else.
    let other = CatalogueItem {
        name: "他处读过的药品".to_owned(),
        ..drug("A1", 10)
    };
    let told = eventually(async || {
        let content = prost::Message::encode_to_vec(&other);
        cache.put_many(&[(keys[0].clone(), content)]).await;
        let name = name_of(&asked(&service, &question).await);
        (name.as_ref() == Some(&other.name)).then_some(())
    });
    told.await;
    for strange in [vec![0xff], prost::Message::encode_to_vec(&drug("A9", 1))] {
        let content = strange.clone();
        let kept = eventually(async || {
            let pair = (keys[0].clone(), content.clone());
            cache.put_many(std::slice::from_ref(&pair)).await;
            let kept = cache.get_many(std::slice::from_ref(&pair.0)).await;
            (kept.get(&pair.0) == Some(&pair.1)).then_some(())
        });
        kept.await;
        assert_eq!(name_of(&asked(&service, &question).await), original);
    }

    let next = CatalogueItem {
        name: "更名后的药品".to_owned(),
        ..drug("A1", 10)
    };
    set(&service, &[next.clone(), drug("A2", 20)], TODAY).await;
    let answers = asked(&service, &question).await;
    assert_eq!(name_of(&answers), Some(next.name.clone()));
    assert!(answers[1].item.is_some(), "A2 is new");

    drop(redis);
    let answers = asked(&service, &question).await;
    assert_eq!(name_of(&answers), Some(next.name));
    let eve = [(DRUG, "A1", date!(2026 - 11 - 01))];
    assert_eq!(name_of(&asked(&service, &eve).await), original);
}
