package main

import (
	"testing"
	"time"
	"unsafe"
)

// wallEarlier changes the wall clock's reading in a time and leaves the monotonic one: the seconds are in bits 30 to 62 of its first word.
func wallEarlier(then *time.Time, seconds uint64) {
	*(*uint64)(unsafe.Pointer(then)) -= seconds << 30
}

func TestAnswersAgeWhileTheProcessIsFrozen(t *testing.T) {
	cache, err := NewAPIKeyCache("3600", "")
	if err != nil {
		t.Fatal(err)
	}
	calls := 0
	ask := func() (APIKey, error) {
		calls++
		return APIKey{}, nil
	}
	expectCalls := func(expected int) {
		t.Helper()
		if _, err := cache.Answer("key", ask); err != nil || calls != expected {
			t.Fatalf("%d calls instead of %d, %v", calls, expected, err)
		}
	}
	expectCalls(1)
	expectCalls(1)
	for _, kept := range cache.good {
		wallEarlier(&kept.askedAt, 7200)
		if age := time.Since(kept.askedAt); age > time.Hour {
			t.Fatalf("the monotonic clock went along: %s", age)
		}
	}
	expectCalls(2)
	// A wall clock that was set back makes nothing younger.
	for _, kept := range cache.good {
		if since(kept.askedAt.Add(-2*time.Hour)) < 2*time.Hour {
			t.Fatal("younger than two hours")
		}
	}
}
