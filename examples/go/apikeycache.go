package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"time"
)

// maxAnswers is how many answers are kept of good keys, and as many of refused ones: whoever guesses keys pushes out no customer's.
const maxAnswers = 1000

// APIKeyCache keeps what Tesseral said of a key for some seconds, so that not every request asks again. A key that is revoked
// meanwhile still works for that long. Of one key one request is under way at a time; all who wait for it get its answer.
// An answer is found by the hash of its key: the cache holds no key.
type APIKeyCache struct {
	freshFor, usableFor time.Duration

	mu            sync.Mutex
	good, refused map[tokenHash]*cachedAnswer
	underWay      map[tokenHash]*askedKey
}

type tokenHash [sha256.Size]byte

// cachedAnswer has errKeyRefused, or no error. Tesseral was asked for it at askedAt; if triedAt is later, it gave no answer then.
type cachedAnswer struct {
	key              APIKey
	err              error
	askedAt, triedAt time.Time
}

// askedKey is what Tesseral is asked about; key and err are there once done is closed.
type askedKey struct {
	done chan struct{}
	key  APIKey
	err  error
}

// NewAPIKeyCache takes TESSERAL_CACHE_SECONDS, how long an answer is used, and TESSERAL_STALE_SECONDS, how much longer a good one
// is while Tesseral gives no answer. The default of both is 0; a cache of 0 seconds is off.
func NewAPIKeyCache(seconds, staleSeconds string) (*APIKeyCache, error) {
	freshFor, err := wholeSeconds("TESSERAL_CACHE_SECONDS", seconds)
	if err != nil {
		return nil, err
	}
	staleFor, err := wholeSeconds("TESSERAL_STALE_SECONDS", staleSeconds)
	if err != nil {
		return nil, err
	}
	return &APIKeyCache{
		freshFor:  freshFor,
		usableFor: freshFor + staleFor,
		good:      map[tokenHash]*cachedAnswer{},
		refused:   map[tokenHash]*cachedAnswer{},
		underWay:  map[tokenHash]*askedKey{},
	}, nil
}

// Answer is what authenticate returns, or returned for this key a short time ago.
func (c *APIKeyCache) Answer(secretToken string, authenticate func() (APIKey, error)) (APIKey, error) {
	if c.freshFor == 0 {
		return authenticate()
	}
	hash := tokenHash(sha256.Sum256([]byte(secretToken)))
	c.mu.Lock()
	known := c.good[hash]
	if known == nil {
		known = c.refused[hash]
	}
	if known != nil && since(known.triedAt) < c.freshFor && since(known.askedAt) < c.usableFor {
		c.mu.Unlock()
		return known.key.clone(), known.err
	}
	asked := c.underWay[hash]
	if asked == nil {
		asked = &askedKey{done: make(chan struct{})}
		c.underWay[hash] = asked
		go c.ask(hash, known, asked, authenticate)
	}
	c.mu.Unlock()
	<-asked.done
	return asked.key.clone(), asked.err
}

func (c *APIKeyCache) ask(hash tokenHash, known *cachedAnswer, asked *askedKey, authenticate func() (APIKey, error)) {
	askedAt := time.Now() // not when the answer came: the key may have been revoked in between
	asked.key, asked.err = authenticate()

	c.mu.Lock()
	defer c.mu.Unlock()
	defer close(asked.done)
	delete(c.underWay, hash)
	answered := asked.err == nil || errors.Is(asked.err, errKeyRefused)
	if !answered && known != nil && known.err == nil && since(known.askedAt) < c.usableFor {
		known.triedAt = time.Now() // for as long as an answer is fresh, Tesseral is left alone
		asked.key, asked.err = known.key, nil
	}
	if answered {
		c.keep(hash, &cachedAnswer{key: asked.key, err: asked.err, askedAt: askedAt, triedAt: askedAt})
	}
}

func (c *APIKeyCache) keep(hash tokenHash, answer *cachedAnswer) {
	delete(c.good, hash)
	delete(c.refused, hash)
	answers := c.good
	if answer.err != nil {
		answers = c.refused
	}
	if len(answers) == maxAnswers {
		var oldest tokenHash
		for other, kept := range answers {
			if first, found := answers[oldest]; !found || kept.askedAt.Before(first.askedAt) {
				oldest = other
			}
		}
		delete(answers, oldest)
	}
	answers[hash] = answer
}

// clone is for one request alone, which may do with its list of actions what it likes.
func (k APIKey) clone() APIKey {
	k.Actions = slices.Clone(k.Actions)
	return k
}

// since goes by the clock that says more: while AWS Lambda keeps an instance frozen between two calls, the monotonic clock can
// stand still, and a revoked key would work for hours. The wall clock, which Round leaves alone, can be set back.
func since(then time.Time) time.Duration {
	now := time.Now()
	return max(now.Sub(then), now.Round(0).Sub(then.Round(0)))
}

var secondsForm = regexp.MustCompile(`^[0-9]{0,5}$`)

func wholeSeconds(name, text string) (time.Duration, error) {
	if !secondsForm.MatchString(text) {
		return 0, fmt.Errorf("%s is not a whole number of seconds, at most 99999: %s", name, text)
	}
	seconds, _ := strconv.Atoi("0" + text)
	return time.Duration(seconds) * time.Second, nil
}
