import type { Api } from "@pulumi/aws/apigatewayv2/api.js";
import type { Stage } from "@pulumi/aws/apigatewayv2/stage.js";
import type { RecordArgs } from "@pulumi/aws/route53/record.js";
import type * as pulumi from "@pulumi/pulumi";
import { both, fields, matching, type Rule } from "../rules";
import { arn } from "./keySource";

/** A name of the API's own. With `hostedZoneId` the name, and the certificate if none is given, are set up in Route 53. */
export interface BackendDomain {
  /** `api.example.com`. */
  name: pulumi.Input<string>;
  /** Id of the Route 53 zone that the name is in: `Z0123456789ABC`. @default none: you point the name to `domainTarget` yourself */
  hostedZoneId?: pulumi.Input<string>;
  /** ARN of a certificate of ACM for the name, in the API's region. @default one is made, and renewed by AWS; takes `hostedZoneId` */
  certificateArn?: pulumi.Input<string>;
}

const rules: Record<keyof BackendDomain, Rule> = {
  name: matching(
    /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
    "is not a domain name, such as api.example.com",
  ),
  hostedZoneId: matching(/^Z[A-Z0-9]{1,31}$/, "is not the id of a hosted zone, Z…"),
  certificateArn: arn(
    /^arn:[a-z-]+:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/,
    "the ARN of a certificate, arn:aws:acm:<region>:<account>:certificate/<id>",
  ),
};

const provable: Rule = (given, place) => {
  const { hostedZoneId, certificateArn } = given as { [Name in keyof BackendDomain]: unknown };
  return hostedZoneId === undefined && certificateArn === undefined
    ? [`${place}: set hostedZoneId, or certificateArn for a certificate that exists already`]
    : [];
};

export const domainRule: Rule = both(fields(rules, ["name"]), provable);

interface DomainOptions {
  name: string;
  domain: BackendDomain;
  api: Api;
  stage: Stage;
  tags: Record<string, pulumi.Input<string>>;
  opts: pulumi.CustomResourceOptions;
}

/** Gives the API a name, with at least TLS 1.2. Returns where the name must point to. */
export function ownDomain({ name, domain, api, stage, tags, opts }: DomainOptions): pulumi.Output<string> {
  const { DomainName } =
    require("@pulumi/aws/apigatewayv2/domainName.js") as typeof import("@pulumi/aws/apigatewayv2/domainName.js");
  const { ApiMapping } =
    require("@pulumi/aws/apigatewayv2/apiMapping.js") as typeof import("@pulumi/aws/apigatewayv2/apiMapping.js");
  const { hostedZoneId } = domain;
  const certificateArn = domain.certificateArn ?? validCertificate(name, domain, tags, opts);
  const entry = new DomainName(
    name,
    {
      domainName: domain.name,
      domainNameConfiguration: {
        certificateArn,
        endpointType: "REGIONAL",
        securityPolicy: "TLS_1_2",
        ipAddressType: "dualstack",
      },
      tags,
    },
    opts,
  );
  new ApiMapping(name, { apiId: api.id, domainName: entry.id, stage: stage.id }, opts);
  const target = entry.domainNameConfiguration.apply(({ targetDomainName = "" }) => targetDomainName);
  if (hostedZoneId !== undefined) {
    const targetZone = entry.domainNameConfiguration.apply(({ hostedZoneId: zone = "" }) => zone);
    const aliases = [{ name: target, zoneId: targetZone, evaluateTargetHealth: false }];
    for (const type of ["A", "AAAA"]) {
      record(`${name}-${type.toLowerCase()}`, { zoneId: hostedZoneId, name: domain.name, type, aliases }, opts);
    }
  }
  return target;
}

/** A certificate, validated by a record in the zone. */
function validCertificate(
  name: string,
  { name: domainName, hostedZoneId = "" }: BackendDomain,
  tags: Record<string, pulumi.Input<string>>,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const { Certificate } = require("@pulumi/aws/acm/certificate.js") as typeof import("@pulumi/aws/acm/certificate.js");
  const { CertificateValidation } =
    require("@pulumi/aws/acm/certificateValidation.js") as typeof import("@pulumi/aws/acm/certificateValidation.js");
  const certificate = new Certificate(name, { domainName, validationMethod: "DNS", tags }, opts);
  const proof = certificate.domainValidationOptions.apply(([asked]) => ({
    name: asked?.resourceRecordName ?? "",
    type: asked?.resourceRecordType ?? "",
    value: asked?.resourceRecordValue ?? "",
  }));
  const proved = record(
    `${name}-certificate`,
    { zoneId: hostedZoneId, name: proof.name, type: proof.type, records: [proof.value], ttl: 300 },
    opts,
  );
  const validation = { certificateArn: certificate.arn, validationRecordFqdns: [proved.fqdn] };
  return new CertificateValidation(name, validation, opts).certificateArn;
}

function record(name: string, args: RecordArgs, opts: pulumi.CustomResourceOptions) {
  const { Record } = require("@pulumi/aws/route53/record.js") as typeof import("@pulumi/aws/route53/record.js");
  return new Record(name, args, opts);
}
