//! The verification of a certificate: articles 17 and 18.

use super::*;

// Art. 17, Art. 18
#[tokio::test]
async fn a_certificate_in_order_is_stamped_with_the_date() {
    let (service, _collection) = with_collection().await;
    let employer_id = register(&service, 1).await;
    let staff = (1..=2).map(|n| hired(&employer_id, n, TODAY)).collect();
    report(&service, &employer_id, staff).await.unwrap();
    let form = verification(&service, 1, 2).await;
    let refused = service
        .approve(&handler(), &form, PAPERS)
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "NOT_CALLED");

    let round = open_round(&service).await;
    let missing = service
        .submit(&handler(), &form, &[EvidenceKind::BusinessLicence])
        .await;
    assert_eq!(reason(&missing.unwrap_err()), "EVIDENCE_MISSING");
    let other = VerificationForm {
        certificate_number: "44030099999999".to_owned(),
        ..form.clone()
    };
    let refused = service
        .approve(&handler(), &other, PAPERS)
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "CERTIFICATE_UNKNOWN");

    let case = service
        .submit(&acting_employer(&employer_id), &form, PAPERS)
        .await
        .unwrap();
    let seen: VerificationReview = decision(&service, &case).await;
    assert!(seen.stamped, "{:?}", seen.findings);
    assert_eq!(
        (seen.employees_stated, seen.employees_enrolled, seen.due_on),
        (2, 2, on(DUE))
    );
    for department in [
        Department::Registration,
        Department::Collection,
        Department::Audit,
    ] {
        assert!(
            seen.findings
                .iter()
                .any(|finding| finding.department() == department)
        );
    }
    service.clock().set(datetime!(2027-11-05 09:00 +8));
    service.sign_off(&case).await.unwrap();
    let verified = &verifications(&service, &round).await[0];
    assert_eq!(verified.state(), VerificationState::Verified);
    assert_eq!(verified.stamped_on, on(date!(2027 - 11 - 05)));
    assert_eq!(
        certificates(&service, &employer_id).await[0].verified_on,
        on(date!(2027 - 11 - 05))
    );
    assert!(matches!(
        told(&service).await.last().unwrap().1,
        What::CertificateVerified(_)
    ));
    let refused = service
        .approve(&handler(), &form, PAPERS)
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "NOT_CALLED");
}

// Art. 18
#[tokio::test]
async fn each_violation_withholds_the_stamp_until_it_is_made_good() {
    let (service, collection) = with_collection().await;
    let employer_id = register(&service, 1).await;
    report(&service, &employer_id, vec![hired(&employer_id, 1, TODAY)])
        .await
        .unwrap();
    let round = open_round(&service).await;
    let good = verification(&service, 1, 1).await;
    let unpaid = vec![Month::new(2027, 9).unwrap()];
    let unassessed = unpaid.clone();
    let cases = [
        (
            "职工参保登记",
            VerificationForm {
                employees: 3,
                ..good.clone()
            },
            Books::default(),
        ),
        (
            "登记事项变更",
            VerificationForm {
                legal_representative: "赵六".to_owned(),
                ..good.clone()
            },
            Books::default(),
        ),
        (
            "执照",
            VerificationForm {
                licence_valid_until_on: on(date!(2027 - 10 - 31)),
                ..good.clone()
            },
            Books::default(),
        ),
        (
            "申报工资",
            good.clone(),
            Books {
                declared: false,
                ..Books::default()
            },
        ),
        (
            "缴费",
            good.clone(),
            Books {
                principal: "50.00",
                overdue: "50.00",
                ..Books::default()
            },
        ),
        (
            "缴费",
            good.clone(),
            Books {
                late_fee: "0.03",
                ..Books::default()
            },
        ),
        (
            "申报工资",
            good.clone(),
            Books {
                provisional_months: unpaid.clone(),
                ..Books::default()
            },
        ),
        (
            "缴费",
            good.clone(),
            Books {
                unpaid_months: unpaid,
                ..Books::default()
            },
        ),
        (
            "缴费",
            good.clone(),
            Books {
                unassessed_months: unassessed,
                ..Books::default()
            },
        ),
        (
            "申报工资",
            good.clone(),
            Books {
                under_declared: vec![UnderDeclarationState::HandedOver],
                ..Books::default()
            },
        ),
        (
            "稽核",
            good.clone(),
            Books {
                audit: vec![matter(true)],
                ..Books::default()
            },
        ),
    ];
    for (point, form, books) in cases {
        collection.knows(&employer_id, books);
        let case = service.approve(&handler(), &form, PAPERS).await.unwrap();
        let review: VerificationReview = wire::from_any(&case.decision.unwrap()).unwrap();
        let violated: Vec<&str> = review
            .findings
            .iter()
            .filter(|finding| finding.violation)
            .map(|finding| finding.point.as_str())
            .collect();
        assert_eq!((violated, review.stamped), (vec![point], false));
        // A finding that names months names some.
        let mut says = review.findings.iter().flat_map(|f| f.finding.split('；'));
        assert!(
            says.all(|sentence| !sentence.ends_with('：')),
            "{:?}",
            review.findings
        );
        let withheld = &verifications(&service, &round).await[0];
        assert_eq!(
            (withheld.state(), withheld.stamped_on),
            (VerificationState::Withheld, None)
        );
        let events = told(&service).await;
        let What::VerificationWithheld(event) = &events.last().unwrap().1 else {
            panic!("{events:?}")
        };
        assert_eq!(event.findings.len(), 1);
    }
    // What was made good or was not missing, what is not due yet, and what audit has not confirmed, withholds
    // nothing.
    let settled = Books {
        principal: "50.00",
        under_declared: vec![
            UnderDeclarationState::MadeGood,
            UnderDeclarationState::NothingMissing,
        ],
        audit: vec![matter(false)],
        ..Books::default()
    };
    collection.knows(&employer_id, settled);
    let case = service.approve(&handler(), &good, PAPERS).await.unwrap();
    let review: VerificationReview = wire::from_any(&case.decision.unwrap()).unwrap();
    assert_eq!(
        review.findings.last().unwrap().finding,
        "稽查〔2027〕1号：少报工资"
    );
    assert_eq!(
        verifications(&service, &round).await[0].state(),
        VerificationState::Verified
    );
}

