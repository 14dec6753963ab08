/** The kinds of resources, as the provider module names their handlers. */
export type HandlerName = "organization" | "managedApiKey" | "role";

/**
 * The text that stands in every resource's `__provider`: it makes Pulumi's dynamic provider process load this package's
 * compiled provider, found from the program's folder. The code itself is never serialized, so a fix reaches what exists
 * already and an upgrade shows no difference.
 *
 * The text is frozen for ever: one changed byte would be an update of every resource. What may change stands behind
 * `pulumi-tesseral/provider`.
 */
export function bootstrap(handler: HandlerName): string {
  return `exports.handler=()=>{try{return require("module").createRequire(process.cwd()+"/")("pulumi-tesseral/provider").${handler}}catch(e){e.message="run npm install: "+e.message;e.stack="";throw e}}`;
}
