//! The gateway as a process.

use std::process::ExitCode;
use std::time::Duration;

use chassis::peer::Peers;
use chassis::server::serve_web;
use chassis::{Config, Tasks, telemetry, tls};

use crate::{Gateway, Settings};

/// How often callers are forgotten that have not asked for a while.
const BETWEEN_FORGETTING: Duration = Duration::from_secs(60);

/// The main function: serves until the process is told to end.
#[must_use]
pub fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let served = runtime
        .map_err(anyhow::Error::from)
        .and_then(|runtime| runtime.block_on(serve()));
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Before telemetry has started nobody else would see it.
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn serve() -> anyhow::Result<()> {
    let config = Config::from_command_line()?;
    let settings = Settings::from_environment()?;
    let _telemetry = telemetry::start("gateway", &config)?;
    tls::install();
    let peers = Peers::new(&config)?;
    let services = config
        .peers
        .keys()
        .map(|name| Ok((name.clone(), peers.channel(name)?)));
    let gateway = Gateway::new(
        services.collect::<anyhow::Result<Vec<_>>>()?,
        settings,
        config.redis_url.as_deref(),
        config.clock(),
    )?;

    let tasks = Tasks::new();
    let running = serve_web(gateway.router(), &config, &tasks).await?;
    tasks.spawn("forget callers", move |shutdown| {
        let gateway = gateway.clone();
        async move {
            let pause = || tokio::time::sleep(BETWEEN_FORGETTING);
            while shutdown.run_until_cancelled(pause()).await.is_some() {
                gateway.forget();
            }
            Ok::<(), std::convert::Infallible>(())
        }
    });
    running.until_told().await?;
    Ok(())
}
