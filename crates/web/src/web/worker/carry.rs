//! Carries out what sources ask for: timers, and requests over HTTP.

use super::{Host, Role};
use crate::engine::Outgoing;
use crate::model::limits::RESPONSE_BYTES_MAX;
use crate::source::{Errand, Http, Request, RequestId, Response, RunId};
use crate::web::fetch_error::FetchError;
use crate::web::reader::Body;
use crate::web::request::{answered, fetch, headers};
use crate::web::sleep::sleep;
use std::cell::RefCell;
use wasm_bindgen_futures::spawn_local;
use web_sys::{AbortController, RequestInit};

thread_local! {
    /// What ends the requests of each run that are out.
    static OUT: RefCell<Vec<(RunId, AbortController)>> = const { RefCell::new(Vec::new()) };
}

/// Carries out what the engine has to be done outside.
pub fn carry_out<R: Role>(host: &Host<R>) {
    let outgoing = host.engine.borrow_mut().take_outgoing();
    for one in outgoing {
        match one {
            Outgoing::Send { run, request } => {
                let host = host.clone();
                spawn_local(async move { send(&host, run, request).await });
            }
            Outgoing::Abort { run } => OUT.with_borrow_mut(|out| {
                out.iter().filter(|(of, _)| *of == run).for_each(|(_, abort)| abort.abort());
                out.retain(|(of, _)| *of != run);
            }),
        }
    }
}

/// Passes a response on, and goes on with what waited for it.
fn respond<R: Role>(host: &Host<R>, run: RunId, request: RequestId, response: Response) {
    host.engine.borrow_mut().respond(run, request, response);
    host.step();
}

async fn send<R: Role>(host: &Host<R>, run: RunId, request: Request) {
    let end = match request.errand {
        Errand::Timer { ms } => {
            sleep(i32::try_from(ms).unwrap_or(i32::MAX)).await;
            Response::End
        }
        Errand::Http(http) => {
            let abort = AbortController::new().ok();
            OUT.with_borrow_mut(|out| out.extend(abort.iter().map(|abort| (run, abort.clone()))));
            let result = exchange(host, run, request.id, &http, abort.as_ref()).await;
            OUT.with_borrow_mut(|out| out.retain(|(_, of)| Some(of) != abort.as_ref()));
            match result {
                Ok(()) => Response::End,
                Err(error) => Response::Error(error.detail),
            }
        }
    };
    respond(host, run, request.id, end);
}

/// Asks, and passes on what comes.
async fn exchange<R: Role>(
    host: &Host<R>,
    run: RunId,
    request: RequestId,
    http: &Http,
    abort: Option<&AbortController>,
) -> Result<(), FetchError> {
    let init = RequestInit::new();
    if let Some(body) = &http.body {
        init.set_method("POST");
        init.set_body(&js_sys::Uint8Array::from(body.as_slice()));
    }
    let headers = headers();
    for (name, value) in &http.headers {
        let _ = headers.as_ref().map(|headers| headers.set(name, value));
    }
    let response = answered(fetch(&http.url, abort, &init, headers), abort).await?;
    respond(host, run, request, Response::Status(response.status()));
    if response.body().is_none() {
        return Ok(());
    }
    let bytes = Body::of(&response, abort.cloned())?;
    let mut total = 0;
    while let Some(chunk) = bytes.chunk().await? {
        total += chunk.length() as usize;
        if total > RESPONSE_BYTES_MAX {
            bytes.close();
            let detail = format!("the response is longer than {RESPONSE_BYTES_MAX} bytes");
            return Err(FetchError { detail, ..FetchError::internal() });
        }
        respond(host, run, request, Response::Chunk(chunk.to_vec()));
    }
    Ok(())
}
