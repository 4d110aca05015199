//! The services behind the gateway, called with encoded messages.

use std::time::Duration;

use bytes::{Buf, BufMut, Bytes};
use chassis::peer::PeerChannel;
use futures::Stream;
use http::HeaderMap;
use http::uri::PathAndQuery;
use tonic::client::Grpc;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::metadata::MetadataMap;
use tonic::{Request, Status};

/// Greatest size of an answer, in bytes: a page of a thousand forms fits.
const LARGEST_ANSWER: usize = 64 << 20;

/// A service behind the gateway; clones share its connections.
#[derive(Clone, Debug)]
pub struct Backend(PeerChannel);

impl Backend {
    /// The service that `channel` leads to.
    #[must_use]
    pub fn new(channel: PeerChannel) -> Self {
        Self(channel)
    }

    /// One encoded request, one encoded answer.
    ///
    /// # Errors
    /// The status of the service, or `UNAVAILABLE` when it is not there.
    pub async fn unary(
        &self,
        path: &PathAndQuery,
        headers: HeaderMap,
        deadline: Duration,
        message: Bytes,
    ) -> Result<Bytes, Status> {
        let mut grpc = Grpc::new(self.0.clone()).max_decoding_message_size(LARGEST_ANSWER);
        ready(&mut grpc).await?;
        let request = request(message, headers, deadline);
        Ok(grpc
            .unary(request, path.clone(), BytesCodec)
            .await?
            .into_inner())
    }

    /// A stream of encoded messages, one encoded answer.
    ///
    /// # Errors
    /// The status of the service, or `UNAVAILABLE` when it is not there.
    pub async fn client_streaming(
        &self,
        path: &PathAndQuery,
        headers: HeaderMap,
        deadline: Duration,
        messages: impl Stream<Item = Bytes> + Send + 'static,
    ) -> Result<Bytes, Status> {
        let mut grpc = Grpc::new(self.0.clone());
        ready(&mut grpc).await?;
        let request = request(messages, headers, deadline);
        Ok(grpc
            .client_streaming(request, path.clone(), BytesCodec)
            .await?
            .into_inner())
    }
}

async fn ready(grpc: &mut Grpc<PeerChannel>) -> Result<(), Status> {
    grpc.ready().await.map_err(|error| {
        tracing::warn!(%error, "a service cannot be reached");
        Status::unavailable("the service cannot be reached")
    })
}

fn request<T>(message: T, headers: HeaderMap, deadline: Duration) -> Request<T> {
    let mut request = Request::new(message);
    *request.metadata_mut() = MetadataMap::from_headers(headers);
    request.set_timeout(deadline);
    request
}

/// Bytes as they are: the gateway encodes and decodes by reflection.
#[derive(Clone, Copy, Debug)]
struct BytesCodec;

impl Codec for BytesCodec {
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

impl Encoder for BytesCodec {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, item: Bytes, to: &mut EncodeBuf<'_>) -> Result<(), Status> {
        to.put(item);
        Ok(())
    }
}

impl Decoder for BytesCodec {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(from.copy_to_bytes(from.remaining())))
    }
}
