// Proves what domain and throttle.routes register for an HTTP API, and what of them is refused. That the name answers is DNS's and
// AWS's work and not shown.
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { Backend } from "../../../components/backend";
import { arnOf, record, settled } from "./record";
import { sampleBackend } from "./sample";

const { required, changed, refusal } = sampleBackend();
const http = { url: "httpApi" as const };
const certificateArn = "arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d-0000-1111-2222-333344445555";
const configuration = { endpointType: "REGIONAL", securityPolicy: "TLS_1_2", ipAddressType: "dualstack" };
const api = { "aws:apigatewayv2/api:Api api": { disableExecuteApiEndpoint: true } };
const mapping = {
  "aws:apigatewayv2/apiMapping:ApiMapping api": { apiId: "api-id", domainName: "api-id", stage: "api-id" },
};

it("makes the certificate, proves it, and points the name to the API", async () => {
  const domain = { name: "api.example.com", hostedZoneId: pulumi.output("Z0123456789ABC") };
  const difference = await changed({ domain, tags: { team: "api" } }, { ...http, tags: { team: "api" } });
  const toApi = { zoneId: "Z0123456789ABC", name: "api.example.com" };
  const aliases = [{ name: "target-of-api", zoneId: "ZTARGET", evaluateTargetHealth: false }];
  expect(difference).toEqual({
    ...api,
    "aws:acm/certificate:Certificate api": {
      domainName: "api.example.com",
      validationMethod: "DNS",
      tags: { team: "api" },
    },
    "aws:route53/record:Record api-certificate": {
      zoneId: "Z0123456789ABC",
      name: "_proof.api.example.com.",
      type: "CNAME",
      records: ["_proof.acm-validations.aws."],
      ttl: 300,
    },
    "aws:acm/certificateValidation:CertificateValidation api": {
      certificateArn: arnOf("aws:acm/certificate:Certificate", "api"),
      validationRecordFqdns: ["fqdn-of-api-certificate"],
    },
    "aws:apigatewayv2/domainName:DomainName api": {
      domainName: "api.example.com",
      domainNameConfiguration: { certificateArn: arnOf("aws:acm/certificate:Certificate", "api"), ...configuration },
      tags: { team: "api" },
    },
    ...mapping,
    "aws:route53/record:Record api-a": { ...toApi, type: "A", aliases },
    "aws:route53/record:Record api-aaaa": { ...toApi, type: "AAAA", aliases },
  });
});

it("takes a certificate and leaves the name to the user, who learns where it must point to", async () => {
  const domain = { name: "api.example.com", certificateArn };
  expect(await changed({ domain }, http)).toEqual({
    ...api,
    "aws:apigatewayv2/domainName:DomainName api": {
      domainName: "api.example.com",
      domainNameConfiguration: { certificateArn, ...configuration },
      tags: {},
    },
    ...mapping,
  });
  let made: Backend | undefined;
  await record(() => {
    made = new Backend("api", { ...required, ...http, domain });
  });
  expect(made && (await settled(made.url))).toBe("https://api.example.com");
  expect(made && (await settled(made.domainTarget))).toBe("target-of-api");
});

it("limits single routes, each of which becomes one", async () => {
  const routes = { "POST /imports": { requestsPerSecond: 1, burst: pulumi.output(2) } };
  expect(await changed({ throttle: { routes } }, http)).toEqual({
    "aws:apigatewayv2/route:Route api POST /imports": {
      apiId: "api-id",
      routeKey: "POST /imports",
      authorizationType: "NONE",
      target: "integrations/api-id",
    },
    "aws:apigatewayv2/stage:Stage api": {
      routeSettings: [{ routeKey: "POST /imports", throttlingRateLimit: 1, throttlingBurstLimit: 2 }],
    },
  });
});

describe("refuses, before anything is registered", () => {
  const domain = { name: "api.example.com", certificateArn };

  it.each<[string, Record<string, unknown>, string]>([
    [
      "a name for a function URL",
      { domain },
      'domain: only with url: "httpApi"; a function URL takes none, but CloudFront in front of it does',
    ],
    ["a name for no entry", { url: "none", domain }, 'domain: only with url: "httpApi"; there is no entry to name'],
    [
      "a name without a zone or a certificate",
      { ...http, domain: { name: "api.example.com" } },
      "domain: set hostedZoneId, or certificateArn for a certificate that exists already",
    ],
    [
      "an address",
      { ...http, domain: { name: "https://api.example.com", certificateArn } },
      'domain.name: "https://api.example.com" is not a domain name, such as api.example.com',
    ],
    [
      "a zone's name",
      { ...http, domain: { name: "api.example.com", hostedZoneId: "example.com" } },
      'domain.hostedZoneId: "example.com" is not the id of a hosted zone, Z…',
    ],
    [
      "a misspelled field",
      { ...http, domain: { ...domain, zoneId: "Z0" } },
      'domain.zoneId: unknown argument, did you mean "hostedZoneId"?',
    ],
    [
      "a path without a method",
      { ...http, throttle: { routes: { "/imports": { requestsPerSecond: 1, burst: 1 } } } },
      'throttle.routes./imports: is not a method and a path, such as "POST /orders"',
    ],
    [
      "half a limit",
      { ...http, throttle: { routes: { "POST /imports": { burst: 1 } } } },
      "throttle.routes.POST /imports.requestsPerSecond: is required",
    ],
  ])("%s", async (_, args, text) => {
    expect(await refusal(args)).toBe(`Backend "api": ${text}`);
  });
});
