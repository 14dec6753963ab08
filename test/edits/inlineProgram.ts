// Runs a program in this process for an engine, as the Automation API does.
import { createRequire } from "node:module";
import { join } from "node:path";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";

/** What the Automation API runs an inline program with; Pulumi does not declare it. */
interface InlineProgram {
  onPulumiExit(failed: boolean): void;
}
const ofPulumi = createRequire(join(process.cwd(), "package.json"));
const { LanguageServer }: { LanguageServer: new (program: () => Promise<void>) => InlineProgram } = ofPulumi(
  "@pulumi/pulumi/automation/server.js",
);
const { grpcClientOptions }: { grpcClientOptions: object } = ofPulumi("@pulumi/pulumi/runtime/settings.js");
// A process of hundreds of updates meets a port again on which an engine has ended, and would not try to connect to it for a while.
Object.assign(grpcClientOptions, { "grpc.use_local_subchannel_pool": 1 });

/** Answers the engine that runs the program. Call `stop` when the command has ended. */
export async function serveProgram(
  program: () => Promise<void>,
): Promise<{ port: number; stop: (failed: boolean) => void }> {
  const server = new Server();
  const language = new LanguageServer(program);
  server.addService(LanguageRuntimeService, language as never);
  const port = await new Promise<number>((bound, failed) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, at) =>
      error ? failed(error) : bound(at),
    );
  });
  return {
    port,
    stop(failed: boolean) {
      language.onPulumiExit(failed);
      server.forceShutdown();
    },
  };
}