// Art. 5, Art. 18
#[tokio::test]
async fn of_what_others_tell_only_the_registered_facts_of_authorities_withhold_the_stamp() {
    let (service, _collection) = with_collection().await;
    let employer_id = register(&service, 1).await;
    report(
        &service,
        &employer_id,
        vec![hired(&employer_id, 1, date!(2026 - 10 - 08))],
    )
    .await
    .unwrap();
    // The regulator tells of another telephone, the tax bureau of another wage.
    let changed = AuthorityNotice {
        phone: "0755-87654321".to_owned(),
        ..told_of(1, AuthorityNoticeKind::Changed, date!(2026 - 10 - 30))
    };
    receive(&service, changed.clone()).await.unwrap();
    send_persons(&service, &[working(1, &employer_id, "9000.00")]).await;
    let open = differences(&service, DifferenceState::Open).await;
    assert_eq!(open.len(), 2, "{open:?}");
    open_round(&service).await;
    let form = verification(&service, 1, 1).await;

    let case = service.submit(&handler(), &form, PAPERS).await.unwrap();
    let review: VerificationReview = decision(&service, &case).await;
    assert!(review.stamped, "{:?}", review.findings);
    let noted = |of: &VerificationReview, point: &str| {
        let mut findings = of.findings.iter().filter(|one| one.point == point);
        findings.next().unwrap().finding.clone()
    };
    assert_eq!(
        noted(&review, "其他通报差异"),
        "联系电话不一致1条；工资与缴费基数不一致1条"
    );
    let moved = AuthorityNotice {
        notice_number: "GS-1-M".to_owned(),
        address: "深圳市福田区新址1号".to_owned(),
        ..changed
    };
    receive(&service, moved).await.unwrap();
    let case = service.sign_off(&case).await.unwrap();
    let review: VerificationReview = wire::from_any(&case.decision.unwrap()).unwrap();
    assert!(!review.stamped);
    assert_eq!(
        noted(&review, "登记管理机关通报"),
        "单位地址不一致：深圳市福田区新址1号"
    );
}

