mod api_key_auth;

use std::env;

use api_key_auth::{ApiKey, ApiKeyAuth, require_action, require_api_key};
use axum::{Extension, Json, Router, middleware::from_fn_with_state, routing::get};
use serde_json::{Value, json};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let auth = ApiKeyAuth::new(variable("TESSERAL_BACKEND_API_KEY"), variable("TESSERAL_API_URL"))?;

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
