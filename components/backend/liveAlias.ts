import type * as pulumi from "@pulumi/pulumi";

/** The alias that callers reach, whether a Pulumi resource or CodeDeploy moves it. */
export interface LiveAlias {
  name: pulumi.Output<string>;
  arn: pulumi.Output<string>;
  invokeArn: pulumi.Output<string>;
}
