package main

import (
	"cmp"
	"log"
	"net/http"
	"os"
	"time"
)

func main() {
	cache, err := NewAPIKeyCache(os.Getenv("TESSERAL_CACHE_SECONDS"), os.Getenv("TESSERAL_STALE_SECONDS"))
	if err != nil {
		log.Fatal(err)
	}
	auth, err := NewAPIKeyAuth(os.Getenv("TESSERAL_BACKEND_API_KEY"), os.Getenv("TESSERAL_API_URL"), cache)
	if err != nil {
		log.Fatal(err)
	}

	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) {
		writeJSON(w, http.StatusOK, map[string]bool{"ok": true})
	})
	// Authentication stands on each route: around the mux it would also ask Tesseral about paths that do not exist.
	mux.Handle("GET /whoami", auth.RequireAPIKey(http.HandlerFunc(whoami)))
	mux.Handle("GET /widgets", auth.RequireAPIKey(RequireAction("widgets.read", widgets)))

	server := &http.Server{
		Addr:              ":" + cmp.Or(os.Getenv("PORT"), "8080"),
		Handler:           mux,
		ReadHeaderTimeout: 10 * time.Second,
	}
	log.Fatal(server.ListenAndServe())
}

func whoami(w http.ResponseWriter, r *http.Request) {
	writeJSON(w, http.StatusOK, CallerAPIKey(r))
}

func widgets(w http.ResponseWriter, r *http.Request) {
	writeJSON(w, http.StatusOK, map[string]any{
		"organizationId": CallerAPIKey(r).OrganizationID,
		"widgets":        []string{"flange", "sprocket"},
	})
}
