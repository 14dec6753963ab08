//! An Axum API behind Tesseral's own middleware, unchanged: configured by the environment, it prints its port and serves.

use std::env::{self, VarError};
use std::error::Error;

use axum::{Json, Router, routing::get};
use serde_json::{Value, json};
use tesseral_axum::{Auth, Authenticator, CredentialsType, require_auth};
use tokio::net::TcpListener;

async fn who(auth: Auth) -> Json<Value> {
    let credentials_type = match auth.credentials_type() {
        CredentialsType::AccessToken => "access_token",
        CredentialsType::ApiKey => "api_key",
    };
    Json(json!({
        "type": credentials_type,
        "organization": auth.organization_id(),
        "reads": auth.has_permission("widgets.read"),
    }))
}

/// Its option for the API's host is private: it calls api.tesseral.com.
fn authenticator() -> Result<Authenticator, VarError> {
    Ok(Authenticator::new(env::var("TESSERAL_PUBLISHABLE_KEY")?)
        .with_config_api_hostname(env::var("TESSERAL_CONFIG_API_HOSTNAME")?)
        .with_api_keys_enabled(true))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let app = Router::new().route("/", get(who)).layer(require_auth(authenticator()?));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?.port());
    Ok(axum::serve(listener, app).await?)
}
