//! Keeps what Tesseral said of a managed API key for some seconds, so that not every request asks again.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant, SystemTime},
};

use sha2::{Digest, Sha256};
use tokio::sync::watch;

use crate::api_key_auth::{ApiKey, Rejection};

/// How many answers are kept of good keys, and as many of refused ones: whoever guesses keys pushes out no customer's.
const MAX_ANSWERS: usize = 1000;

type Hash = [u8; 32];
type Answer = Result<ApiKey, Rejection>;

/// A key that is revoked meanwhile still works for that long. Of one key one request is under way at a time; all who wait
/// for it get its answer. An answer is found by the hash of its key: the cache holds no key.
#[derive(Clone)]
pub struct ApiKeyCache {
    fresh_for: Duration,
    usable_for: Duration,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    good: HashMap<Hash, Kept>,
    refused: HashMap<Hash, Kept>,
    under_way: HashMap<Hash, watch::Receiver<Option<Answer>>>,
}

#[derive(Clone)]
struct Kept {
    answer: Answer,
    asked_at: Moment,
    /// When Tesseral was last asked, which gave no answer if it was later.
    tried_at: Moment,
}

#[derive(Clone, Copy)]
struct Moment {
    steady: Instant,
    wall: SystemTime,
}

impl Moment {
    fn now() -> Self {
        Self { steady: Instant::now(), wall: SystemTime::now() }
    }

    /// By the clock that says more: while AWS Lambda keeps an instance frozen between two calls, the steady clock can stand
    /// still, and a revoked key would work for hours. The wall clock can be set back.
    fn age(&self) -> Duration {
        self.steady.elapsed().max(self.wall.elapsed().unwrap_or_default())
    }
}

impl ApiKeyCache {
    /// `seconds` (TESSERAL_CACHE_SECONDS) is how long an answer is used; without it the cache is off. `stale_seconds`
    /// (TESSERAL_STALE_SECONDS) is how much longer a good one is, while Tesseral gives no answer.
    pub fn new(seconds: Option<String>, stale_seconds: Option<String>) -> Result<Self, String> {
        let fresh_for = whole_seconds("TESSERAL_CACHE_SECONDS", seconds)?;
        let usable_for = fresh_for + whole_seconds("TESSERAL_STALE_SECONDS", stale_seconds)?;
        Ok(Self { fresh_for, usable_for, state: Arc::default() })
    }

    /// What `authenticate` gives, or gave for this key a short time ago.
    pub async fn answer<F>(&self, secret_token: &str, authenticate: F) -> Answer
    where
        F: Future<Output = Answer> + Send + 'static,
    {
        if self.fresh_for.is_zero() {
            return authenticate.await;
        }
        let hash = Sha256::digest(secret_token).into();
        let mut asked = match self.known_or_asked(hash, authenticate) {
            Ok(answer) => return answer,
            Err(asked) => asked,
        };
        let answer = asked.wait_for(Option::is_some).await;
        answer.ok().and_then(|answer| answer.clone()).unwrap_or(Err(Rejection::Unavailable))
    }

    /// The answer that is kept, or where the one will be for which Tesseral is being asked.
    fn known_or_asked<F>(&self, hash: Hash, authenticate: F) -> Result<Answer, watch::Receiver<Option<Answer>>>
    where
        F: Future<Output = Answer> + Send + 'static,
    {
        let mut state = self.lock();
        let known = state.good.get(&hash).or(state.refused.get(&hash)).cloned();
        if let Some(kept) = &known
            && kept.tried_at.age() < self.fresh_for
            && kept.asked_at.age() < self.usable_for
        {
            return Ok(kept.answer.clone());
        }
        if let Some(asked) = state.under_way.get(&hash) {
            return Err(asked.clone());
        }
        let (sender, asked) = watch::channel(None);
        state.under_way.insert(hash, asked.clone());
        let cache = self.clone();
        // A task of its own: a caller who hangs up must not end the request for the others.
        tokio::spawn(async move { sender.send(Some(cache.ask(hash, known, authenticate).await)) });
        Err(asked)
    }

    async fn ask<F: Future<Output = Answer>>(&self, hash: Hash, known: Option<Kept>, authenticate: F) -> Answer {
        let asked_at = Moment::now(); // not when the answer came: the key may have been revoked in between
        let answer = authenticate.await;
        let mut state = self.lock();
        state.under_way.remove(&hash);
        if let Err(Rejection::Unavailable) = answer {
            let Some(kept) = known.filter(|kept| kept.answer.is_ok() && kept.asked_at.age() < self.usable_for) else {
                return answer;
            };
            let tried_at = Moment::now(); // for as long as an answer is fresh, Tesseral is left alone
            state.keep(hash, Kept { tried_at, ..kept.clone() });
            return kept.answer;
        }
        state.keep(hash, Kept { answer: answer.clone(), asked_at, tried_at: asked_at });
        answer
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn keep(&mut self, hash: Hash, kept: Kept) {
        self.good.remove(&hash);
        self.refused.remove(&hash);
        let answers = if kept.answer.is_ok() { &mut self.good } else { &mut self.refused };
        if answers.len() == MAX_ANSWERS
            && let Some(oldest) = answers.iter().min_by_key(|(_, kept)| kept.asked_at.steady).map(|(hash, _)| *hash)
        {
            answers.remove(&oldest);
        }
        answers.insert(hash, kept);
    }
}

fn whole_seconds(name: &str, text: Option<String>) -> Result<Duration, String> {
    let text = text.unwrap_or("0".into());
    if text.len() > 5 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(format!("{name} is not a whole number of seconds, at most 99999: {text}"));
    }
    text.parse().map(Duration::from_secs).map_err(|error| format!("{name}: {error}"))
}
