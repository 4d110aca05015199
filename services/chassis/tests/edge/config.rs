//! Settings: where they come from, and what is said of wrong ones.
#![expect(clippy::result_large_err, reason = "figment::Jail wants it so")]

use chassis::Config;
use figment::Jail;

const FILE: &str = r#"
    listen = "127.0.0.1:7001"
    drain_seconds = 3
    peers = { collection = "https://collection:50051" }
    [tls]
    ca = "ca.pem"
    certificate = "own.pem"
    key = "own.key.pem"
    [identity]
    issuer = "https://id.example.cn"
    jwks = "https://id.example.cn/jwks"
"#;

/// What is said when the service is started with the file and these variables.
fn load(file: &str, environment: &[(&str, &str)]) -> Result<Config, String> {
    let mut loaded = None;
    Jail::expect_with(|jail| {
        jail.clear_env();
        jail.create_file("service.toml", file)?;
        for (name, value) in environment {
            jail.set_env(name, value);
        }
        loaded = Some(Config::load(Some("service.toml".as_ref())).map_err(|e| e.to_string()));
        Ok(())
    });
    loaded.unwrap()
}

#[test]
fn the_environment_goes_before_the_file_and_the_file_before_the_defaults() {
    let config = load(
        FILE,
        &[
            ("WORKINJURY_LISTEN", "127.0.0.1:7002"),
            ("WORKINJURY_TLS__KEY", "other.pem"),
            (
                "WORKINJURY_PEERS__REGISTRATION",
                "https://registration:50051",
            ),
            ("WORKINJURY_TEST_DATABASE", "postgres://for-tests-only"),
        ],
    )
    .unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(config.listen.port(), 7002);
    assert_eq!(config.tls.unwrap().key.to_str(), Some("other.pem"));
    assert_eq!(
        config.peers.keys().collect::<Vec<_>>(),
        ["collection", "registration"]
    );
    assert_eq!(config.drain_seconds, 3);
    assert_eq!(config.identity.audience, "workinjury");
}

#[test]
fn the_file_may_be_named_in_the_environment() {
    Jail::expect_with(|jail| {
        jail.clear_env();
        jail.create_file("named.toml", FILE)?;
        jail.set_env("WORKINJURY_CONFIG", "named.toml");
        let config = Config::load(None).map_err(|e| e.to_string())?;
        assert_eq!(config.drain_seconds, 3);
        Ok(())
    });
}

#[test]
fn a_wrong_setting_is_named_with_what_to_do() {
    let file = |change: fn(&str) -> String| change(FILE);
    type Case<'a> = (String, &'a [(&'a str, &'a str)], &'a [&'a str]);
    let cases: [Case<'_>; 9] = [
        (
            file(|f| f.replace("drain_seconds", "drain_secs")),
            &[],
            &["drain_secs", "drain_seconds"],
        ),
        (
            file(str::to_owned),
            &[("WORKINJURY_DRIAN", "1")],
            &["drian", "WORKINJURY_"],
        ),
        (
            file(str::to_owned),
            &[("WORKINJURY_DRAIN_SECONDS", "soon")],
            &["DRAIN_SECONDS", "soon"],
        ),
        (file(|f| f.replace("[tls]", "[other]")), &[], &["other"]),
        (String::new(), &[], &["`tls`", "certificate"]),
        (
            file(str::to_owned),
            &[("WORKINJURY_INSECURE", "true")],
            &["`insecure`", "`tls`"],
        ),
        (
            file(|f| f.replace("issuer = ", "audience = ")),
            &[],
            &["`identity.issuer`", "WORKINJURY_IDENTITY__ISSUER"],
        ),
        (
            file(|f| f.replace("https://collection", "http://collection")),
            &[],
            &["`peers`", "`collection`", "https://"],
        ),
        (
            file(|f| f.replace("https://id.example.cn/jwks", "http://id.example.cn/jwks")),
            &[],
            &["`identity.jwks`", "http://"],
        ),
    ];
    for (file, environment, said) in cases {
        let error = load(&file, environment).err().expect("a wrong setting");
        for word in said {
            assert!(error.contains(word), "{error} does not mention {word}");
        }
    }
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let error = Config::load(Some("/nowhere.toml".as_ref()))
        .err()
        .unwrap()
        .to_string();
    assert!(error.contains("/nowhere.toml"), "{error}");
}

#[test]
fn a_database_that_is_not_set_says_how_to_set_it() {
    let error = Config::default().database_url().unwrap_err().to_string();
    assert!(error.contains("WORKINJURY_DATABASE_URL"), "{error}");
}
