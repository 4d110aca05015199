//! Calls with messages that are only known by their bytes.

use prost::bytes::{Buf, BufMut};
use tonic::client::Grpc;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::{Request, Status};

use super::super::As;
use super::Rpc;

/// The encoded response, or why not.
pub type Answer = Result<Vec<u8>, Status>;

/// Calls the RPC with these messages, one unless it takes a stream.
#[expect(
    clippy::expect_used,
    reason = "the path is that of a descriptor; a channel that is gone is a failure"
)]
pub async fn once(channel: &As, rpc: &Rpc, messages: Vec<Vec<u8>>) -> Answer {
    let mut grpc = Grpc::new(channel.clone());
    grpc.ready()
        .await
        .map_err(|e| Status::unknown(e.to_string()))?;
    let path = rpc.path.parse().expect("a path");
    let request = Request::new(futures::stream::iter(messages));
    let answer = grpc.client_streaming(request, path, Bytes).await?;
    Ok(answer.into_inner())
}

/// Lets bytes through as they are.
struct Bytes;

impl Codec for Bytes {
    type Encode = Vec<u8>;
    type Decode = Vec<u8>;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Bytes {
    type Item = Vec<u8>;
    type Error = Status;

    fn encode(&mut self, item: Vec<u8>, to: &mut EncodeBuf<'_>) -> Result<(), Status> {
        to.put_slice(&item);
        Ok(())
    }
}

impl Decoder for Bytes {
    type Item = Vec<u8>;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<Vec<u8>>, Status> {
        Ok(Some(from.copy_to_bytes(from.remaining()).to_vec()))
    }
}
