mod api_key_auth;
mod api_key_cache;

use std::env;

use api_key_auth::{ApiKey, ApiKeyAuth, require_action, require_api_key};
use api_key_cache::ApiKeyCache;
use axum::{Extension, Json, Router, middleware::from_fn_with_state, routing::get};
use serde_json::{Value, json};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let cache = ApiKeyCache::new(variable("TESSERAL_CACHE_SECONDS"), variable("TESSERAL_STALE_SECONDS"))?;
    let auth = ApiKeyAuth::new(variable("TESSERAL_BACKEND_API_KEY"), variable("TESSERAL_API_URL"), Some(cache))?;

    // route_layer: a path that does not exist is answered with 404 before Tesseral is asked.
    let app = Router::new()
        .route("/widgets", get(widgets))
        .route_layer(from_fn_with_state("widgets.read", require_action))
        .route("/whoami", get(whoami))
        .route_layer(from_fn_with_state(auth, require_api_key))
        .route("/healthz", get(healthz));

    let port = variable("PORT").unwrap_or("8080".into()).parse()?;
    let listener = tokio::net::TcpListener::bind(("0.0.0.0", port)).await?;
    axum::serve(listener, app).await?;
    Ok(())
}

async fn healthz() -> Json<Value> {
    Json(json!({ "ok": true }))
}

async fn whoami(Extension(key): Extension<ApiKey>) -> Json<ApiKey> {
    Json(key)
}

async fn widgets(Extension(key): Extension<ApiKey>) -> Json<Value> {
    Json(json!({ "organizationId": key.organization_id, "widgets": ["flange", "sprocket"] }))
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}
