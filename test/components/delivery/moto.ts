// moto as a Secrets Manager on this machine. It keeps versions and their labels as AWS does; it checks no signatures and no policies.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { motoTools } from "../../lambda";

export interface Moto {
  url: string;
  /** The text of a secret, of the version with that label. Throws Error with what Secrets Manager says. */
  secret(name: string, stage?: "AWSCURRENT" | "AWSPREVIOUS"): Promise<string>;
  close(): void;
}

/** Starts moto on a free port of loopback. Throws Error when it ends before it listens. */
export async function startMoto(): Promise<Moto> {
  const child = spawn(join(motoTools(), "moto_server"), ["-H", "127.0.0.1", "-p", "0"], { stdio: "pipe" });
  const url = await new Promise<string>((resolve, reject) => {
    let said = "";
    const listen = (text: string) => {
      said += text;
      const [address] = /http:\/\/127\.0\.0\.1:\d+/.exec(said) ?? [];
      if (address !== undefined) {
        resolve(address);
      }
    };
    // It logs every request: nobody reads that, but it must not fill the pipe.
    child.stdout.setEncoding("utf8").on("data", listen);
    child.stderr.setEncoding("utf8").on("data", listen);
    child.on("error", reject).on("close", (code) => reject(new Error(`moto ended with ${code}: ${said}`)));
  });
  return {
    url,
    async secret(name, stage = "AWSCURRENT") {
      const response = await fetch(url, {
        method: "POST",
        headers: {
          authorization:
            "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/secretsmanager/aws4_request, SignedHeaders=host, Signature=0",
          "content-type": "application/x-amz-json-1.1",
          "x-amz-target": "secretsmanager.GetSecretValue",
        },
        body: JSON.stringify({ SecretId: name, VersionStage: stage }),
      });
      const answer: { SecretString?: string; message?: string } = JSON.parse(await response.text());
      if (answer.SecretString === undefined) {
        throw new Error(`GetSecretValue ${name} failed with ${response.status}: ${answer.message}`);
      }
      return answer.SecretString;
    },
    close: () => child.kill(),
  };
}
