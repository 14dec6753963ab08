package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// APIKey is what Tesseral says of a good managed API key.
type APIKey struct {
	OrganizationID string   `json:"organizationId"`
	APIKeyID       string   `json:"apiKeyId"`
	Actions        []string `json:"actions"`
}

// APIKeyAuth lets requests pass only with a managed API key that Tesseral accepts.
type APIKeyAuth struct {
	backendAPIKey string
	url           string
	client        *http.Client
	cache         *APIKeyCache
}

var (
	// secretTokenForm is the form of a managed API key. Anything else is refused without asking Tesseral.
	secretTokenForm = regexp.MustCompile(`^[a-z0-9_]{1,512}$`)

	// errKeyRefused says that Tesseral answered, and that the key is not good.
	errKeyRefused = errors.New("key refused")
)

type apiKeyContextKey struct{}

// NewAPIKeyAuth returns an error when backendAPIKey is empty. With a cache, which may be nil, Tesseral is not asked each time.
func NewAPIKeyAuth(backendAPIKey, apiURL string, cache *APIKeyCache) (*APIKeyAuth, error) {
	if backendAPIKey == "" {
		return nil, errors.New("TESSERAL_BACKEND_API_KEY is not set")
	}
	if apiURL == "" {
		apiURL = "https://api.tesseral.com"
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 100 // the default is 2: under load every other request would connect anew
	return &APIKeyAuth{
		backendAPIKey: backendAPIKey,
		url:           apiURL + "/v1/api-keys/authenticate",
		cache:         cache,
		client: &http.Client{
			Timeout:   5 * time.Second,
			Transport: transport,
			// To follow a redirect would send the keys to another host.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}, nil
}

// RequireAPIKey puts the caller's key into the request's context.
// It answers 401 when the key is not good, and 503 when Tesseral gives no usable answer.
func (a *APIKeyAuth) RequireAPIKey(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		secretToken, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !ok || !secretTokenForm.MatchString(secretToken) {
			unauthorized(w)
			return
		}
		key, err := a.lookUp(r.Context(), secretToken)
		switch {
		case errors.Is(err, errKeyRefused):
			unauthorized(w)
		case err != nil:
			writeJSON(w, http.StatusServiceUnavailable, map[string]string{"error": "unavailable"})
		default:
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), apiKeyContextKey{}, key)))
		}
	})
}

// RequireAction goes behind RequireAPIKey. It answers 403 unless the caller's key has the action.
func RequireAction(action string, next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !slices.Contains(CallerAPIKey(r).Actions, action) {
			writeJSON(w, http.StatusForbidden, map[string]string{"error": "forbidden"})
			return
		}
		next(w, r)
	})
}

// CallerAPIKey returns the key that RequireAPIKey accepted.
func CallerAPIKey(r *http.Request) APIKey {
	return r.Context().Value(apiKeyContextKey{}).(APIKey)
}

func (a *APIKeyAuth) lookUp(ctx context.Context, secretToken string) (APIKey, error) {
	if a.cache == nil {
		return a.ask(ctx, secretToken)
	}
	// The answer is for everybody who waits for it: a caller who hangs up must not end the request.
	ctx = context.WithoutCancel(ctx)
	return a.cache.Answer(secretToken, func() (APIKey, error) { return a.ask(ctx, secretToken) })
}

func (a *APIKeyAuth) ask(ctx context.Context, secretToken string) (APIKey, error) {
	key, err := a.authenticate(ctx, secretToken)
	if err != nil && !errors.Is(err, errKeyRefused) {
		log.Printf("API keys cannot be checked: %v", err)
	}
	return key, err
}

func (a *APIKeyAuth) authenticate(ctx context.Context, secretToken string) (APIKey, error) {
	body, err := json.Marshal(map[string]string{"secretToken": secretToken})
	if err != nil {
		return APIKey{}, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.url, bytes.NewReader(body))
	if err != nil {
		return APIKey{}, err
	}
	req.Header.Set("Authorization", "Bearer "+a.backendAPIKey)
	req.Header.Set("Content-Type", "application/json")
	res, err := a.client.Do(req)
	if err != nil {
		// Without the *url.Error around it, which repeats the address at every failure.
		var wrapped *url.Error
		if errors.As(err, &wrapped) {
			err = wrapped.Err
		}
		return APIKey{}, err
	}
	defer res.Body.Close()

	var answer struct {
		APIKey
		Message string
		Details []struct{ Description string }
	}
	text, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return APIKey{}, err
	}
	// An error leaves the answer empty: proxies send HTML, a failed server nothing.
	usable := json.Unmarshal(text, &answer) == nil
	if usable && res.StatusCode == http.StatusOK && answer.OrganizationID != "" && answer.APIKeyID != "" {
		if answer.Actions == nil {
			answer.Actions = []string{} // Tesseral leaves out what is empty
		}
		return answer.APIKey, nil
	}

	description := "and nothing that can be used"
	if len(answer.Details) > 0 && answer.Details[0].Description != "" {
		description = answer.Details[0].Description
	} else if answer.Message != "" {
		description = answer.Message
	}
	err = fmt.Errorf("Tesseral answered %d %s", res.StatusCode, description)
	switch {
	case res.StatusCode == http.StatusForbidden:
		log.Printf("API key refused: %v", err)
		return APIKey{}, errKeyRefused
	case res.StatusCode == http.StatusBadRequest && answer.Message == "unauthenticated_api_key":
		// Other 400s are about the backend API key: the operator's fault, not the caller's.
		return APIKey{}, errKeyRefused
	}
	return APIKey{}, err
}

func unauthorized(w http.ResponseWriter) {
	w.Header().Set("WWW-Authenticate", "Bearer")
	writeJSON(w, http.StatusUnauthorized, map[string]string{"error": "unauthorized"})
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		log.Printf("answer not sent: %v", err)
	}
}
