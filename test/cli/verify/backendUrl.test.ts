// Proves to which addresses a token may be sent.
import { expect, it } from "vitest";
import { callUrl, shownUrl } from "../../../cli/verify/backendUrl";

it.each([
  ["https://api.example.com", "/", "https://api.example.com/"],
  ["https://api.example.com/v1", "whoami", "https://api.example.com/v1/whoami"],
  ["https://api.example.com/v1/", "/whoami?deep=1", "https://api.example.com/v1/whoami?deep=1"],
  ["https://api.example.com", "//evil.example.com/", "https://api.example.com/evil.example.com/"],
  ["http://127.0.0.1:8080", "/a//b", "http://127.0.0.1:8080/a//b"],
  ["http://localhost:8080", "/", "http://localhost:8080/"],
  ["http://[::1]:8080", "/", "http://[::1]:8080/"],
])("calls %s %s at %s", (url, path, called) => {
  expect(callUrl(url, path, false).href).toBe(called);
});

it.each([
  ["api.example.com", "/", /must begin with https/],
  ["ftp://api.example.com", "/", /must begin with https/],
  ["https://user:password@api.example.com", "/", /holds a user name or a password/],
  ["http://api.example.com", "/", /is plain http: every token would cross the network/],
  ["http://127.0.0.1.example.com", "/", /is plain http/],
  ["http://10.0.0.1", "/", /is plain http/],
  ["https://api.example.com", "\\\\evil.example.com/", /--path leads to another host/],
  ["https://api.example.com", "https://evil.example.com/", /--path leads to another host/],
])("refuses %s %s", (url, path, message) => {
  expect(() => callUrl(url, path, false)).toThrow(message);
});

it("sends tokens in plain http where that is asked for", () => {
  expect(callUrl("http://backend.internal", "/", true).href).toBe("http://backend.internal/");
});

it("shows no query, which can hold a secret", () => {
  expect(shownUrl(new URL("https://api.example.com/a?code=secret"))).toBe("https://api.example.com/a");
});
