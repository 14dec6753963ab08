import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { functionEnvironment } from "../../../components/backend/environment";
import { startEmulator } from "../../../emulator";
import { type Lambda, type LambdaOptions, secretsManager, startLambda, webAdapterLayer } from "../../lambda";

/** A program whose `/export` writes `first`, asks `GATE_URL`, and only after the answer writes `second`. */
export type GatedProgram = Pick<LambdaOptions, "taskRoot" | "handler" | "runtime" | "path"> & {
  invokeMode: "BUFFERED" | "RESPONSE_STREAM";
  /** Unpacked, with the key's script. */
  layer: string;
};

export interface GatedExport {
  lambda: Lambda;
  /** Of a good key. */
  authorization: string;
  /** Answers the gate as soon as it is asked, from now on. */
  open(): void;
  close(): Promise<void>;
}

const secretArn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:api-AbCdEf";

/** Starts the program as Lambda does, behind the real web adapter, with the gate closed. */
export async function startGatedExport({ invokeMode, layer, ...program }: GatedProgram): Promise<GatedExport> {
  const emulator = await startEmulator();
  const { id: organizationId } = emulator.console.createOrganization({ displayName: "Acme", apiKeysEnabled: true });
  const { secretToken } = emulator.console.createApiKey({ organizationId });
  const manager = await secretsManager({ secrets: { [secretArn]: { v1: emulator.backendApiKey } } });
  let isOpen = false;
  const waiting: ServerResponse[] = [];
  const gate = createServer((_, response) => (isOpen ? response.end() : waiting.push(response)));
  await new Promise<void>((resolve) => gate.listen(0, "127.0.0.1", resolve));
  const environment = functionEnvironment({
    environment: {
      TESSERAL_API_URL: emulator.url,
      GATE_URL: `http://127.0.0.1:${(gate.address() as AddressInfo).port}`,
    },
    runtime: program.runtime,
    adapter: "web",
    port: 8080,
    healthCheckPath: "/healthz",
    invokeMode,
    secretArn,
    secretVersionId: "v1",
    secretJsonKey: undefined,
  });
  const close = async (lambda?: Lambda) => {
    await lambda?.stop();
    gate.closeAllConnections();
    gate.close();
    manager.close();
    await emulator.close();
  };
  try {
    const lambda = await startLambda({
      ...program,
      layers: [webAdapterLayer(), layer],
      environment: environment as Record<string, string>,
      secretsManager: manager,
    });
    return {
      lambda,
      authorization: `Bearer ${secretToken}`,
      open: () => {
        isOpen = true;
        for (const response of waiting.splice(0)) {
          response.end();
        }
      },
      close: () => close(lambda),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The parts in which the export came, and what came in all. The gate opens with the first part, so the program cannot go on before it is here. */
export async function streamedExport({ lambda, open, authorization }: GatedExport) {
  const parts: string[] = [];
  const answer = await lambda.request({ path: "/export", headers: { authorization } }, (part) => {
    parts.push(part);
    open();
  });
  return { parts, status: answer.status, body: answer.body, contentType: answer.headers["content-type"] };
}
