//! A gateway before services that answer over real gRPC as a test tells them.

use std::collections::HashMap;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use axum::body::Body;
use bytes::{Buf, BufMut, Bytes};
use chassis::peer::Peers;
use chassis::{Clock, Config};
use futures::TryStreamExt;
use gateway::{Gateway, Settings};
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::BodyExt;
use prost::Message;
use serde_json::Value;
use time::macros::datetime;
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::server::{ClientStreamingService, Grpc};
use tonic::{Status, Streaming};
use tower::ServiceExt;

pub const AREA: &str = "440300";

/// One call as a service received it.
#[derive(Clone)]
pub struct Received {
    pub path: String,
    pub messages: Vec<Bytes>,
    pub metadata: HeaderMap,
}

impl Received {
    pub fn only<M: Message + Default>(&self) -> M {
        assert_eq!(self.messages.len(), 1, "one message for {}", self.path);
        M::decode(self.messages[0].clone()).unwrap()
    }

    pub fn all<M: Message + Default>(&self) -> Vec<M> {
        self.messages
            .iter()
            .map(|bytes| M::decode(bytes.clone()).unwrap())
            .collect()
    }
}

type Answer = Box<dyn Fn(&Received) -> Result<Vec<u8>, Status> + Send + Sync>;

/// The services behind the gateway, which answer what they were told to.
#[derive(Clone, Default)]
pub struct Services {
    answers: Arc<Mutex<HashMap<String, Answer>>>,
    received: Arc<Mutex<Vec<Received>>>,
}

pub struct World {
    services: Services,
    gateway: Gateway,
}

impl World {
    pub async fn new() -> Self {
        Self::with(Settings::default()).await
    }

    pub async fn with(settings: Settings) -> Self {
        Self::sharing(settings, None).await
    }

    /// A gateway that counts requests in the Redis at `redis_url`.
    pub async fn sharing(settings: Settings, redis_url: Option<&str>) -> Self {
        let services = Services::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = tonic::transport::Server::builder()
            .serve_with_incoming(services.clone(), TcpListenerStream::new(listener));
        #[expect(clippy::disallowed_methods, reason = "the server ends with its test")]
        tokio::task::spawn(server);
        Self {
            services,
            gateway: gateway(&url, settings, redis_url),
        }
    }

    /// A gateway before services that are not there.
    pub async fn without_services() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        drop(listener);
        Self {
            services: Services::default(),
            gateway: gateway(&url, Settings::default(), None),
        }
    }

    /// Tells what the RPC at `path` (`package.Service/Method` below `workinjury.`) answers.
    pub fn on<A: Message>(
        &self,
        path: &str,
        answer: impl Fn(&Received) -> Result<A, Status> + Send + Sync + 'static,
    ) {
        let answer: Answer = Box::new(move |received| Ok(answer(received)?.encode_to_vec()));
        self.services
            .answers
            .lock()
            .unwrap()
            .insert(format!("/workinjury.{path}"), answer);
    }

    /// Tells the RPC at `path` to answer bytes that need be no message.
    pub fn on_bytes(&self, path: &str, bytes: &'static [u8]) {
        let answer: Answer = Box::new(move |_| Ok(bytes.to_vec()));
        let mut answers = self.services.answers.lock().unwrap();
        answers.insert(format!("/workinjury.{path}"), answer);
    }

    /// The calls of the RPC at `path` so far.
    pub fn received(&self, path: &str) -> Vec<Received> {
        let path = format!("/workinjury.{path}");
        self.services
            .received
            .lock()
            .unwrap()
            .iter()
            .filter(|r| r.path == path)
            .cloned()
            .collect()
    }

    pub async fn send(&self, request: Request<Body>) -> Response<Body> {
        self.gateway.router().oneshot(request).await.unwrap()
    }

    pub async fn get(&self, path: &str) -> (StatusCode, Value) {
        json(
            self.send(request(Method::GET, path, &[], Body::empty()))
                .await,
        )
        .await
    }

    pub async fn post(&self, path: &str, body: Value) -> (StatusCode, Value) {
        self.post_with(path, &[], body).await
    }

    pub async fn post_with(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: Value,
    ) -> (StatusCode, Value) {
        let body = Body::from(body.to_string());
        json(self.send(request(Method::POST, path, headers, body)).await).await
    }

    /// Uploads a file.
    pub async fn upload(&self, path: &str, name: &str, file: &[u8]) -> (StatusCode, Value) {
        self.upload_form(path, &[("poolingArea", AREA)], name, file)
            .await
    }

    pub async fn upload_form(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        name: &str,
        file: &[u8],
    ) -> (StatusCode, Value) {
        let mut body = Vec::new();
        for (field, value) in fields {
            let part = format!(
                "--b\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n"
            );
            body.extend_from_slice(part.as_bytes());
        }
        let part = format!(
            "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
        );
        body.extend_from_slice(part.as_bytes());
        body.extend_from_slice(file);
        body.extend_from_slice(b"\r\n--b--\r\n");
        let headers = [("content-type", "multipart/form-data; boundary=b")];
        json(
            self.send(request(Method::POST, path, &headers, Body::from(body)))
                .await,
        )
        .await
    }

    pub async fn download(&self, path: &str) -> (StatusCode, HeaderMap, Bytes) {
        let response = self
            .send(request(Method::GET, path, &[], Body::empty()))
            .await;
        let (parts, body) = response.into_parts();
        (
            parts.status,
            parts.headers,
            body.collect().await.unwrap().to_bytes(),
        )
    }
}

