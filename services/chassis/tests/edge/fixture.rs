//! A platform on one machine: a CA, an issuer, and services that answer anything and tell who asked.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::marker::PhantomData;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::task::{Context, Poll};

use chassis::config::Tls;
use chassis::identity::Issuer;
use chassis::peer::{PeerChannel, Peers};
use chassis::server::{Running, ServeError, Served, serve};
use chassis::tls::Authority;
use chassis::{Actor, Areas, Config, Tasks, telemetry};
use contracts::common::v1::event_service_server::SERVICE_NAME as EVENTS;
use contracts::options::v1::{Caller, Department, Duty};
use contracts::registration::v1::exchange_service_server::SERVICE_NAME as EXCHANGE;
use futures::future::BoxFuture;
use tempfile::TempDir;
use tokio::sync::{Semaphore, mpsc};
use tonic::server::NamedService;
use tonic_prost::ProstCodec;
use tower::Service;

/// A CA, an issuer, and the folder they are in.
pub struct World {
    pub folder: TempDir,
    pub authority: Authority,
    pub issuer: Issuer,
}

impl World {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let authority = Authority::create(folder.path()).unwrap();
        let issuer = Issuer::create(folder.path()).unwrap();
        Self {
            folder,
            authority,
            issuer,
        }
    }

    /// The settings of the service `name`, whose only peers are `registration` and `collection`.
    pub fn config(&self, name: &str) -> Config {
        let nowhere = "https://localhost:1".to_owned();
        Config {
            listen: (Ipv4Addr::LOCALHOST, 0).into(),
            listen_observe: (Ipv4Addr::LOCALHOST, 0).into(),
            tls: Some(self.authority.certificate(name).unwrap()),
            peers: ["registration", "collection"]
                .map(|peer| (peer.to_owned(), nowhere.clone()))
                .into(),
            identity: self.issuer.settings(),
            ..Config::default()
        }
    }

    /// Starts a service called `registration`.
    pub async fn serve(&self) -> Result<Fake, ServeError> {
        Fake::start(&self.config("registration")).await
    }

    /// A channel to `fake`, with the certificate `own`.
    pub fn channel(&self, fake: &Fake, own: Tls) -> PeerChannel {
        channel(fake.running.grpc, own)
    }

    /// A channel to `fake` with the certificate of the service `name`.
    pub fn channel_as(&self, fake: &Fake, name: &str) -> PeerChannel {
        self.channel(fake, self.authority.certificate(name).unwrap())
    }

    /// `message` with a token for `actor`.
    pub fn ask_as<M>(&self, actor: &Actor, message: M) -> tonic::Request<M> {
        let token = self
            .issuer
            .token(actor, time::Duration::minutes(5))
            .unwrap();
        with_token(message, &token)
    }
}

/// A service that answers anything.
pub struct Fake {
    pub running: Running,
    pub tasks: Tasks,
    /// Who asked, in order; and within which trace.
    pub asked: mpsc::UnboundedReceiver<Asked>,
    /// Each answer takes one permit.
    pub may_answer: Arc<Semaphore>,
    /// What readiness answers.
    pub ready: tokio::sync::watch::Sender<bool>,
}

/// What a handler saw.
pub struct Asked {
    pub actor: Option<Actor>,
    pub trace_parent: String,
}

impl Fake {
    pub async fn start(config: &Config) -> Result<Self, ServeError> {
        let (tell, asked) = mpsc::unbounded_channel();
        let may_answer = Arc::new(Semaphore::new(1000));
        let served = Served::new()
            .service(Answers::<Events>::new(
                tell.clone(),
                Arc::clone(&may_answer),
            ))
            .service(Answers::<Exchange>::new(tell, Arc::clone(&may_answer)));
        let (ready, is_ready) = tokio::sync::watch::channel(true);
        let tasks = Tasks::new();
        let readiness: chassis::server::Readiness = Arc::new(move || {
            let is = *is_ready.borrow();
            Box::pin(async move { is })
        });
        let running = serve(served, config, &tasks, readiness).await?;
        Ok(Self {
            running,
            tasks,
            asked,
            may_answer,
            ready,
        })
    }

    /// Lets nothing be answered until permits are given.
    pub fn hold(&self) {
        self.may_answer.forget_permits(1000);
    }
}

/// A channel to `address` by mTLS, as a service makes it.
pub fn channel(address: SocketAddr, own: Tls) -> PeerChannel {
    let url = format!("https://localhost:{}", address.port());
    let config = Config {
        tls: Some(own),
        peers: BTreeMap::from([("fake".to_owned(), url)]),
        ..Config::default()
    };
    Peers::new(&config).unwrap().channel("fake").unwrap()
}

pub fn with_token<M>(message: M, token: &str) -> tonic::Request<M> {
    let mut request = tonic::Request::new(message);
    request
        .metadata_mut()
        .insert("authorization", format!("Bearer {token}").parse().unwrap());
    request
}

/// A clerk of area 310000.
pub fn clerk(departments: &[Department], duties: &[Duty]) -> Actor {
    Actor {
        id: "clerk-1".to_owned(),
        name: "王芳".to_owned(),
        caller: Caller::Clerk,
        party: String::new(),
        areas: Areas::Some(vec!["310000".to_owned()]),
        departments: departments.to_vec(),
        duties: duties.to_vec(),
    }
}

/// The reason in the details of a status.
pub fn reason(status: &tonic::Status) -> String {
    use tonic_types::StatusExt;
    let info = status
        .get_error_details()
        .error_info()
        .cloned()
        .expect("a denial has a reason");
    assert_eq!(info.domain, "workinjury");
    let told = status
        .get_error_details()
        .localized_message()
        .cloned()
        .expect("and a sentence");
    assert_eq!(told.locale, "zh-CN");
    assert!(
        told.message.ends_with('。'),
        "{} is a sentence",
        told.message
    );
    info.reason
}

#[derive(Clone)]
struct Events;
#[derive(Clone)]
struct Exchange;

/// Answers every call of the service `N` with an empty message.
struct Answers<N> {
    asked: mpsc::UnboundedSender<Asked>,
    may_answer: Arc<Semaphore>,
    name: PhantomData<fn() -> N>,
}

impl<N> Answers<N> {
    fn new(asked: mpsc::UnboundedSender<Asked>, may_answer: Arc<Semaphore>) -> Self {
        Self {
            asked,
            may_answer,
            name: PhantomData,
        }
    }
}

impl<N> Clone for Answers<N> {
    fn clone(&self) -> Self {
        Self::new(self.asked.clone(), Arc::clone(&self.may_answer))
    }
}

impl NamedService for Answers<Events> {
    const NAME: &'static str = EVENTS;
}

impl NamedService for Answers<Exchange> {
    const NAME: &'static str = EXCHANGE;
}

impl<N> Service<http::Request<tonic::body::Body>> for Answers<N> {
    type Response = http::Response<tonic::body::Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<tonic::body::Body>) -> Self::Future {
        let (asked, may_answer) = (self.asked.clone(), Arc::clone(&self.may_answer));
        Box::pin(async move {
            let actor = request.extensions().get::<Actor>().cloned();
            // Nobody may listen any more when a test is over.
            let _ = asked.send(Asked {
                actor,
                trace_parent: telemetry::current_trace_parent(),
            });
            may_answer.acquire().await.unwrap().forget();
            let answer = tower::service_fn(|_: tonic::Request<()>| async {
                Ok::<_, tonic::Status>(tonic::Response::new(()))
            });
            Ok(tonic::server::Grpc::new(ProstCodec::<(), ()>::default())
                .unary(answer, request)
                .await)
        })
    }
}
