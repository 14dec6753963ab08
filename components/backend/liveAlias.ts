import type * as pulumi from "@pulumi/pulumi";

/** The alias that callers reach, whoever moves it: a resource of Pulumi's, or CodeDeploy. */
export interface LiveAlias {
  name: pulumi.Output<string>;
  arn: pulumi.Output<string>;
  invokeArn: pulumi.Output<string>;
}