pub fn request(method: Method, path: &str, headers: &[(&str, &str)], body: Body) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    request = request.header("authorization", "Bearer e30.eyJzdWIiOiJjbGVyay03In0.c2ln");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(body).unwrap()
}

pub async fn json(response: Response<Body>) -> (StatusCode, Value) {
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    let value = serde_json::from_slice(&body)
        .unwrap_or_else(|_| panic!("{status} without JSON: {}", String::from_utf8_lossy(&body)));
    (status, value)
}

fn gateway(url: &str, settings: Settings, redis_url: Option<&str>) -> Gateway {
    let names = [
        "benefit-review",
        "collection",
        "finance",
        "medical-agreement",
        "payment",
        "registration",
    ];
    let config = Config {
        insecure: true,
        peers: names.map(|name| (name.to_owned(), url.to_owned())).into(),
        ..Config::default()
    };
    let peers = Peers::new(&config).unwrap();
    let services = names.map(|name| (name.to_owned(), peers.channel(name).unwrap()));
    let clock = Clock::fixed(datetime!(2026-03-04 17:00 UTC));
    Gateway::new(services, settings, redis_url, clock).unwrap()
}

impl tower::Service<Request<tonic::body::Body>> for Services {
    type Response = Response<tonic::body::Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<tonic::body::Body>) -> Self::Future {
        let path = request.uri().path().to_owned();
        let rpc = OneRpc {
            services: self.clone(),
            path,
        };
        // A single request is, on the wire, a stream of one.
        Box::pin(async move { Ok(Grpc::new(Raw).client_streaming(rpc, request).await) })
    }
}

struct OneRpc {
    services: Services,
    path: String,
}

impl ClientStreamingService<Bytes> for OneRpc {
    type Response = Bytes;
    type Future = Pin<Box<dyn Future<Output = Result<tonic::Response<Bytes>, Status>> + Send>>;

    fn call(&mut self, request: tonic::Request<Streaming<Bytes>>) -> Self::Future {
        let (services, path) = (self.services.clone(), self.path.clone());
        Box::pin(async move {
            let metadata = request.metadata().clone().into_headers();
            let messages = request.into_inner().try_collect().await?;
            let received = Received {
                path,
                messages,
                metadata,
            };
            services.received.lock().unwrap().push(received.clone());
            let answers = services.answers.lock().unwrap();
            let answer = answers
                .get(&received.path)
                .ok_or_else(|| Status::not_found(format!("no answer for {}", received.path)))?;
            Ok(tonic::Response::new(answer(&received)?.into()))
        })
    }
}

#[derive(Clone, Copy)]
struct Raw;

impl Codec for Raw {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, item: Bytes, to: &mut EncodeBuf<'_>) -> Result<(), Status> {
        to.put(item);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(from.copy_to_bytes(from.remaining())))
    }
}