// Art. 11, Art. 17, Art. 18
#[tokio::test]
async fn each_of_the_nine_facts_that_changed_unregistered_withholds_the_stamp() {
    let (service, _collection) = with_collection().await;
    let employer_id = register(&service, 1).await;
    report(&service, &employer_id, vec![hired(&employer_id, 1, TODAY)])
        .await
        .unwrap();
    open_round(&service).await;
    let good = verification(&service, 1, 1).await;
    type Change = dyn Fn(&mut VerificationForm);
    let cases: &[(&str, &Change)] = &[
        ("单位名称", &|form| form.name = "新名".to_owned()),
        ("单位地址", &|form| form.address = "新址".to_owned()),
        ("法定代表人或负责人", &|form| {
            form.legal_representative = "赵六".to_owned();
        }),
        ("单位类型", &|form| {
            form.r#type = EmployerType::SoleProprietor as i32;
        }),
        ("统一社会信用代码", &|form| {
            form.credit_code = credit_code(9)
        }),
        ("组织机构统一代码", &|form| {
            form.credit_code = String::new();
            form.organisation_code = credit_code(9)[8..17].to_owned();
        }),
        ("主管部门或隶属关系", &|form| {
            form.supervising_authority = "市商务局".to_owned();
        }),
        ("开户银行", &|form| {
            form.bank_name = "工商银行".to_owned()
        }),
        ("银行账号", &|form| {
            form.bank_account = "6222020000000018".to_owned();
        }),
        ("银行账号", &|form| {
            form.bank_account = String::new();
            form.lapsed_items = vec!["银行账号".to_owned()];
        }),
        ("经营范围", &|form| {
            form.business_scope = "危险化学品批发".to_owned()
        }),
        ("用工备案号", &|form| {
            form.local_facts.push(LocalFact {
                name: "用工备案号".to_owned(),
                value: "1".to_owned(),
            });
        }),
    ];
    for (label, change) in cases {
        let mut form = good.clone();
        change(&mut form);
        let case = service.approve(&handler(), &form, PAPERS).await.unwrap();
        let review: VerificationReview = wire::from_any(&case.decision.unwrap()).unwrap();
        let found: Vec<_> = review.findings.iter().filter(|one| one.violation).collect();
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].finding.starts_with(label), "{found:?}");
        assert!(!found[0].finding.contains("622202"), "{found:?}");
        assert!(!review.stamped);
    }
    let nameless = VerificationForm {
        credit_code: String::new(),
        ..good.clone()
    };
    let refused = service.approve(&handler(), &nameless, PAPERS).await;
    assert_eq!(reason(&refused.unwrap_err()), "EMPLOYER_CODE_MISSING");
    // The organisation code that its credit code holds is no other.
    let same = VerificationForm {
        organisation_code: employer_id[8..17].to_owned(),
        ..good
    };
    let case = service.approve(&handler(), &same, PAPERS).await.unwrap();
    let review: VerificationReview = wire::from_any(&case.decision.unwrap()).unwrap();
    assert!(review.stamped, "{:?}", review.findings);
}

fn matter(violation: bool) -> OpenMatter {
    OpenMatter {
        matter_number: "稽查〔2027〕1号".to_owned(),
        opened_on: on(ROUND),
        finding: "少报工资".to_owned(),
        violation,
    }
}

// Art. 18, Art. 148
#[tokio::test]
async fn where_audit_is_no_service_its_signed_opinion_on_the_round_is_part_of_the_result() {
    let (service, _collection) = without_audit().await;
    let (good, bad) = (register(&service, 1).await, register(&service, 2).await);
    for (n, employer_id) in [(1, &good), (2, &bad)] {
        report(&service, employer_id, vec![hired(employer_id, n, TODAY)])
            .await
            .unwrap();
    }
    let round = open_round(&service).await;
    let (form, other) = (
        verification(&service, 1, 1).await,
        verification(&service, 2, 1).await,
    );
    let refused = service.approve(&handler(), &form, PAPERS).await;
    assert_eq!(reason(&refused.unwrap_err()), "AUDIT_OPINION_MISSING");

    let auditor = clerk(Department::Audit, Duty::Unspecified);
    let opinion = AuditOpinionForm {
        round_id: round.clone(),
        matters: vec![AuditMatter {
            employer_id: bad.clone(),
            matter_number: "稽查〔2027〕1号".to_owned(),
            finding: "漏报3人".to_owned(),
            violation: true,
        }],
    };
    let denied = service.approve(&handler(), &opinion, &[]).await;
    assert_eq!(denied.unwrap_err().code(), tonic::Code::PermissionDenied);
    let mut stranger = opinion.clone();
    stranger.matters[0].employer_id = credit_code(3);
    let refused = service.approve(&auditor, &stranger, &[]).await;
    assert_eq!(reason(&refused.unwrap_err()), "NOT_IN_ROUND");
    let signed = service.approve(&auditor, &opinion, &[]).await.unwrap();
    assert_eq!(signed.signatures.len(), 4);

    let stamped = |case: contracts::common::v1::Case| {
        let review: VerificationReview = wire::from_any(&case.decision.unwrap()).unwrap();
        (
            review.stamped,
            review.findings.last().unwrap().finding.clone(),
        )
    };
    let case = service.approve(&handler(), &form, PAPERS).await.unwrap();
    assert_eq!(stamped(case), (true, "没有稽核事项".to_owned()));
    let case = service.approve(&handler(), &other, PAPERS).await.unwrap();
    assert_eq!(
        stamped(case),
        (false, "稽查〔2027〕1号：漏报3人".to_owned())
    );

    let made_good = AuditOpinionForm {
        round_id: round,
        matters: Vec::new(),
    };
    service.approve(&auditor, &made_good, &[]).await.unwrap();
    let case = service.approve(&handler(), &other, PAPERS).await.unwrap();
    assert!(stamped(case).0);
}
