import { createHash, createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

/** Credentials of the function's role. A role's credentials always have a session token. */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

/** One GetSecretValue as it arrived. */
export interface SecretCall {
  SecretId: string;
  VersionId?: string;
  target: string | undefined;
  /** What AWS would refuse about the signature; empty for a good call. */
  problems: string[];
}

export interface SecretsManager {
  url: string;
  credentials: Credentials;
  /** Every call so far, in order. */
  calls: SecretCall[];
  close(): void;
}

export interface SecretFailure {
  status: number;
  type: string;
  /** @default all calls */
  times?: number;
}

export interface SecretsManagerOptions {
  /** Texts, or binary values, by the secret's ARN and the version's id; without a version asked for, the last one counts. */
  secrets: Record<string, Record<string, string | Buffer>>;
  /** Answer every call, or the first `times`, with this error: `{ status: 400, type: "AccessDeniedException" }`. */
  failure?: SecretFailure;
}

const credentials: Credentials = {
  accessKeyId: "ASIAEXAMPLE0000EXAMPLE",
  secretAccessKey: "wJalr/XUtnFEMI+K7MDENG=bPxRfiCYEXAMPLEKEY",
  sessionToken: "IQoJb3JpZ2luX2VjE+example/session==",
};

/** Starts a Secrets Manager that knows GetSecretValue and checks the SigV4 signature as AWS does. */
export async function secretsManager({ secrets, failure }: SecretsManagerOptions): Promise<SecretsManager> {
  const calls: SecretCall[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const body = Buffer.concat(parts);
      const query = JSON.parse(body.toString()) as { SecretId: string; VersionId?: string };
      const problems = signatureProblems(request.method ?? "", request.headers, body);
      calls.push({ ...query, target: request.headers["x-amz-target"]?.toString(), problems });
      const { status, answer } = reply(query, problems);
      response.writeHead(status, { "content-type": "application/x-amz-json-1.1" });
      response.end(JSON.stringify(answer));
    });
  });

  function reply(
    query: { SecretId: string; VersionId?: string },
    problems: string[],
  ): { status: number; answer: object } {
    if (problems.length > 0) {
      return { status: 400, answer: { __type: "InvalidSignatureException", message: problems.join("; ") } };
    }
    if (failure && calls.length <= (failure.times ?? Number.POSITIVE_INFINITY)) {
      return { status: failure.status, answer: { __type: failure.type, Message: "not for you" } };
    }
    const versions = Object.entries(secrets[query.SecretId] ?? {});
    const found = query.VersionId ? versions.find(([id]) => id === query.VersionId) : versions.at(-1);
    if (!found) {
      return { status: 400, answer: { __type: "ResourceNotFoundException", Message: "cannot find it" } };
    }
    const [versionId, value] = found;
    const answer = {
      ARN: query.SecretId,
      Name: "backend-api-key",
      VersionId: versionId,
      ...(typeof value === "string" ? { SecretString: value } : { SecretBinary: value.toString("base64") }),
      VersionStages: ["AWSCURRENT"],
    };
    return { status: 200, answer };
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials,
    calls,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Computes the signature once more (AWS, "Signature Version 4 signing process") and compares. */
function signatureProblems(method: string, headers: IncomingHttpHeaders, body: Buffer): string[] {
  const scheme =
    /^AWS4-HMAC-SHA256 Credential=(\S+?)\/(\d{8})\/([^/]+)\/(\w+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=(\w+)$/;
  const [, keyId, day, region, service, signed, signature] = scheme.exec(headers.authorization ?? "") ?? [];
  if (!keyId || !day || !region || !service || !signed || !signature) {
    return ["there is no signature"];
  }

  const problems: string[] = [];
  if (keyId !== credentials.accessKeyId) {
    problems.push("another access key");
  }
  if (service !== "secretsmanager") {
    problems.push(`signed for ${service}`);
  }
  const names = signed.split(";");
  if (!names.includes("host") || !names.includes("x-amz-date")) {
    problems.push("host or date is not signed");
  }
  if (headers["x-amz-security-token"] !== credentials.sessionToken || !names.includes("x-amz-security-token")) {
    problems.push("the session token is missing or not signed");
  }
  const hash = (data: string | Buffer) => createHash("sha256").update(data).digest("hex");
  const mac = (key: string | Buffer, data: string) => createHmac("sha256", key).update(data).digest();
  const lines = names.map((name) => `${name}:${(headers[name] ?? "").toString().trim()}`);
  const canonical = [method, "/", "", ...lines, "", signed, hash(body)].join("\n");
  const scope = `${day}/${region}/${service}/aws4_request`;
  const toSign = ["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, hash(canonical)].join("\n");
  const dayKey = mac(`AWS4${credentials.secretAccessKey}`, day);
  const key = mac(mac(mac(dayKey, region), service), "aws4_request");
  if (mac(key, toSign).toString("hex") !== signature) {
    problems.push("the signature does not match");
  }
  return problems;
}
