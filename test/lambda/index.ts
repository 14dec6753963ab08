/** Runs a Lambda function on this machine: what tests of packages and layers need. */
export { type HttpAnswer, type HttpRequest, httpEvent } from "./httpEvent";
export type { Isolation } from "./sandbox";
export {
  type Credentials,
  type SecretCall,
  type SecretFailure,
  type SecretsManager,
  secretsManager,
} from "./secretsManager";
export { type Lambda, type LambdaOptions, LambdaStartError, startLambda } from "./startLambda";
export { tesseralLayer } from "./tesseralLayer";
export {
  goMissing,
  leftOutFor,
  motoMissing,
  motoTools,
  pythonTools,
  pythonToolsMissing,
  webAdapterLayer,
  webAdapterMissing,
} from "./tools";
export { unpack } from "./unpack";
