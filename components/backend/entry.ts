import { Api } from "@pulumi/aws/apigatewayv2/api.js";
import { Integration } from "@pulumi/aws/apigatewayv2/integration.js";
import { Route } from "@pulumi/aws/apigatewayv2/route.js";
import { Stage } from "@pulumi/aws/apigatewayv2/stage.js";
import type { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import type { Function as LambdaFunction } from "@pulumi/aws/lambda/function.js";
import { FunctionUrl } from "@pulumi/aws/lambda/functionUrl.js";
import { Permission } from "@pulumi/aws/lambda/permission.js";
import * as pulumi from "@pulumi/pulumi";
import type { BackendCors, BackendThrottle } from "./backendArgs";
import { type BackendDomain, ownDomain } from "./domain";
import type { LiveAlias } from "./liveAlias";
import type { BackendTransform } from "./transforms";

/** What a public entry is made for. */
interface EntryOptions {
  name: string;
  lambda: LambdaFunction;
  alias: LiveAlias;
  cors: BackendCors | undefined;
  tags: Record<string, pulumi.Input<string>>;
  transform: BackendTransform;
  opts: pulumi.CustomResourceOptions;
}

interface FunctionUrlOptions extends EntryOptions {
  invokeMode: pulumi.Input<string> | undefined;
}

const corsOf = (cors: BackendCors) => ({
  allowOrigins: cors.allowOrigins,
  allowMethods: cors.allowMethods ?? ["*"],
  allowHeaders: cors.allowHeaders ?? ["authorization", "content-type"],
  ...(cors.exposeHeaders === undefined ? {} : { exposeHeaders: cors.exposeHeaders }),
  ...(cors.allowCredentials === undefined ? {} : { allowCredentials: cors.allowCredentials }),
  maxAge: cors.maxAge ?? 3600,
});

/**
 * A function URL on the alias, open to everybody: with `AWS_IAM`, the Authorization header would be Amazon's and no bearer key
 * could travel in it. Gives the address, without a slash at its end.
 */
export function functionUrl(options: FunctionUrlOptions): pulumi.Output<string> {
  const { name, lambda, alias, cors, invokeMode, transform, opts } = options;
  const given = {
    functionName: lambda.name,
    qualifier: alias.name,
    authorizationType: "NONE",
    ...(invokeMode === undefined ? {} : { invokeMode }),
    ...(cors ? { cors: corsOf(cors) } : {}),
  };
  const url = new FunctionUrl(name, transform.functionUrl?.(given) ?? given, opts);
  // Since October 2025 a public URL needs both: one for the URL, one for the function behind it when called through the URL.
  const everybody = { principal: "*", function: lambda.name, qualifier: alias.name };
  new Permission(
    `${name}-url`,
    { ...everybody, action: "lambda:InvokeFunctionUrl", functionUrlAuthType: "NONE" },
    opts,
  );
  new Permission(
    `${name}-invoke`,
    { ...everybody, action: "lambda:InvokeFunction", invokedViaFunctionUrl: true },
    opts,
  );
  return url.functionUrl.apply((address) => address.replace(/\/$/, ""));
}

/** What an HTTP API needs in addition. */
interface HttpApiOptions extends EntryOptions {
  throttle: BackendThrottle;
  accessLog: LogGroup;
  domain: BackendDomain | undefined;
}

export interface HttpApi {
  api: Api;
  /** Without a slash at its end. */
  address: pulumi.Output<string>;
  /** Where a name of the API's own must point to. */
  domainTarget: pulumi.Output<string> | undefined;
}

/** One line per request; no header and no query, which could carry a key. */
const accessLogFormat = JSON.stringify({
  requestId: "$context.requestId",
  time: "$context.requestTimeEpoch",
  sourceIp: "$context.identity.sourceIp",
  method: "$context.httpMethod",
  path: "$context.path",
  status: "$context.status",
  latency: "$context.responseLatency",
  integrationError: "$context.integrationErrorMessage",
});

/** An HTTP API that hands every request to the alias. The program checks the bearer key, so no route has an authorizer. */
export function httpApi(options: HttpApiOptions): HttpApi {
  const { name, lambda, alias, cors, throttle, accessLog, domain, tags, transform, opts } = options;
  const apiArgs = {
    protocolType: "HTTP",
    ...(cors ? { corsConfiguration: corsOf(cors) } : {}),
    ...(domain ? { disableExecuteApiEndpoint: true } : {}),
    tags,
  };
  const api = new Api(name, transform.httpApi?.(apiArgs) ?? apiArgs, opts);
  const integration = new Integration(
    name,
    {
      apiId: api.id,
      integrationType: "AWS_PROXY",
      integrationUri: alias.invokeArn,
      payloadFormatVersion: "2.0",
      timeoutMilliseconds: 30_000,
    },
    opts,
  );
  const target = pulumi.interpolate`integrations/${integration.id}`;
  new Route(name, { apiId: api.id, routeKey: "$default", authorizationType: "NONE", target }, opts);
  // A limit is of a route, so a path that has one is a route, too.
  const limited = Object.entries(throttle.routes ?? {});
  const routes = limited.map(
    ([routeKey]) =>
      new Route(`${name} ${routeKey}`, { apiId: api.id, routeKey, authorizationType: "NONE", target }, opts),
  );
  const stageArgs = {
    apiId: api.id,
    name: "$default",
    autoDeploy: true,
    accessLogSettings: { destinationArn: accessLog.arn, format: accessLogFormat },
    defaultRouteSettings: {
      throttlingRateLimit: throttle.requestsPerSecond ?? 50,
      throttlingBurstLimit: throttle.burst ?? 100,
    },
    ...(limited.length === 0
      ? {}
      : {
          routeSettings: limited.map(([routeKey, { requestsPerSecond, burst }]) => ({
            routeKey,
            throttlingRateLimit: requestsPerSecond,
            throttlingBurstLimit: burst,
          })),
        }),
    tags,
  };
  const stage = new Stage(name, transform.stage?.(stageArgs) ?? stageArgs, { ...opts, dependsOn: routes });
  new Permission(
    name,
    {
      principal: "apigateway.amazonaws.com",
      action: "lambda:InvokeFunction",
      function: lambda.name,
      qualifier: alias.name,
      sourceArn: pulumi.interpolate`${api.executionArn}/*/*`,
    },
    opts,
  );
  if (!domain) {
    return { api, address: api.apiEndpoint, domainTarget: undefined };
  }
  const domainTarget = ownDomain({ name, domain, api, stage, tags, opts });
  return { api, address: pulumi.interpolate`https://${domain.name}`, domainTarget };
}
