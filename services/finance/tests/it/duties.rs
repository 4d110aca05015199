//! What one person must not do together: article 106.

use chassis::testing::reason;
use contracts::finance::v1::{DocumentPart, Post, PostForm, SourceDocument};
use time::macros::date;

use crate::support::*;

// Art. 106
#[tokio::test]
async fn posts_that_do_not_go_together_are_never_given_to_one_person() {
    let service = alone().await;
    let today = date!(2026 - 11 - 02);
    let give = async |form: PostForm| service.approve(&handler(), &form, &[]).await;
    give(post_form(Post::Cashier, today)).await.unwrap();
    for other in [Post::Ledger, Post::Review, Post::Archive] {
        let refused = give(post_form(other, date!(2026 - 12 - 01)))
            .await
            .unwrap_err();
        assert_eq!(reason(&refused), "POSTS_INCOMPATIBLE");
    }
    let again = give(post_form(Post::Cashier, date!(2026 - 12 - 01)))
        .await
        .unwrap_err();
    assert_eq!(reason(&again), "POST_HELD");
    // It ends, and from the day after it another one is possible.
    let ended = PostForm {
        until_on: Some(date!(2026 - 11 - 30).into()),
        ..post_form(Post::Cashier, today)
    };
    give(ended).await.unwrap();
    let early = give(post_form(Post::Ledger, date!(2026 - 11 - 30)))
        .await
        .unwrap_err();
    assert_eq!(reason(&early), "POSTS_INCOMPATIBLE");
    give(post_form(Post::Ledger, date!(2026 - 12 - 01)))
        .await
        .unwrap();
    let past = PostForm {
        until_on: Some(date!(2026 - 11 - 01).into()),
        ..post_form(Post::Archive, date!(2026 - 10 - 01))
    };
    assert_eq!(reason(&give(past).await.unwrap_err()), "POST_DATES");
}

// Art. 106
#[tokio::test]
async fn who_keeps_the_journals_makes_no_voucher() {
    let service = alone().await;
    let today = date!(2026 - 11 - 02);
    let told = |number: &str| {
        let amounts = [(DocumentPart::IncomeAccount, "1.00")];
        document(SourceDocument::InterestNote, number, today, &amounts)
    };
    record(&service, told("银1")).await.unwrap();
    let cashier = post_form(Post::Cashier, today);
    service.approve(&handler(), &cashier, &[]).await.unwrap();
    let refused = record(&service, told("银2")).await.unwrap_err();
    assert_eq!(reason(&refused), "POSTS_INCOMPATIBLE");
    let lines = [debit("1003", "1.00"), credit("4101", "1.00")];
    let form = by_hand("2026-11", "财1", today, &lines);
    let refused = service.approve(&handler(), &form, &[]).await.unwrap_err();
    assert_eq!(reason(&refused), "POSTS_INCOMPATIBLE");
    assert_eq!(vouchers(&service, "2026-11").await.len(), 1);
}
