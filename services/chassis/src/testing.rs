//! A whole service for tests: on a database of its own, over TLS, with tokens for everybody.
//!
//! The database server is the one that `WORKINJURY_TEST_DATABASE` names (a superuser's URL); `scripts/test`
//! starts it, as does `cargo xtask up --infrastructure`.

mod actors;
mod cases;
mod database;
mod events;
mod redis;
mod runs;
pub mod statements;
pub mod sweep;

pub use actors::{clerk, employer, outsider, party, person};
use database::Database;
pub use redis::{Redis, redis_server};
use tempfile::TempDir;
use time::OffsetDateTime;
use tonic::metadata::MetadataValue;
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint};
use tonic::{Request, Status};
use uuid::Uuid;

use crate::identity::Issuer;
use crate::server::Running;
use crate::tls::Authority;
use crate::{Actor, Clock, Config, Platform, Service, tls};

/// The pooling area of tests.
pub const AREA: &str = "440300";

/// What the services of one test share: certificates, tokens, and the time.
pub struct Bench {
    folder: TempDir,
    authority: Authority,
    issuer: Issuer,
    redis_url: Option<String>,
    /// The time of every service on the bench; it stands still until it is moved.
    pub clock: Clock,
}

/// A service that runs in a test.
pub struct TestService {
    /// What is shared with the other services of the test.
    pub bench: std::sync::Arc<Bench>,
    /// What the service's own parts share.
    pub platform: Platform,
    /// Its server.
    pub running: Running,
    config: Config,
}

/// A service that was stopped, with its database.
pub struct Stopped {
    bench: std::sync::Arc<Bench>,
    config: Config,
}

impl Stopped {
    /// Starts it again as `service`, where it was reached before if its port was chosen.
    pub async fn start(self, service: Service) -> TestService {
        self.bench.start_as(self.config, service).await
    }
}

/// A channel on which somebody calls.
pub type As = InterceptedService<Channel, Bearer>;

/// Shows a token with every call.
#[derive(Clone)]
pub struct Bearer(Option<MetadataValue<tonic::metadata::Ascii>>);

impl Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if let Some(token) = &self.0 {
            request
                .metadata_mut()
                .insert("authorization", token.clone());
        }
        Ok(request)
    }
}

impl Bench {
    /// A bench whose clock stands at `now`.
    #[expect(
        clippy::expect_used,
        reason = "a test that cannot be set up has failed"
    )]
    #[must_use]
    pub fn at(now: OffsetDateTime) -> Self {
        tls::install();
        let folder = tempfile::tempdir().expect("a folder for certificates");
        let authority = Authority::create(folder.path()).expect("a CA");
        let issuer = Issuer::create(folder.path()).expect("an issuer of tokens");
        Self {
            folder,
            authority,
            issuer,
            redis_url: None,
            clock: Clock::fixed(now),
        }
    }

    /// Whose services share a Redis.
    #[must_use]
    pub fn with_redis(self, redis: &Redis) -> Self {
        Self {
            redis_url: Some(redis.url.clone()),
            ..self
        }
    }

    /// Starts `service` on a new database. `peers` are the other services by name and URL.
    pub async fn start(
        self: &std::sync::Arc<Self>,
        service: Service,
        peers: &[(&str, String)],
    ) -> TestService {
        self.start_on(0, service, peers).await
    }

    /// Starts `service` on a port that its peers know already: services may ask each other.
    pub async fn start_on(
        self: &std::sync::Arc<Self>,
        port: u16,
        service: Service,
        peers: &[(&str, String)],
    ) -> TestService {
        let database = Database::create(&service).await;
        let mut config = self.config(service.name(), &database, peers);
        config.listen.set_port(port);
        self.start_as(config, service).await
    }

    #[expect(
        clippy::expect_used,
        reason = "a test that cannot be set up has failed"
    )]
    async fn start_as(
        self: &std::sync::Arc<Self>,
        config: Config,
        service: Service,
    ) -> TestService {
        let started = service
            .start(&config, self.clock.clone())
            .await
            .expect("the service starts");
        TestService {
            bench: std::sync::Arc::clone(self),
            platform: started.platform,
            running: started.running,
            config,
        }
    }

    #[expect(
        clippy::expect_used,
        reason = "a test that cannot be set up has failed"
    )]
    fn config(&self, name: &str, database: &Database, peers: &[(&str, String)]) -> Config {
        let mut config = Config {
            listen: ([127, 0, 0, 1], 0).into(),
            listen_observe: ([127, 0, 0, 1], 0).into(),
            database_url: Some(database.worker_url.clone()),
            pool_size: 8,
            redis_url: self.redis_url.clone(),
            tls: Some(self.authority.certificate(name).expect("a certificate")),
            identity: self.issuer.settings(),
            drain_seconds: 5,
            ..Config::default()
        };
        // Names that may call as a service; those that are not reached have no address.
        for known in ["registration", "collection", "medical-agreement"] {
            config
                .peers
                .insert(known.to_owned(), "https://localhost:1".to_owned());
        }
        // Whether they are there decides what is asked: they call, and are called where a test names them.
        for asked in ["benefit-review", "payment"] {
            config.peers.insert(asked.to_owned(), String::new());
        }
        for (peer, url) in peers {
            config.peers.insert((*peer).to_owned(), url.clone());
        }
        config
    }

    /// A token for `actor`.
    #[expect(
        clippy::expect_used,
        reason = "a test that cannot be set up has failed"
    )]
    #[must_use]
    pub fn token(&self, actor: &Actor) -> String {
        self.issuer
            .token(actor, time::Duration::hours(1))
            .expect("a token")
    }

    /// A token for `actor` whose time is over.
    #[expect(
        clippy::expect_used,
        reason = "a test that cannot be set up has failed"
    )]
    fn expired_token(&self, actor: &Actor) -> String {
        self.issuer
            .token(actor, time::Duration::hours(-1))
            .expect("a token")
    }

    /// A token for `actor` that somebody else signed.
    #[expect(
        clippy::expect_used,
        reason = "a test that cannot be set up has failed"
    )]
    fn foreign_token(&self, actor: &Actor) -> String {
        let folder = tempfile::tempdir().expect("a folder");
        let issuer = Issuer::create(folder.path()).expect("an issuer of tokens");
        issuer
            .token(actor, time::Duration::hours(1))
            .expect("a token")
    }

    /// The TLS of a server in the test that stands for the service `name`.
    #[expect(
        clippy::expect_used,
        reason = "a test that cannot be set up has failed"
    )]
    #[must_use]
    pub fn server_tls(&self, name: &str) -> tonic::transport::ServerTlsConfig {
        tls::server(&self.authority.certificate(name).expect("a certificate")).expect("TLS")
    }

    #[expect(
        clippy::expect_used,
        reason = "a test that cannot be set up has failed"
    )]
    async fn connect(&self, url: &str, service: Option<&str>, token: Option<String>) -> As {
        let tls = match service {
            Some(name) => {
                tls::client(&self.authority.certificate(name).expect("a certificate")).expect("TLS")
            }
            None => {
                let ca = std::fs::read(self.folder.path().join("ca.pem")).expect("the CA");
                ClientTlsConfig::new().ca_certificate(Certificate::from_pem(ca))
            }
        };
        let endpoint = Endpoint::from_shared(url.to_owned()).expect("a URL");
        let channel = endpoint
            .tls_config(tls)
            .expect("TLS")
            .connect()
            .await
            .expect("a connection");
        let bearer = token.map(|t| format!("Bearer {t}").parse().expect("a header"));
        InterceptedService::new(channel, Bearer(bearer))
    }
}

