//! Managed API keys as Axum middleware: asks Tesseral whether the caller's key is good.

use std::{sync::Arc, time::Duration};

use axum::{
    Extension, Json,
    extract::{Request, State},
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::api_key_cache::ApiKeyCache;

/// What Tesseral says of a good key.
#[derive(Clone, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiKey {
    pub organization_id: String,
    pub api_key_id: String,
    /// Left out by Tesseral when there are none.
    #[serde(default)]
    pub actions: Vec<String>,
}

/// Tesseral's error, or an empty one for any other body: proxies send HTML, a failed server nothing.
#[derive(Default, Deserialize)]
#[serde(default)]
struct ErrorAnswer {
    message: String,
    details: Vec<ErrorDetail>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ErrorDetail {
    description: String,
}

#[derive(Clone)]
pub struct ApiKeyAuth {
    url: Arc<str>,
    backend_api_key: Arc<str>,
    client: reqwest::Client,
    cache: Option<ApiKeyCache>,
}

/// Why a request is not let through.
#[derive(Clone, Copy)]
pub enum Rejection {
    /// The caller's fault: there is no key, or it is not good.
    Unauthorized,
    /// The key lacks an action.
    Forbidden,
    /// Tesseral gave no usable answer, so nothing is known about the key.
    Unavailable,
}

impl ApiKeyAuth {
    /// With a cache Tesseral is not asked each time.
    pub fn new(
        backend_api_key: Option<String>,
        api_url: Option<String>,
        cache: Option<ApiKeyCache>,
    ) -> Result<Self, Box<dyn std::error::Error>> {
        let backend_api_key = backend_api_key.ok_or("TESSERAL_BACKEND_API_KEY is not set")?;
        let api_url = api_url.unwrap_or("https://api.tesseral.com".into());
        let client = reqwest::Client::builder()
            .timeout(Duration::from_secs(5))
            // To follow a redirect would send the keys to another host.
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self {
            url: format!("{api_url}/v1/api-keys/authenticate").into(),
            backend_api_key: backend_api_key.into(),
            client,
            cache,
        })
    }

    async fn look_up(&self, secret_token: &str) -> Result<ApiKey, Rejection> {
        let Some(cache) = &self.cache else {
            return self.authenticate(secret_token).await;
        };
        let (auth, asked) = (self.clone(), secret_token.to_owned());
        cache.answer(secret_token, async move { auth.authenticate(&asked).await }).await
    }

    async fn authenticate(&self, secret_token: &str) -> Result<ApiKey, Rejection> {
        let request = self
            .client
            .post(&*self.url)
            .bearer_auth(&self.backend_api_key)
            .json(&json!({ "secretToken": secret_token }));
        let response = request.send().await.map_err(unreachable)?;
        let status = response.status();
        let body = response.bytes().await.map_err(unreachable)?;

        if status == StatusCode::OK
            && let Ok(key) = serde_json::from_slice::<ApiKey>(&body)
            && !key.organization_id.is_empty()
            && !key.api_key_id.is_empty()
        {
            return Ok(key);
        }

        let error: ErrorAnswer = serde_json::from_slice(&body).unwrap_or_default();
        let description = error.details.first().map(|detail| detail.description.as_str());
        let text = [description.unwrap_or_default(), &error.message, "and nothing that can be used"];
        let text = text.into_iter().find(|text| !text.is_empty()).unwrap_or_default();
        let answer = format!("Tesseral answered {} {text}", status.as_u16());
        match status {
            StatusCode::FORBIDDEN => {
                eprintln!("API key refused: {answer}");
                Err(Rejection::Unauthorized)
            }
            // Other 400s are about the backend API key: the operator's fault, not the caller's.
            StatusCode::BAD_REQUEST if error.message == "unauthenticated_api_key" => Err(Rejection::Unauthorized),
            _ => {
                eprintln!("API keys cannot be checked: {answer}");
                Err(Rejection::Unavailable)
            }
        }
    }
}

/// Puts the caller's [`ApiKey`] into the request's extensions, or answers 401 or 503.
pub async fn require_api_key(
    State(auth): State<ApiKeyAuth>,
    mut request: Request,
    next: Next,
) -> Result<Response, Rejection> {
    let header = request.headers().get(header::AUTHORIZATION);
    let secret_token = header.and_then(|value| value.to_str().ok()?.strip_prefix("Bearer ")).unwrap_or_default();
    if !has_secret_token_form(secret_token) {
        return Err(Rejection::Unauthorized);
    }
    let key = auth.look_up(secret_token).await?;
    request.extensions_mut().insert(key);
    Ok(next.run(request).await)
}

/// Goes behind [`require_api_key`]: answers 403 unless the caller's key has the action.
pub async fn require_action(
    State(action): State<&'static str>,
    Extension(key): Extension<ApiKey>,
    request: Request,
    next: Next,
) -> Result<Response, Rejection> {
    if !key.actions.iter().any(|held| held == action) {
        return Err(Rejection::Forbidden);
    }
    Ok(next.run(request).await)
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        let body = |error| Json(json!({ "error": error }));
        match self {
            Self::Unauthorized => {
                (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer")], body("unauthorized")).into_response()
            }
            Self::Forbidden => (StatusCode::FORBIDDEN, body("forbidden")).into_response(),
            Self::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, body("unavailable")).into_response(),
        }
    }
}

/// Whether this can be a managed API key at all. Anything else is refused without asking Tesseral.
fn has_secret_token_form(text: &str) -> bool {
    (1..=512).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

fn unreachable(error: reqwest::Error) -> Rejection {
    // Without the address, which would be repeated at every failure.
    eprintln!("API keys cannot be checked: {}", error.without_url());
    Rejection::Unavailable
}
