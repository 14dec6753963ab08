// A backend on AWS Lambda, declared against mocks: no provider of AWS is there. Prints the resources and the settings of the function.
import * as pulumi from "@pulumi/pulumi";
import { Backend } from "pulumi-tesseral/backend";

const declared: string[] = [];

async function main(): Promise<void> {
  await pulumi.runtime.setMocks({
    newResource: ({ type, name, inputs }) => {
      declared.push(type);
      const answered = {
        arn: `arn:aws:lambda:eu-central-1:123456789012:${name}`,
        functionUrl: `https://${name}.example/`,
      };
      return { id: name, state: { ...answered, ...inputs } };
    },
    call: ({ inputs }) => inputs,
  });
  new Backend("api", {
    code: process.argv[2] ?? ".",
    runtime: "nodejs24.x",
    handler: "run.sh",
    backendApiKey: pulumi.secret("tesseral_secret_key_0123456789abcdefghijklmno"),
  });
  await pulumi.runtime.disconnect();
  console.log(JSON.stringify(declared.sort()));
}

void main();