impl TestService {
    /// Starts `service` alone, on 2026-11-02, a Monday, at nine in the morning.
    pub async fn start(service: Service) -> Self {
        let now = time::macros::datetime!(2026-11-02 09:00 +8);
        std::sync::Arc::new(Bench::at(now))
            .start(service, &[])
            .await
    }

    /// Stops the service where it stands; `service` goes on with its database.
    pub async fn replace(self, service: Service) -> Self {
        drop(self.running);
        self.bench.start_as(self.config, service).await
    }

    /// Stops the service: nobody answers until it is [started again](Stopped::start).
    pub async fn stop(self) -> Stopped {
        self.running.stop().await;
        Stopped {
            bench: self.bench,
            config: self.config,
        }
    }

    /// Another replica, at work on the same database.
    pub async fn beside(&self, service: Service) -> Self {
        self.bench.start_as(self.config.clone(), service).await
    }

    /// The clock of the test.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.bench.clock
    }

    /// Where the service is reached.
    #[must_use]
    pub fn url(&self) -> String {
        format!("https://localhost:{}", self.running.grpc.port())
    }

    /// A channel on which `actor` calls.
    pub async fn connect(&self, actor: &Actor) -> As {
        self.bench
            .connect(&self.url(), None, Some(self.bench.token(actor)))
            .await
    }

    /// A channel on which nobody in particular calls.
    pub async fn connect_as_nobody(&self) -> As {
        self.bench.connect(&self.url(), None, None).await
    }

    /// A channel on which the service `name` calls, shown by its certificate.
    pub async fn connect_as_service(&self, name: &str) -> As {
        self.bench.connect(&self.url(), Some(name), None).await
    }
}

/// What `look` finds, as soon as it finds something: services work and hear each other in their own
/// time. Looking goes on for two minutes at most.
///
/// # Panics
/// When nothing is found.
#[expect(clippy::expect_used, reason = "a test that waits in vain has failed")]
pub async fn eventually<A>(mut look: impl AsyncFnMut() -> Option<A>) -> A {
    let mut again = tokio::time::interval(std::time::Duration::from_millis(20));
    let found = tokio::time::timeout(std::time::Duration::from_secs(120), async {
        loop {
            again.tick().await;
            if let Some(found) = look().await {
                return found;
            }
        }
    });
    found.await.expect("it happens within two minutes")
}

/// A port that is free now, below those that connections are given: none of them takes it meanwhile.
#[expect(
    clippy::expect_used,
    reason = "a test that cannot be set up has failed"
)]
#[must_use]
pub fn free_port() -> u16 {
    let random = || {
        let (_, random) = Uuid::now_v7().as_u64_pair();
        u16::try_from(10_000 + random % 20_000).ok()
    };
    let mut ports = std::iter::repeat_with(random).take(1_000).flatten();
    let free = ports.find(|port| std::net::TcpListener::bind(("127.0.0.1", *port)).is_ok());
    free.expect("a free port")
}

/// The reason (UPPER_SNAKE) in the details of a status.
#[must_use]
pub fn reason(status: &Status) -> String {
    use tonic_types::StatusExt;
    status
        .get_details_error_info()
        .map(|info| info.reason)
        .unwrap_or_default()
}
